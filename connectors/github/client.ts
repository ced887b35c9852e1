import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { abortedError, endpointOf, LONGEST_WAIT_MS, parseJson, policyFetch } from '../http.ts';
import { githubError } from './failures.ts';
import { abortableRetries, unqueued } from './limits.ts';
import type { GitHubSettings } from './settings.ts';

export interface Answer {
  readonly unchanged: false;
  /** The parsed body, its shape not yet checked. */
  readonly data: unknown;
  readonly etag: string | null;
  /** The `rel="next"` of the Link header. */
  readonly next: string | null;
  /** For messages. */
  readonly endpoint: string;
}

/** Reads GitHub. Every failure is a ConnectorError. */
export interface GitHubClient {
  /** `path` begins with a slash, or is a URL that GitHub itself gave. */
  get(path: string): Promise<Answer>;
  /** The same, free of charge when nothing changed since the answer that had this ETag. */
  getUnless(etag: string | null, path: string): Promise<Answer | { readonly unchanged: true }>;
  /** Never resolves with a partial answer: `errors` beside `data` are an error, of code `server` when a smaller page may pass. */
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly graphqlEndpoint: string;
}

/** Twice, after 0.4 s and 1.6 s: its timer cannot be stopped, so that this bounds how long Ctrl-C takes. */
const RETRIES = 2;
const RETRY_BASE_MS = 400;
const PERMANENT_STATUSES = [400, 401, 403, 404, 408, 410, 422, 429, 451];

const KrsyncOctokit = Octokit.plugin(retry, throttling);

/**
 * Octokit with its own plugins for what is GitHub's to know (5xx and broken connections are tried again; rate
 * limits are recognized and, when short, waited for), over the project's fetch for what is everyone's.
 */
export function openClient(context: PullContext<GitHubSettings>): GitHubClient {
  const { settings, signal, logger } = context;
  const baseUrl = settings.url.replace(/\/+$/, '');
  const token = settings.token ?? null;
  const graphqlEndpoint = `POST ${baseUrl.replace(/\/api\/v3$/, '/api')}/graphql`;
  const note = (text: string) => logger.debug(text);
  const mayWait = (seconds: number) => seconds * 1000 <= LONGEST_WAIT_MS;
  const limits = {
    id: baseUrl,
    onRateLimit: mayWait,
    onSecondaryRateLimit: mayWait,
    write: unqueued,
    retryLimiter: abortableRetries(signal, `GET ${baseUrl}`),
  };
  const octokit = new KrsyncOctokit({
    baseUrl,
    userAgent: 'krsync',
    ...(token === null ? {} : { auth: token }),
    log: { debug: note, info: note, warn: note, error: note },
    request: { fetch: passingThrough(policyFetch(context.fetch, { signal })) },
    retry: { retries: RETRIES, retryAfterBaseValue: RETRY_BASE_MS, doNotRetry: PERMANENT_STATUSES },
    // The stand-ins are the few methods of Bottleneck's that the plugin calls.
    throttle: limits as unknown as ThrottlingOptions,
  });

  async function guarded<T>(endpoint: string, request: () => Promise<T>): Promise<T> {
    try {
      return await orAborted(request(), signal, endpoint);
    } catch (error) {
      throw githubError(error, { endpoint, token, now: context.now() });
    }
  }

  async function getUnless(etag: string | null, path: string): Promise<Answer | { unchanged: true }> {
    const url = path.startsWith('/') ? `${baseUrl}${path}` : path;
    const endpoint = endpointOf('GET', url);
    assertSameOrigin(url, baseUrl, endpoint);
    return guarded(endpoint, async () => {
      try {
        // Octokit's own parser keeps big integers whole at ten times the cost of the native one.
        const response = await octokit.request(`GET ${url}`, {
          headers: etag === null ? {} : { 'if-none-match': etag },
          request: { parseSuccessResponseBody: false },
        });
        return {
          unchanged: false,
          data: parseJson(await textOf(response.data), endpoint),
          etag: response.headers.etag ?? null,
          next: nextOf(response.headers.link),
          endpoint,
        };
      } catch (error) {
        if (etag !== null && (error as { status?: number }).status === 304) return { unchanged: true };
        throw error;
      }
    });
  }

  return {
    graphqlEndpoint,
    getUnless,
    async get(path) {
      const answer = await getUnless(null, path);
      if (answer.unchanged) throw new Error('unreachable: an unconditional request cannot be unchanged');
      return answer;
    },
    graphql: (query, variables) =>
      // The caller halves its page instead of asking for the same again.
      guarded(graphqlEndpoint, () => octokit.graphql(query, { ...variables, request: { retries: 0 } })),
  };
}

/**
 * Octokit takes every error of fetch for a failure of the server and tries again, except those of this name. Only a
 * broken connection is worth that: a timeout has already cost its half minute, and the next run goes on from here.
 * So the others are sent through under that name, and unwrapped as its cause.
 */
function passingThrough(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code === 'network') throw error;
      const passed = new Error(error.message, { cause: error });
      passed.name = 'AbortError';
      throw passed;
    }
  };
}

/** Octokit's queues and waits do not know the signal; this does not wait for them. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal, endpoint: string): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortedError(endpoint));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** With `parseSuccessResponseBody: false` Octokit hands on the body's stream, null for an empty one. */
async function textOf(body: unknown): Promise<string> {
  return body instanceof ReadableStream ? new Response(body).text() : '';
}

function nextOf(link: string | undefined): string | null {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1] ?? null;
}

/** A link to another host must not carry the token there. */
function assertSameOrigin(url: string, baseUrl: string, endpoint: string): void {
  if (new URL(url).origin === new URL(baseUrl).origin) return;
  throw new ConnectorError({
    code: 'shape',
    message: 'The next page lies on another host than the source',
    endpoint,
    remedy: `Set the \`url\` of the source to the address that the server itself uses (${new URL(url).origin})`,
  });
}
