import { ConnectorError, type ConnectorErrorCode } from '../../connectors/errors.ts';
import { policyFetch, quotaResetAt, retryAfterAt } from '../../connectors/http.ts';
import { createRedactor, inShort } from '../domain/redact.ts';
import { secretParts } from '../domain/secret-parts.ts';
import { cleanText } from '../report/text.ts';
import type { ChannelContext } from './contract.ts';

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 1024 * 1024;
const LONGEST_TEXT = 200;

/** What a refusal can mean. */
export type RefusalCode = Extract<
  ConnectorErrorCode,
  'auth' | 'forbidden' | 'not_found' | 'input' | 'rate_limit' | 'server'
>;

export interface Sending {
  readonly method: 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** What messages call the service: `Slack`. */
  readonly service: string;
  /** What no message may repeat, in any encoding, beside the url and its long parts. */
  readonly secrets: readonly string[];
  /** What a reader can do about a 401 or 403, about a 404 or 410, and about any other refusal. */
  readonly remedies: { readonly access: string; readonly missing: string; readonly input: string };
  /** A refusal that this service words its own way; undefined for what its status says already. */
  readonly codeOf?: (status: number, text: string) => RefusalCode | undefined;
  /** An answer of any status is returned as it is. */
  readonly anyStatus?: boolean;
}

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends one request, once: the outbox tries again, so that nothing is sent twice without its knowing. Bounded in time
 * and size; redirects are refused, for they would take the message and its credentials elsewhere.
 *
 * @throws ConnectorError whose endpoint is the server alone: the rest of an address is often what opens it.
 */
export async function send(
  { fetch, signal, now }: Pick<ChannelContext, 'fetch' | 'signal' | 'now'>,
  sending: Sending,
): Promise<Sent> {
  const { method, url, headers, body } = sending;
  const endpoint = `${method} ${URL.canParse(url) ? new URL(url).origin : 'an address that is none'}`;
  const bounded = policyFetch(fetch, { signal, timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES });
  let response: Response;
  try {
    response = await bounded(url, {
      method,
      redirect: 'manual',
      headers: { 'user-agent': 'krsync', ...headers },
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { code, remedy } = error;
    const message = createRedactor(secretsOf(sending))(error.message);
    throw new ConnectorError({ code, message: `${sending.service}: ${message}`, endpoint, remedy });
  }
  const text = await response.text();
  if (!response.ok && sending.anyStatus !== true) throw refusal(sending, endpoint, response, text, now());
  return { status: response.status, headers: response.headers, text };
}

/** The error of an answer that refuses, for services that say so with a status of success too. */
export function refusal(
  sending: Sending,
  endpoint: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  text: string,
  now: number,
): ConnectorError {
  const { service, remedies } = sending;
  const spent = status === 403 && headers.get('x-ratelimit-remaining') === '0';
  const code = sending.codeOf?.(status, text) ?? (spent ? 'rate_limit' : codeOf(status));
  const retryAt = retryAfterAt(headers.get('retry-after'), now) ?? quotaOf(headers);
  const moved = status >= 300 && status < 400;
  const { what, remedy } = {
    auth: { what: 'does not accept the credentials', remedy: remedies.access },
    forbidden: { what: 'does not let these credentials send there', remedy: remedies.access },
    not_found: { what: 'finds nothing there', remedy: remedies.missing },
    input: { what: moved ? 'has moved' : 'refuses the message', remedy: remedies.input },
    rate_limit: { what: 'takes no more messages for now', remedy: 'It is tried again later' },
    server: { what: 'failed', remedy: 'It is tried again later' },
  }[code];
  const said = saidBy(text, secretsOf(sending));
  return new ConnectorError({
    code,
    message: `${service} ${what} (${status})${said === null ? '' : `: ${said}`}`,
    endpoint,
    status,
    remedy,
    ...(retryAt !== null && (code === 'rate_limit' || code === 'server') ? { retryAt } : {}),
  });
}

function codeOf(status: number): RefusalCode {
  if (status === 401 || status === 407) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not_found';
  if (status === 429) return 'rate_limit';
  if (status === 408 || status === 425) return 'server';
  return status >= 500 ? 'server' : 'input';
}

function quotaOf(headers: Headers): number | null {
  return quotaResetAt({
    'x-ratelimit-remaining': headers.get('x-ratelimit-remaining') ?? undefined,
    'x-ratelimit-reset': headers.get('x-ratelimit-reset') ?? undefined,
  });
}

/** Servers repeat the path they were asked for, which is often what opens it. */
function secretsOf({ secrets, url }: Sending): readonly string[] {
  return [...secrets, ...secretParts(url)];
}

/** What the service itself says, in one line and without a secret; null for a page of HTML or nothing. */
function saidBy(text: string, secrets: readonly string[]): string | null {
  if (/^\s*</.test(text)) return null;
  const said = cleanText(inShort(text, secrets, LONGEST_TEXT));
  return said === '' || said === '{}' ? null : said;
}
