import { basicAuth } from '../../../connectors/rest.ts';
import { localDate } from '../../domain/time.ts';
import type { Message } from '../../report/message.ts';
import type { Sending } from '../send.ts';
import type { HttpSettings } from './settings.ts';
import { escapeFor, render, templateError } from './template.ts';

type Values = Readonly<Record<string, unknown>>;

/** The requests that a message makes, each with all its templates filled in. */
export async function requestsOf(settings: HttpSettings, message: Message): Promise<readonly Sending[]> {
  const requests: Sending[] = [];
  for (const values of valuesOf(settings, message)) requests.push(await requestOf(settings, values));
  return requests;
}

function valuesOf({ each, ids }: HttpSettings, message: Message): readonly Values[] {
  const date = localDate(Date.parse(message.asOf), message.timezone);
  if (each === 'message') return [{ message, date, key: message.id }];
  // The numbers of a sample are nobody's: they must not end in another system.
  if (message.kind === 'test') return [];
  return message.objectives.flatMap((objective) =>
    objective.keyResults.flatMap((keyResult) => {
      const path = `${objective.id}/${keyResult.id}`;
      const id = ids === undefined ? path : (ids[path] ?? ids[keyResult.id]);
      if (id === undefined || keyResult.value === null) return [];
      return [{ message, objective, keyResult, id, date, key: `${message.id}/${path}` }];
    }),
  );
}

async function requestOf(settings: HttpSettings, values: Values): Promise<Sending> {
  const { method, headers = {}, contentType, token, user, password } = settings;
  const written: Record<string, string> = {};
  for (const [name, template] of Object.entries(headers))
    written[name.toLowerCase()] = await render(template, values, 'header', `headers.${name}`);
  const authorization =
    token !== undefined
      ? `Bearer ${token}`
      : user === undefined || password === undefined
        ? null
        : basicAuth(user, password);
  return {
    method,
    url: await render(settings.url, values, 'url', 'url'),
    headers: {
      'content-type': contentType,
      'idempotency-key': encodeURIComponent(String(values.key)),
      ...(authorization === null ? {} : { authorization }),
      ...written,
    },
    body: await bodyOf(settings, values),
    service: 'The server',
    secrets: [token, password, authorization?.split(' ')[1], ...Object.values(headers)].filter(
      (secret) => secret !== undefined,
    ),
    remedies: {
      access: 'Give the channel a valid `token`, `user` and `password`, or `headers`',
      missing: 'Check the `url`, and with `ids` that the other side still knows them',
      input: 'Check the `method`, the `headers` and the `body` against what the server takes',
    },
  };
}

async function bodyOf({ body, contentType }: HttpSettings, values: Values): Promise<string> {
  const place = escapeFor(contentType);
  const text = await render(body, values, place, 'body');
  if (place !== 'json') return text;
  try {
    JSON.parse(text);
  } catch {
    throw templateError(
      'body',
      'it is no JSON once the values are in. A text stands in quotes, "{{ message.subject }}"; {{ keyResult.value | json }} writes a number, a text with its quotes, or null',
    );
  }
  return text;
}
