import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Company } from '../company/model.ts';
import type { AppOptions } from './apps.ts';
import { type Fault, type FaultHook, secondaryRateLimit } from './faults.ts';
import type { Generation } from './graphql/schema.ts';
import { bodyOf, delay, parseJson } from './http.ts';
import {
  createRateLimiter,
  createSecondaryLimiter,
  DEFAULT_LIMITS,
  type RateLimits,
  type SecondaryLimits,
} from './limits.ts';
import type { Permission } from './permissions.ts';
import { createResponder, type Response } from './responder.ts';
import type { Addresses } from './rest/addresses.ts';
import { serialiseIssue } from './rest/issue-cache.ts';

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
  /** Prepares the text of every issue before the first request, so that a benchmark measures its client. Default false. */
  readonly warm?: boolean;
  /** Lets a test break chosen requests. */
  readonly faults?: FaultHook;
}

export interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** 0 where the connection hung or broke before an answer. */
  readonly status: number;
  /** The client's ETag still held: answered 304. */
  readonly notModified: boolean;
  readonly authenticated: boolean;
  /** The name of a GraphQL operation. */
  readonly operation: string | null;
}

export interface GitHubStandIn {
  /** Address of the REST API. GraphQL is at `/graphql` below it; an enterprise server's are `/api/v3` and `/api/graphql`. */
  readonly url: string;
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
  let seen = 0;

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
  });

  const { secondaryLimits = null } = options;
  const secondary = createSecondaryLimiter(secondaryLimits, now);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const index = seen;
    seen += 1;
    const body = method === 'POST' ? parseJson(await bodyOf(request)) : null;
    const tooMany = secondary.enter(path.replace(/\?.*/, ''));
    response.once('close', () => secondary.leave());
    const limited = tooMany ? secondaryRateLimit(secondaryLimits?.retryAfter ?? null) : {};
    const fault = options.faults?.({ method, path, headers, index, body }) ?? limited;
    const wait = latencyMs + (fault.latencyMs ?? 0);
    if (wait > 0) await delay(wait, response);

    const entry = {
      method,
      path,
      authenticated: responder.authenticates(headers),
      operation: operationOf(body),
    };
    if (fault.hang || fault.reset === 'before') {
      log.push({ ...entry, status: 0, notModified: false });
      if (fault.reset) request.socket.destroy();
      return;
    }
    const remoteAddress = request.socket.remoteAddress ?? host;
    const answer = disturbed(responder.respond({ method, path, headers, body, remoteAddress }), fault);
    log.push({ ...entry, status: answer.status, notModified: answer.status === 304 });
    send(answer, method, response, fault.reset === 'middle');
  }

  return {
    url,
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

function operationOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('query' in body)) return null;
  return /\b(?:query|mutation)\s+(\w+)/.exec(String(body.query))?.[1] ?? null;
}

function disturbed(answer: Response, fault: Fault): Response {
  const { status = answer.status, headers, body } = fault;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return {
    status,
    headers: { ...answer.headers, ...headers },
    body: text === undefined ? answer.body : Buffer.from(text),
  };
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
