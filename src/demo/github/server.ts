import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Company } from '../company/model.ts';
import type { AppOptions } from './apps.ts';
import type { FaultHook } from './faults.ts';
import type { Generation } from './graphql/schema.ts';
import { createHandler, type LoggedRequest } from './handler.ts';
import { bodyOf, parseJson } from './http.ts';
import { inProcessFetch } from './in-process.ts';
import { createRateLimiter, DEFAULT_LIMITS, type RateLimits, type SecondaryLimits } from './limits.ts';
import type { Permission } from './permissions.ts';
import { createResponder, type Response } from './responder.ts';
import type { Addresses } from './rest/addresses.ts';
import { serialiseIssue } from './rest/issue-cache.ts';
import { LARGEST_PAGE } from './rest/pages.ts';

export interface StandInOptions {
  /** What it tells of. A change of the company shows in the next answer. */
  readonly company: Company;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** The one token that is valid. Null, the default, for none, so that every token is refused. */
  readonly token?: string | null;
  /** What that token may not read, as a fine-grained one. Default: nothing is missing. */
  readonly lacks?: readonly Permission[];
  /** Default `today`. Of the schema alone: REST is the same. */
  readonly generation?: Generation;
  /** An app, whose installation's tokens are valid beside the token. */
  readonly app?: AppOptions;
  /** Milliseconds before each answer. Default 0. */
  readonly latencyMs?: number;
  /** For rate limits and the `Date` header. Default the system's clock. */
  readonly now?: () => number;
  readonly limits?: Partial<RateLimits>;
  /** Default null: none, so that a test may ask as often as it likes. */
  readonly secondaryLimits?: SecondaryLimits | null;
  /** Where pages for people would lie. The default is a reserved name: no link leads to a stranger's repository. */
  readonly webUrl?: string;
  /** From so many issues on, their list is paged by cursor rather than by number, as GitHub's is. Default 10,000. */
  readonly cursorFrom?: number;
  /** Rows of a page at most, whatever a client asks for. Default 100; fewer make many pages of a short list. */
  readonly largestPage?: number;
  /** Prepares the text of every issue before the first request, so that a benchmark measures its client. Default false. */
  readonly warm?: boolean;
  /** Lets a test break chosen requests. */
  readonly faults?: FaultHook;
}

export interface GitHubStandIn {
  /** Address of the REST API. GraphQL is at `/graphql` below it; an enterprise server's are `/api/v3` and `/api/graphql`. */
  readonly url: string;
  /** Answers as the address does, without a socket: for tests that ask very often. */
  readonly fetch: typeof globalThis.fetch;
  /** Oldest first. */
  readonly requests: readonly LoggedRequest[];
  resetLog(): void;
  /** Breaks open connections, and resolves when the port is free. */
  close(): Promise<void>;
}

const CURSOR_FROM = 10_000;
/** Longer than any client keeps an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;

/** Starts a server that speaks GitHub's REST and GraphQL protocols about a company in memory. */
export async function startGitHubStandIn(options: StandInOptions): Promise<GitHubStandIn> {
  const { company, host = '127.0.0.1', port = 0, token = null, latencyMs = 0, now = Date.now } = options;
  const log: LoggedRequest[] = [];

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const addresses = { api: url, web: options.webUrl ?? 'https://github.example.com' };
  if (options.warm) warmUp(company, addresses);
  const responder = createResponder({
    company,
    token,
    lacks: options.lacks ?? [],
    app: options.app,
    generation: options.generation ?? 'today',
    now,
    limiter: createRateLimiter({ ...DEFAULT_LIMITS, ...options.limits }, now),
    addresses,
    cursorFrom: options.cursorFrom ?? CURSOR_FROM,
    largestPage: options.largestPage ?? LARGEST_PAGE,
  });

  const handler = createHandler({ ...options, responder, latencyMs, now, remoteAddress: host, log });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = method === 'POST' ? parseJson(await bodyOf(request)) : null;
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    const outcome = await handler({ method, path, headers, body }, gone);
    if (outcome === 'reset') request.socket.destroy();
    if (typeof outcome === 'object') send(outcome.answer, method, response, outcome.breaksMidway);
  }

  return {
    url,
    fetch: inProcessFetch(url, handler),
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

function warmUp(company: Company, addresses: Addresses): void {
  for (const repository of company.repositories) {
    for (const item of repository.items.values()) serialiseIssue(addresses, item);
  }
}

function send(answer: Response, method: string, response: ServerResponse, breakMidway: boolean): void {
  const { status, headers, body } = answer;
  const empty = status === 304 || method === 'HEAD';
  response.writeHead(
    status,
    status === 304 ? headers : { ...headers, 'content-length': String(body.length) },
  );
  if (breakMidway) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
    return;
  }
  response.end(empty ? undefined : body);
}
