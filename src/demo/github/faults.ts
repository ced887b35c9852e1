import type { IncomingHttpHeaders } from 'node:http';

/** A request as a fault hook sees it, before it is answered. */
export interface FaultRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** How many requests there were before this one. */
  readonly index: number;
  /** The JSON of a POST; null for other requests. */
  readonly body: unknown;
}

/** What goes wrong with a request. What is left out is as it would have been. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; an object as JSON. */
  readonly body?: string | object;
  /** Never answered, until the client gives up or the stand-in closes. */
  readonly hang?: boolean;
  /** The connection breaks before the answer, or in the middle of its body. */
  readonly reset?: 'before' | 'middle';
  /** Milliseconds on top of the stand-in's own latency. */
  readonly latencyMs?: number;
}

export type FaultHook = (request: FaultRequest) => Fault | undefined;

/** The answer to too many requests at once, which `x-ratelimit-remaining` says nothing of. */
export function secondaryRateLimit(retryAfterSeconds: number | null, status: 403 | 429 = 403): Fault {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: {
      message:
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service.',
      documentation_url:
        'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: String(status),
    },
  };
}
