import * as z from 'zod';
import { endpointOf, parseAnswer, parseJson } from '../../../connectors/http.ts';
import type { ChannelContext } from '../contract.ts';
import { type Answer, type Remedies, refused, send } from '../send.ts';
import { errorName, slackErrorCode, slackRemedy } from './errors.ts';
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
  const answer = await send(context, {
    url,
    endpoint,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': json ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
    },
    body: json ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString(),
  });
  if (answer.status !== 200) throw slackRefusal(context, answer, endpoint, null);
  const data = parseAnswer(envelope, parseJson(answer.text, endpoint), endpoint);
  if (!data.ok) throw slackRefusal(context, answer, endpoint, errorName(data.error));
  return { data, headers: answer.headers, endpoint };
}

export function slackRefusal(context: SlackContext, answer: Answer, endpoint: string, name: string | null) {
  const code = slackErrorCode(name);
  const remedy = slackRemedy(name);
  const remedies: Remedies = {
    access: remedy ?? 'Give the channel a valid `token` of an app that is installed and may post there',
    missing: remedy ?? 'Check the `channel`, or the address of the `webhook`',
    input: remedy ?? 'If this repeats, please report it as a bug',
  };
  return refused(answer, {
    tool: 'Slack',
    endpoint,
    now: context.now(),
    remedies,
    said: name,
    ...(code === null ? {} : { code }),
  });
}
