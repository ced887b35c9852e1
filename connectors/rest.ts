import * as z from 'zod';
import { inShort } from '../src/domain/redact.ts';
import { ConnectorError, type ConnectorErrorCode } from './errors.ts';
import { endpointOf, parseJson, policyFetch, quotaResetAt, retryAfterAt } from './http.ts';
import { retrying } from './retry.ts';

/** What a refusal can mean. */
export type RefusalCode = Exclude<ConnectorErrorCode, 'timeout' | 'network' | 'aborted'>;

export interface RestOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** What messages call the server: `Codecov`. */
  readonly tool: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What no message may repeat; their base64 and URL-encoded forms are looked for too. */
  readonly secrets: readonly string[];
  /** What a reader can do about a 401 or 403, and about a 404. */
  readonly remedies: { readonly access: string; readonly missing: string };
  /** How often one request is sent at most. @default 3 */
  readonly attempts?: number;
  /** Milliseconds that one answer may take. @default 30000 */
  readonly timeoutMs?: number;
  /** Bytes that one answer may have. @default 64 MiB */
  readonly maxBytes?: number;
  /** A refusal that this server words its own way; undefined for what its status says already. */
  readonly codeOf?: (status: number, text: string) => RefusalCode | undefined;
}

export interface RestAnswer {
  /** The parsed body, its shape not yet checked. */
  readonly data: unknown;
  /** For messages. */
  readonly endpoint: string;
}

/** Reads one JSON API. Every failure is a ConnectorError; everything asked through it is safe to ask again. */
export interface RestClient {
  get(url: string | URL): Promise<RestAnswer>;
  post(url: string | URL, body: unknown): Promise<RestAnswer>;
}

/** Of what a server said, in messages. */
export const LONGEST_TEXT = 300;

export function openRest(options: RestOptions): RestClient {
  const { signal, now, timeoutMs, maxBytes } = options;
  const fetch = policyFetch(options.fetch, {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });

  async function sendOnce(method: 'GET' | 'POST', url: string, body: unknown): Promise<RestAnswer> {
    const endpoint = endpointOf(method, url);
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'krsync',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw refusal(options, endpoint, response, text);
    return { data: parseJson(text, endpoint), endpoint };
  }

  function send(method: 'GET' | 'POST', to: string | URL, body?: unknown): Promise<RestAnswer> {
    const url = String(to);
    return retrying(() => sendOnce(method, url, body), {
      signal,
      now,
      endpoint: endpointOf(method, url),
      ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
    });
  }

  return { get: (url) => send('GET', url), post: (url, body) => send('POST', url, body) };
}

function refusal(
  options: RestOptions,
  endpoint: string,
  { status, headers }: Response,
  text: string,
): ConnectorError {
  const { tool, remedies } = options;
  const retryAt = retryAfterAt(headers.get('retry-after'), options.now()) ?? quotaOf(headers);
  const spent = status === 403 && headers.get('x-ratelimit-remaining') === '0';
  const code = options.codeOf?.(status, text) ?? (spent ? 'rate_limit' : codeOf(status));
  const said = saidBy(text, options.secrets);
  const { what, remedy } = {
    auth: { what: 'does not accept the credentials', remedy: remedies.access },
    forbidden: { what: 'does not let these credentials read it', remedy: remedies.access },
    not_found: { what: 'finds nothing there', remedy: remedies.missing },
    input: { what: 'refuses the request', remedy: 'Correct the settings of the source' },
    rate_limit: {
      what: 'allows no more requests for now',
      remedy: 'The next run goes on from here; run it less often if this repeats',
    },
    server: { what: `failed with ${status}`, remedy: 'The next run tries again' },
    shape: { what: `answered ${status}`, remedy: 'Check the url of the source' },
  }[code];
  return new ConnectorError({
    code,
    message: `${tool} ${what}${said === null ? '' : `: ${said}`}`,
    endpoint,
    status,
    remedy,
    ...(retryAt !== null && (code === 'rate_limit' || code === 'server') ? { retryAt } : {}),
  });
}

function codeOf(status: number): RefusalCode {
  if (status === 401) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not_found';
  if (status === 429) return 'rate_limit';
  if (status === 400 || status === 422) return 'input';
  return status >= 500 ? 'server' : 'shape';
}

/** When a used-up limit is over, by the headers that most APIs tell it in; null while some is left. */
export function quotaOf(headers: Headers): number | null {
  return quotaResetAt({
    'x-ratelimit-remaining': headers.get('x-ratelimit-remaining') ?? undefined,
    'x-ratelimit-reset': headers.get('x-ratelimit-reset') ?? undefined,
  });
}

/** The ways in which JSON APIs word a refusal. */
const refusalBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z
    .object({ errors: z.array(z.object({ msg: z.string() })).min(1) })
    .transform(({ errors }) => errors.map(({ msg }) => msg).join('; ')),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

/** What the server itself says, without a secret; null for a page of HTML or anything else. */
function saidBy(text: string, secrets: readonly string[]): string | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = refusalBody.safeParse(body);
  if (!parsed.success) return null;
  const said = inShort(parsed.data, secrets, LONGEST_TEXT);
  return said === '' ? null : said;
}

/** The Authorization header of a user and a password. */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
