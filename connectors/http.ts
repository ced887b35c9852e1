import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { ConnectorError } from './errors.ts';

/** The longest wait for a rate limit inside a run; a longer one is left to the next run. */
export const LONGEST_WAIT_MS = 60_000;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const TIMED_OUT = Symbol('timed out');

export interface HttpPolicy {
  /** Stops every request at once. */
  readonly signal: AbortSignal;
  /** Bound of one request with its whole body, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  /** Bound of one answer's body, in bytes after decompression; default 64 MiB. */
  readonly maxBytes?: number;
}

/**
 * The one HTTP policy. Wraps a fetch so that each request is bounded in time, its body included, and in size, and
 * so that whatever goes wrong on the wire is a ConnectorError: `timeout`, `network`, `aborted`, or `shape` for a
 * body beyond the bound. An answer of any status is returned, its body already read. Nothing is tried again here:
 * whether that is safe, and when, is for the caller (`backoffMs`, `retryAfterAt`) or for a tool's own client.
 */
export function policyFetch(base: typeof globalThis.fetch, policy: HttpPolicy): typeof globalThis.fetch {
  const timeoutMs = policy.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = policy.maxBytes ?? DEFAULT_MAX_BYTES;
  // Requests run side by side, each with a listener of its own, and Node takes more than ten for a leak.
  setMaxListeners(0, policy.signal);
  return async (input, init) => {
    const endpoint = endpointOf(init?.method ?? methodOf(input), urlOf(input));
    // One listener a request, taken off again: AbortSignal.any() on a signal that outlives it holds on to memory.
    const controller = new AbortController();
    const stop = () => controller.abort();
    const signals = init?.signal ? [policy.signal, init.signal] : [policy.signal];
    const timer = setTimeout(() => controller.abort(TIMED_OUT), timeoutMs);
    for (const signal of signals) signal.addEventListener('abort', stop);
    try {
      for (const signal of signals) signal.throwIfAborted();
      const response = await base(input, { ...init, signal: controller.signal });
      return replay(response, await readBounded(response, maxBytes, endpoint));
    } catch (error) {
      if (error instanceof ConnectorError) throw error;
      if (signals.some((signal) => signal.aborted)) throw abortedError(endpoint);
      if (controller.signal.reason === TIMED_OUT || isTimeout(error)) throw timeoutError(endpoint, timeoutMs);
      throw networkError(endpoint, error);
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', stop);
    }
  };
}

/** `GET https://api.github.com/repos/acme/web/issues`: without query, fragment and credentials, which may be secret. */
export function endpointOf(method: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const place = parsed ? `${parsed.origin}${parsed.pathname}` : (url.split(/[?#]/)[0] ?? url);
  return `${method.toUpperCase()} ${place}`;
}

/** When `Retry-After` says to try again; null when it is missing, blank or neither seconds nor a date. */
export function retryAfterAt(value: string | null | undefined, now: number): number | null {
  const text = value?.trim();
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return now + Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(date, now);
}

/** When a spent `X-RateLimit-*` quota is filled again; null while some of it is left, or when nothing is said. */
export function quotaResetAt(headers: Readonly<Record<string, string | undefined>>): number | null {
  if (headers['x-ratelimit-remaining'] !== '0') return null;
  const reset = Number(headers['x-ratelimit-reset']);
  if (!Number.isFinite(reset) || reset <= 0) return null;
  // Seconds since the epoch; some servers say milliseconds.
  return reset > 1e11 ? reset : reset * 1000;
}

/** How long to wait before attempt 2, 3, …: doubling from 500 ms up to 8 s, spread so that clients do not march in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(8_000, 500 * 2 ** (attempt - 2));
  return full * (0.75 + random() * 0.25);
}

/** Waits, unless the signal ends it: then it rejects at once with an `aborted` ConnectorError. */
export async function sleep(ms: number, signal: AbortSignal, endpoint: string): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (signal.aborted) throw abortedError(endpoint);
    throw error;
  }
}

/** The text as JSON, or a `shape` error that says what stood there instead. */
export function parseJson(text: string, endpoint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const found = /^\s*</.test(text) ? 'a page of HTML' : text.trim() === '' ? 'nothing' : 'broken JSON';
    throw new ConnectorError({
      code: 'shape',
      message: `The answer is ${found} where JSON was expected`,
      endpoint,
      remedy: 'Check the url of the source, and that no proxy or sign-in page answers in its place',
    });
  }
}

/**
 * What the schema makes of the data, or a `shape` error that names the first wrong field and never its value.
 * `within` is where the data stands in the whole answer.
 */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  data: unknown,
  endpoint: string,
  within: readonly PropertyKey[] = [],
): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = [...within, ...(issue?.path ?? [])]
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const place = field ? field.replace(/^\./, '') : 'the answer';
  throw new ConnectorError({
    code: 'shape',
    message: `The answer has an unexpected shape at ${place}: ${issue ? faultOf(issue) : 'invalid'}`,
    endpoint,
    remedy: 'Check the url and version of the server; if both are right, please report this as a bug',
  });
}

export function abortedError(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'aborted',
    message: 'Stopped before the answer came',
    endpoint,
    remedy: 'Run it again; it goes on where it stopped',
  });
}

function timeoutError(endpoint: string, timeoutMs: number): ConnectorError {
  return new ConnectorError({
    code: 'timeout',
    message: `No complete answer in time (at most ${timeoutMs / 1000} s)`,
    endpoint,
    remedy: 'Check that the server is reachable; the next run tries again',
  });
}

function networkError(endpoint: string, error: unknown): ConnectorError {
  return new ConnectorError({
    code: 'network',
    message: `The connection failed: ${reasonOf(error)}`,
    endpoint,
    remedy: 'Check the url, the network and any proxy; the next run tries again',
    cause: error,
  });
}

/** `fetch failed` says nothing; the reason is the innermost cause's code. */
function reasonOf(error: unknown): string {
  let reason = 'unknown reason';
  for (let at = error; at instanceof Error; at = at.cause) {
    reason = 'code' in at && typeof at.code === 'string' ? at.code : at.message;
  }
  return reason;
}

/** zod's own wording quotes what it found for some faults; this names kinds only. */
function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `${issue.expected} expected`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')} expected`;
  return issue.code.replaceAll('_', ' ');
}

/** A timeout of the fetch that is wrapped. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function urlOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : String(input);
}

function methodOf(input: string | URL | Request): string {
  return input instanceof Request ? input.method : 'GET';
}

async function readBounded(
  response: Response,
  maxBytes: number,
  endpoint: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!response.body) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLargeError(endpoint, maxBytes);
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

function tooLargeError(endpoint: string, maxBytes: number): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`,
    endpoint,
    remedy: 'Check the url of the source',
  });
}

/** Of each answer's body that was read, its bytes. */
const heldBytes = new WeakMap<ReadableStream, Uint8Array>();

/**
 * The bytes of a body as `policyFetch` read it, without another copy; null for one that is not of its making. For
 * clients that hand on the body alone.
 */
export function bytesOfBody(body: ReadableStream): Uint8Array | null {
  return heldBytes.get(body) ?? null;
}

/** The same answer with a body that can no longer fail. A constructed Response forgets its url, so it is put back. */
function replay(response: Response, body: Uint8Array<ArrayBuffer> | null): Response {
  const bare = body === null || [204, 205, 304].includes(response.status);
  const copy = new Response(bare ? null : streamOf(body), {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
  Object.defineProperty(copy, 'url', { value: response.url });
  return copy;
}

/** A Response makes a copy of bytes, and none of a stream. */
function streamOf(body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (body.byteLength > 0) controller.enqueue(body);
      controller.close();
    },
  });
  heldBytes.set(stream, body);
  return stream;
}
