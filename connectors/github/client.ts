import type { Instant } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { abortedError, bytesOfBody, endpointOf, LONGEST_WAIT_MS, parseJson, sleep } from '../http.ts';
import type { Resource } from './budget.ts';
import { githubError } from './failures.ts';
import { baseUrlOf, credentialOf, KrsyncOctokit, octokitOptions, RETRIES } from './octokit.ts';
import { type Features, sessionOf } from './session.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';

export interface Answer {
  readonly unchanged: false;
  /** The body, its shape not yet checked. Parsed when it is read, for a page weighs far more than its bytes; read it once. */
  readonly data: unknown;
  readonly etag: string | null;
  /** By the server's own clock, to the second; by ours where it does not tell. */
  readonly servedAt: Instant;
  /** The `rel="next"` of the Link header. */
  readonly next: string | null;
  /** For messages. */
  readonly endpoint: string;
}

/** Reads GitHub, and writes to its issues. Every failure is a ConnectorError. */
export interface GitHubClient {
  /** `path` begins with a slash, or is a URL that GitHub itself gave. */
  get(path: string): Promise<Answer>;
  /** The same, free of charge when nothing changed since the answer that had this ETag. */
  getUnless(etag: string | null, path: string): Promise<Answer | { readonly unchanged: true }>;
  /** Changes something. Sent once: what a request did whose answer never came is for the caller to find out. */
  send(method: 'POST' | 'PATCH', path: string, body: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Where the address leads: one that is signed by itself, and must not be given the token. */
  locationOf(path: string): Promise<string>;
  /** Never resolves with a partial answer: `errors` beside `data` are an error, of code `server` when a smaller page may pass. */
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly graphqlEndpoint: string;
  /** What this server is taken to know; shared by all clients of the run. */
  readonly features: Features;
}

export interface ClientOptions {
  /** How often a request is sent again after a failure of the server or the connection. @default 2 */
  readonly retries?: number;
}

/** Limits that one request may meet one after another. */
const MOST_LIMITS = 50;
const MOST_SHORT_WAITS = 3;
const MOST_HOPS = 4;

/**
 * Octokit with its own plugins for what is GitHub's to know (5xx and broken connections are tried again; rate
 * limits are recognized and, when short, waited for), over the project's fetch for what is everyone's.
 */
export function openClient(
  context: PullContext<GitHubSettings>,
  { retries = RETRIES }: ClientOptions = {},
): GitHubClient {
  const { settings, signal, logger } = context;
  const baseUrl = baseUrlOf(settings);
  const session = sessionOf(context, credentialOf);
  const { budget, credential } = session;
  const graphqlEndpoint = `POST ${baseUrl.replace(/\/api\/v3$/, '/api')}/graphql`;
  const octokit = new KrsyncOctokit(octokitOptions(context, retries));
  octokit.hook.before('request', async (options) => {
    const token = await credential.current();
    if (token !== null) options.headers.authorization = `token ${token}`;
  });

  /** Sends a request, again after a renewed credential, and after a limit where the settings say to wait. */
  async function guarded<T>(resource: Resource, endpoint: string, request: () => Promise<T>): Promise<T> {
    let renewed = false;
    for (let limits = 0; ; ) {
      try {
        await budget.ready(resource, endpoint);
        return await orAborted(request(), signal, endpoint);
      } catch (thrown) {
        const token = await credential.current().catch(() => null);
        const secret = token ?? settings.app?.privateKey ?? null;
        const facts = { endpoint, token: secret, signedIn: isSignedIn(settings), now: context.now() };
        const error = githubError(thrown, facts);
        const wait = error.code === 'rate_limit' ? (error.retryAt ?? 0) - context.now() : 0;
        // Octokit's plugin waits for the short limits of REST, and does not see those that GraphQL tells in a 200.
        if (resource === 'graphql' && wait > 0 && wait <= LONGEST_WAIT_MS && limits < MOST_SHORT_WAITS) {
          await sleep(wait, signal, endpoint);
          limits += 1;
        } else if (error.code === 'rate_limit' && limits < MOST_LIMITS) {
          await budget.survive(error);
          limits += 1;
        } else if (error.code === 'auth' && !renewed && (await credential.renew())) {
          renewed = true;
        } else {
          throw error;
        }
      }
    }
  }

  async function getUnless(etag: string | null, path: string): Promise<Answer | { unchanged: true }> {
    const url = path.startsWith('/') ? `${baseUrl}${path}` : path;
    const endpoint = endpointOf('GET', url);
    assertSameOrigin(url, baseUrl, endpoint);
    return guarded('core', endpoint, async () => {
      try {
        // Octokit's own parser keeps big integers whole at ten times the cost of the native one.
        const response = await octokit.request(`GET ${url}`, {
          headers: etag === null ? {} : { 'if-none-match': etag },
          request: { parseSuccessResponseBody: false },
        });
        budget.note('core', response.headers);
        noteMove(path, response.url);
        return await answerOf(response, endpoint);
      } catch (error) {
        const { status, response } = error as { status?: number; response?: { headers?: AnswerHeaders } };
        budget.note('core', response?.headers ?? {});
        if (etag !== null && status === 304) return { unchanged: true };
        throw error;
      }
    });
  }

  async function sendOnce(method: 'POST' | 'PATCH', path: string, body: Readonly<Record<string, unknown>>) {
    const url = path.startsWith('/') ? `${baseUrl}${path}` : path;
    const endpoint = endpointOf(method, url);
    assertSameOrigin(url, baseUrl, endpoint);
    return guarded('core', endpoint, async (): Promise<Answer> => {
      // A redirect would make a GET of it.
      const response = await octokit.request(`${method} ${url}`, {
        ...body,
        request: { retries: 0, redirect: 'manual', parseSuccessResponseBody: false },
      });
      budget.note('core', response.headers);
      return answerOf(response, endpoint);
    });
  }

  async function answerOf(
    response: { readonly headers: ResponseHeaders; readonly data: unknown },
    endpoint: string,
  ): Promise<Answer> {
    const body = await bytesOf(response.data);
    return {
      unchanged: false,
      get data() {
        return parseJson(textDecoder.decode(body), endpoint);
      },
      etag: response.headers.etag ?? null,
      servedAt: timeOf(response.headers.date) ?? context.now(),
      next: nextOf(response.headers.link),
      endpoint,
    };
  }

  /** GitHub leads from an old name to the repository's number: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects */
  function noteMove(path: string, url: string): void {
    const name = /^\/repos\/([^/?]+\/[^/?]+)/.exec(path)?.[1];
    if (!name || session.moved.has(name) || !/\/repositories\/\d+(\/|\?|$)/.test(url)) return;
    session.moved.add(name);
    logger.warn(
      `${name} was renamed or transferred; GitHub still leads to it. Write its new name under \`repositories\`; \`krsync doctor\` tells it`,
    );
  }

  async function locationOf(path: string): Promise<string> {
    let url = path.startsWith('/') ? `${baseUrl}${path}` : path;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const endpoint = endpointOf('GET', url);
      assertSameOrigin(url, baseUrl, endpoint);
      const answer = await guarded('core', endpoint, async () => {
        const response = await octokit.request(`GET ${url}`, {
          request: { redirect: 'manual', parseSuccessResponseBody: false },
        });
        budget.note('core', response.headers);
        return { status: Number(response.status), location: response.headers.location };
      });
      if (answer.location === undefined || !URL.canParse(answer.location, url)) {
        throw new ConnectorError({
          code: 'shape',
          message: `The answer ${answer.status} has no location where a redirect was expected`,
          endpoint,
          remedy: 'Check the url of the source, and that no proxy or sign-in page answers in its place',
        });
      }
      const location = new URL(answer.location, url).href;
      // A renamed repository answers by its number, 301; only a 302 leads to what is signed.
      if (answer.status === 302 || answer.status === 303) return location;
      url = location;
    }
    throw new ConnectorError({
      code: 'shape',
      message: 'It redirects again and again',
      endpoint: endpointOf('GET', url),
      remedy: 'Check the url of the source',
    });
  }

  return {
    graphqlEndpoint,
    features: session.features,
    getUnless,
    send: sendOnce,
    locationOf,
    async get(path) {
      const answer = await getUnless(null, path);
      if (answer.unchanged) throw new Error('unreachable: an unconditional request cannot be unchanged');
      return answer;
    },
    graphql: (query, variables) =>
      guarded('graphql', graphqlEndpoint, async () => {
        // The caller halves its page instead of asking for the same again.
        const answer = await octokit.request('POST /graphql', {
          baseUrl: graphqlEndpoint.slice('POST '.length, -'/graphql'.length),
          query,
          variables,
          request: { retries: 0, parseSuccessResponseBody: false },
        });
        budget.note('graphql', answer.headers);
        const body = parseJson(textDecoder.decode(await bytesOf(answer.data)), graphqlEndpoint);
        const { data, errors } = (body ?? {}) as { data?: unknown; errors?: unknown };
        if (errors === undefined && data !== undefined && data !== null) return data;
        throw Object.assign(new Error(), { response: { headers: answer.headers, data: body } });
      }),
  };
}

/** Those that are read of a success. */
interface ResponseHeaders {
  readonly etag?: string;
  readonly date?: string;
  readonly link?: string;
}

type AnswerHeaders = Readonly<Record<string, string | number | undefined>>;

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

const textDecoder = new TextDecoder();

/** With `parseSuccessResponseBody: false` Octokit hands on the body's stream, null for an empty one. */
async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (!(body instanceof ReadableStream)) return new Uint8Array();
  return bytesOfBody(body) ?? new Uint8Array(await new Response(body).arrayBuffer());
}

function timeOf(date: string | undefined): Instant | null {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? null : at;
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
