import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Fault, FaultHook } from '../github/faults.ts';
import { type Answer, notFound, unauthorized } from './answers.ts';
import type { Dialect } from './bodies.ts';
import { delay, jsonOf } from './http.ts';
import type { Tracker } from './model.ts';
import { route } from './routes.ts';
import { createSearch } from './searching.ts';

export interface JiraStandInOptions {
  /** What it tells of. A change of it shows in the next answer. */
  readonly tracker: Tracker;
  readonly dialect: Dialect;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Such as `/jira`. Default none. */
  readonly basePath?: string;
  /** Who may ask: on Cloud `email:token`, elsewhere a personal access token or `user:password`. Default everybody. */
  readonly credentials?: string | null;
  /** Milliseconds before each answer. Default 0. */
  readonly latencyMs?: number;
  /** For the `Date` header, `serverInfo` and spans in JQL. Default the system's clock. */
  readonly now?: () => number;
  /** Which of both hours JQL means where daylight saving gives one twice. Default the later. */
  readonly ambiguousHour?: 'earlier' | 'later';
  /** Search gives no more than this on a page, whatever is asked for. Default what Jira gives. */
  readonly pageSize?: number;
  /** Whether changelogs have pages of their own. Default true. */
  readonly changelogPages?: boolean;
  /** Whether Cloud gives changelogs in bulk. Default true. */
  readonly bulkChangelogs?: boolean;
  /** Serves https with this key and certificate, both PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Lets a test break chosen requests. */
  readonly faults?: FaultHook;
}

export interface JiraRequest {
  readonly method: string;
  /** With its query, below the base path. */
  readonly path: string;
  /** The JSON of a POST; null for other requests. */
  readonly body: unknown;
  /** 0 where the connection hung or broke before an answer. */
  readonly status: number;
}

export interface JiraStandIn {
  /** Address of the site, base path included. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly JiraRequest[];
  resetLog(): void;
  /** Breaks open connections, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Longer than any client keeps an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;

/** Starts a server that speaks the REST API of Jira Cloud, or of Data Center and Server, about a tracker in memory. */
export async function startJiraStandIn(options: JiraStandInOptions): Promise<JiraStandIn> {
  const { tracker, dialect, host = '127.0.0.1', basePath = '', now = Date.now, tls } = options;
  const log: JiraRequest[] = [];
  const search = createSearch({
    tracker,
    now,
    ambiguous: options.ambiguousHour ?? 'later',
    pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
  });
  let seen = 0;

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls
    ? createTlsServer({ ...tls, keepAliveTimeout: KEEP_ALIVE_MS }, listener)
    : createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const origin = `${tls ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`;
  const base = `${origin}${basePath}`;

  function answerTo(method: string, address: string, headers: IncomingHttpHeaders, body: unknown): Answer {
    const url = new URL(address, origin);
    if (!url.pathname.startsWith(`${basePath}/`)) return notFound();
    const path = url.pathname.slice(basePath.length);
    // Anybody may ask a site what it is.
    if (!path.endsWith('/serverInfo') && !mayAsk(headers, dialect, options.credentials ?? null)) {
      return unauthorized(dialect);
    }
    return route(
      { method, path, query: url.searchParams, body },
      {
        tracker,
        base,
        dialect,
        search,
        now,
        changelogPages: options.changelogPages ?? true,
        bulkChangelogs: options.bulkChangelogs ?? true,
      },
    );
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: address = '/', headers } = request;
    const index = seen;
    seen += 1;
    const body = method === 'POST' ? await jsonOf(request) : null;
    const path = address.slice(basePath.length);
    const fault = options.faults?.({ method, path, headers, index, body }) ?? {};
    const wait = (options.latencyMs ?? 0) + (fault.latencyMs ?? 0);
    if (wait > 0) await delay(wait, response);
    if (fault.hang || fault.reset === 'before') {
      log.push({ method, path, body, status: 0 });
      if (fault.reset) request.socket.destroy();
      return;
    }
    const answer = disturbed(answerTo(method, address, headers, body), fault);
    log.push({ method, path, body, status: answer.status });
    send(answer, response, now(), fault.reset === 'middle');
  }

  return {
    url: base,
    requests: log,
    resetLog() {
      log.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function mayAsk(
  { authorization = '' }: IncomingHttpHeaders,
  dialect: Dialect,
  credentials: string | null,
): boolean {
  if (credentials === null) return true;
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return authorization === basic || (dialect === 'server' && authorization === `Bearer ${credentials}`);
}

function disturbed(answer: Answer, { status = answer.status, headers, body }: Fault): Answer {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return { status, headers: { ...answer.headers, ...headers }, body: text ?? answer.body };
}

function send(
  { status, headers, body }: Answer,
  response: ServerResponse,
  now: number,
  breakMidway: boolean,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'x-arequestid': '375x1x1',
    date: new Date(now).toUTCString(),
    ...headers,
    'content-length': String(bytes.length),
  });
  if (breakMidway) {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
    return;
  }
  response.end(bytes);
}
