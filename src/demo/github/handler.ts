import type { IncomingHttpHeaders } from 'node:http';
import { type Fault, type FaultHook, secondaryRateLimit } from './faults.ts';
import { delay } from './http.ts';
import { createSecondaryLimiter, type SecondaryLimits } from './limits.ts';
import type { createResponder, Response } from './responder.ts';

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

export interface HandlerOptions {
  readonly responder: ReturnType<typeof createResponder>;
  readonly faults?: FaultHook;
  readonly secondaryLimits?: SecondaryLimits | null;
  readonly latencyMs: number;
  readonly now: () => number;
  /** Of whoever asks. */
  readonly remoteAddress: string;
  /** Where each request is written down. */
  readonly log: LoggedRequest[];
}

export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON of a POST; null for other requests. */
  readonly body: unknown;
}

/** What comes of a request: nothing at all, a broken connection, or an answer that may break off midway. */
export type Outcome = 'hang' | 'reset' | { readonly answer: Response; readonly breaksMidway: boolean };

/** Takes a request through limits, faults and latency to its answer, whatever carries it. */
export type Handler = (request: Request, gone: Promise<unknown>) => Promise<Outcome>;

export function createHandler(options: HandlerOptions): Handler {
  const { responder, latencyMs, log, secondaryLimits = null } = options;
  const secondary = createSecondaryLimiter(secondaryLimits, options.now);
  let seen = 0;

  return async (request, gone) => {
    const { path, headers, body } = request;
    const index = seen;
    seen += 1;
    const isTooMuch = secondary.enter(path.replace(/\?.*/, ''));
    gone.then(() => secondary.leave());
    const limited = isTooMuch ? secondaryRateLimit(secondaryLimits?.retryAfter ?? null) : {};
    const fault = options.faults?.({ ...request, index }) ?? limited;
    const wait = latencyMs + (fault.latencyMs ?? 0);
    if (wait > 0) await delay(wait, gone);

    const { method } = request;
    const entry = {
      method,
      path,
      authenticated: responder.authenticates(headers),
      operation: operationOf(body),
    };
    if (fault.hang || fault.reset === 'before') {
      log.push({ ...entry, status: 0, notModified: false });
      return fault.reset ? 'reset' : 'hang';
    }
    const { remoteAddress } = options;
    const answer = disturbed(responder.respond({ ...request, remoteAddress }), fault);
    log.push({ ...entry, status: answer.status, notModified: answer.status === 304 });
    return { answer, breaksMidway: fault.reset === 'middle' };
  };
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
