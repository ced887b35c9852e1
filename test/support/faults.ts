import type { ConnectorErrorCode } from '../../connectors/errors.ts';

type Fetch = typeof globalThis.fetch;
/** What a broken server does with a request; `real` asks the true one. */
type Behaviour = (request: Request, real: () => Promise<Response>) => Promise<Response>;

export interface Fault {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly transient: boolean;
  /** The codes that tell it right. */
  readonly codes: readonly ConnectorErrorCode[];
  /** Seconds from now to `retryAt`, where the answer gives them. */
  readonly retryAfter?: number;
  /** The message must name a field of the true answer. */
  readonly namesField?: boolean;
  /** Tried on requests all over a pull, not only from its first on. */
  readonly everywhere?: boolean;
}

/** Answers as a careless server would: it repeats the credentials it was given. */
export function answer(status: number, headers: Record<string, string> = {}): Behaviour {
  return async (request) => {
    const credentials = request.headers.get('authorization') ?? '';
    const body = { message: `Refused ${request.url} with ${credentials}`, documentation_url: '' };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    });
  };
}

/** A Request that nothing else holds is collected with its signal, and then nobody hears of its abort. */
const hanging = new Set<Request>();

async function hang(request: Request): Promise<Response> {
  hanging.add(request);
  return new Promise<Response>((_, reject) => {
    if (request.signal.aborted) reject(request.signal.reason);
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  }).finally(() => hanging.delete(request));
}

async function reset(): Promise<Response> {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  throw new TypeError('fetch failed', { cause });
}

async function resetInBody(_: Request, real: () => Promise<Response>): Promise<Response> {
  const response = await real();
  const text = await response.text();
  const half = new TextEncoder().encode(text.slice(0, Math.ceil(text.length / 2)));
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new TypeError('terminated'));
      sent = true;
      controller.enqueue(half);
    },
  });
  return new Response(body, { status: 200, headers: copiedHeaders(response) });
}

function copiedHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.delete('content-encoding');
  return headers;
}

async function html(): Promise<Response> {
  return new Response('<!doctype html><html><body>Sign in to continue</body></html>', {
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
}

async function truncated(_: Request, real: () => Promise<Response>): Promise<Response> {
  const response = await real();
  const text = await response.text();
  return new Response(`${text.slice(0, Math.floor(text.length / 2))}{"`, {
    status: 200,
    headers: copiedHeaders(response),
  });
}

/** The same fields, none of them what it should be: every leaf becomes an object. */
function misshapen(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map(misshapen) : [{}];
  if (typeof value !== 'object' || value === null) return { unexpected: true };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, misshapen(inner)]));
}

/** A table in CSV keeps its header, and every cell below it is a word. */
function misshapenText(text: string): string {
  if (!/^\s*[[{]/.test(text)) {
    const [header = '', ...rows] = text.split('\n');
    return [header, ...rows.map((row) => row.replace(/[^,;]+/g, 'unexpected'))].join('\n');
  }
  return JSON.stringify(misshapen(JSON.parse(text)));
}

async function wrongShape(_: Request, real: () => Promise<Response>): Promise<Response> {
  const response = await real();
  const text = await response.text();
  return new Response(misshapenText(text), {
    status: response.status,
    headers: copiedHeaders(response),
  });
}

const HOUR = 3600;

/** What servers do that are not well, and how a connector must tell it. */
export const FAULTS: readonly Fault[] = [
  { name: 'a 401', behaviour: answer(401), transient: false, codes: ['auth'] },
  { name: 'a 403', behaviour: answer(403), transient: false, codes: ['forbidden', 'auth'] },
  { name: 'a 404', behaviour: answer(404), transient: false, codes: ['not_found'] },
  {
    name: 'a 429 with Retry-After',
    behaviour: answer(429, { 'retry-after': String(HOUR) }),
    transient: true,
    codes: ['rate_limit'],
    retryAfter: HOUR,
  },
  {
    name: 'a 403 that is a rate limit',
    behaviour: (request, real) =>
      answer(403, {
        'x-ratelimit-limit': '60',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + HOUR),
      })(request, real),
    transient: true,
    codes: ['rate_limit'],
    retryAfter: HOUR,
  },
  { name: 'a 500', behaviour: answer(500), transient: true, codes: ['server'] },
  {
    name: 'a 503 with Retry-After',
    behaviour: answer(503, { 'retry-after': String(HOUR) }),
    transient: true,
    codes: ['server', 'rate_limit'],
    retryAfter: HOUR,
  },
  { name: 'a server that never answers', behaviour: hang, transient: true, codes: ['timeout'] },
  { name: 'a reset connection', behaviour: reset, transient: true, codes: ['network'] },
  {
    name: 'a connection that is reset inside an answer',
    behaviour: resetInBody,
    transient: true,
    codes: ['network'],
  },
  { name: 'an HTML page', behaviour: html, transient: false, codes: ['shape', 'auth'] },
  { name: 'truncated JSON', behaviour: truncated, transient: false, codes: ['shape'] },
  {
    name: 'JSON of the wrong shape',
    behaviour: wrongShape,
    transient: false,
    codes: ['shape'],
    namesField: true,
    everywhere: true,
  },
];

export const RESET = reset;
export const UNAUTHORIZED = answer(401);

export interface FaultyFetch {
  readonly fetch: Fetch;
  readonly urls: string[];
}

/** A fetch whose requests meet `behaviour` where `when` says so; the rest reach the true server. */
export function faultyFetch(behaviour: Behaviour, when: (request: number) => boolean): FaultyFetch {
  const urls: string[] = [];
  return {
    urls,
    async fetch(input, init) {
      const request = new Request(input, init);
      urls.push(request.url);
      const real = () => globalThis.fetch(request);
      return when(urls.length) ? behaviour(request, real) : real();
    },
  };
}

/** The names of all fields in a JSON text, or of the columns of a table in CSV. */
export function fieldNames(text: string): Set<string> {
  if (!/^\s*[[{]/.test(text)) return new Set((text.split('\n')[0] ?? '').split(/[,;]/));
  return new Set([...text.matchAll(/"([A-Za-z_][\w-]*)"\s*:/g)].map((match) => match[1] ?? ''));
}
