import type { Receipt } from '../contract.ts';
import { type Sent, send } from '../send.ts';
import { type SlackContext, slackRefusal, slackSending } from './api.ts';
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
  if (answer.status !== 200) throw refusalOf(context, answer);
  return { reference: null };
}

export async function checkWebhook(context: SlackContext): Promise<void> {
  const answer = await post(context, {});
  const name = errorName(answer.text);
  if (answer.status === 400 && name !== null && ALIVE.includes(name)) return;
  if (answer.status !== 200) throw refusalOf(context, answer);
}

function post(context: SlackContext, body: object): Promise<Sent> {
  return send(context, {
    ...slackSending(context, context.settings.webhook ?? ''),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    anyStatus: true,
  });
}

/** The path of a webhook is its secret. */
function refusalOf(context: SlackContext, answer: Sent) {
  const endpoint = `POST ${new URL(context.settings.webhook ?? '').origin}`;
  return slackRefusal(context, endpoint, answer, errorName(answer.text) ?? '');
}
