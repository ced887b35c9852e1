import type { Receipt } from '../contract.ts';
import { type Answer, send } from '../send.ts';
import { type SlackContext, slackRefusal } from './api.ts';
import type { SlackText } from './blocks.ts';
import { errorName } from './errors.ts';

/** How a live webhook refuses a message without a text, which posts nothing. */
const ALIVE = ['no_text', 'invalid_payload', 'missing_text_or_fallback_or_attachments'];

export async function deliverByWebhook(context: SlackContext, { text, blocks }: SlackText): Promise<Receipt> {
  const answer = await post(context, {
    text,
    blocks,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  if (answer.status !== 200) throw refusal(context, answer);
  return { reference: null };
}

export async function checkWebhook(context: SlackContext): Promise<void> {
  const answer = await post(context, {});
  const name = errorName(answer.text.trim());
  if (answer.status === 400 && name !== null && ALIVE.includes(name)) return;
  if (answer.status !== 200) throw refusal(context, answer);
}

function post(context: SlackContext, body: object): Promise<Answer> {
  return send(context, {
    url: context.settings.webhook ?? '',
    endpoint: endpointOfWebhook(context),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });
}

function refusal(context: SlackContext, answer: Answer) {
  return slackRefusal(context, answer, endpointOfWebhook(context), errorName(answer.text.trim()));
}

/** The path of a webhook is its secret. */
function endpointOfWebhook({ settings }: SlackContext): string {
  return `POST ${new URL(settings.webhook ?? '').origin}/services/…`;
}
