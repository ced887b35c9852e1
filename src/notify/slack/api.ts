import * as z from 'zod';
import { endpointOf, parseAnswer, parseJson } from '../../../connectors/http.ts';
import type { ChannelContext } from '../contract.ts';
import { refusal, type Sending, send } from '../send.ts';
import { errorName, slackCode, slackRemedies } from './errors.ts';
import type { SlackSettings } from './settings.ts';

export type SlackContext = ChannelContext<SlackSettings>;

const envelope = z.looseObject({ ok: z.boolean() });

export interface Called {
  /** The parsed answer, `ok` by what Slack says, its further shape not checked. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly endpoint: string;
}

/** Calls one method of the Web API. Rejects with a ConnectorError for whatever is not `ok`. */
export async function call(
  context: SlackContext,
  method: string,
  body: { readonly json: object } | { readonly form: Readonly<Record<string, string>> },
): Promise<Called> {
  const { url: base, token = '' } = context.settings;
  const url = `${base.replace(/\/+$/, '')}/${method}`;
  const endpoint = endpointOf('POST', url);
  const json = 'json' in body;
  const { status, headers, text } = await send(context, {
    ...slackSending(context, url),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': json ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
    },
    body: json ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString(),
  });
  const data = parseAnswer(envelope, parseJson(text, endpoint), endpoint);
  if (!data.ok) throw slackRefusal(context, endpoint, { status, headers }, errorName(data.error) ?? '');
  return { data, headers, endpoint };
}

/** What all requests to Slack have in common. */
export function slackSending({ settings }: SlackContext, url: string): Sending {
  return {
    method: 'POST',
    url,
    service: 'Slack',
    secrets: [settings.token, settings.webhook].filter((secret) => secret !== undefined),
    remedies: slackRemedies(''),
    codeOf: (_, text) => slackCode(text),
  };
}

export function slackRefusal(
  context: SlackContext,
  endpoint: string,
  answer: Pick<Response, 'status' | 'headers'>,
  name: string,
) {
  const sending = { ...slackSending(context, ''), remedies: slackRemedies(name) };
  return refusal(sending, endpoint, answer, name, context.now());
}
