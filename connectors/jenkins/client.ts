import pLimit from 'p-limit';
import type * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import {
  backoffMs,
  endpointOf,
  LONGEST_WAIT_MS,
  parseAnswer,
  parseJson,
  policyFetch,
  sleep,
} from '../http.ts';
import { isSignIn, jenkinsError, redirectError } from './failures.ts';
import { baseUrl, type JenkinsSettings } from './settings.ts';

/** Reads Jenkins' remote access API: https://www.jenkins.io/doc/book/using/remote-access-api/ */
export interface JenkinsClient {
  /** `path` as of `jobPath`, without `/api/json`; `tree` names the fields that are wanted. */
  get<T>(path: string, tree: string, schema: z.ZodType<T>): Promise<T>;
  /** For messages. */
  endpoint(path: string): string;
}

const ATTEMPTS = 3;
const MOST_REDIRECTS = 5;
const AT_ONCE = 6;

/** `/job/acme/job/web`. The branch `feature/x` of a pipeline is the job `feature%2Fx`, whose percent sign is quoted again. */
export function jobPath(fullName: string): string {
  return fullName
    .split('/')
    .map((name) => `/job/${encodeURIComponent(name)}`)
    .join('');
}

export function openClient(context: PullContext<JenkinsSettings>): JenkinsClient {
  const { settings, signal } = context;
  const base = baseUrl(settings);
  const { origin } = new URL(base);
  const fetch = policyFetch(context.fetch, { signal });
  const limit = pLimit(AT_ONCE);
  const { user, token } = settings;
  const headers = {
    accept: 'application/json',
    'user-agent': 'krsync',
    ...(user === undefined || token === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` }),
  };

  async function send(url: string): Promise<Response> {
    const endpoint = endpointOf('GET', url);
    for (let redirects = 0, at = url; ; redirects += 1) {
      const response = await fetch(at, { headers, redirect: 'manual' });
      if (response.status < 300 || response.status >= 400) return response;
      const to = response.headers.get('location');
      const location = to !== null && URL.canParse(to, at) ? new URL(to, at) : null;
      // To a sign-in page, or to a server that the token is not for.
      if (location?.origin !== origin || isSignIn(location) || redirects >= MOST_REDIRECTS)
        throw redirectError(endpoint, response.status, location);
      at = location.href;
    }
  }

  async function sendOnce(url: string): Promise<unknown> {
    const endpoint = endpointOf('GET', url);
    const response = await send(url);
    const text = await response.text();
    if (!response.ok)
      throw jenkinsError({
        endpoint,
        status: response.status,
        headers: response.headers,
        now: context.now(),
        signedIn: token !== undefined,
      });
    return parseJson(text, endpoint);
  }

  async function get<T>(path: string, tree: string, schema: z.ZodType<T>): Promise<T> {
    const url = `${base}${path}/api/json?tree=${encodeURIComponent(tree)}`;
    const endpoint = endpointOf('GET', url);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return parseAnswer(schema, await limit(() => sendOnce(url)), endpoint);
      } catch (error) {
        const wait = error instanceof ConnectorError ? waitOf(error, attempt, context.now()) : null;
        if (wait === null) throw error;
        await sleep(wait, signal, endpoint);
      }
    }
  }

  return { get, endpoint: (path) => endpointOf('GET', `${base}${path}/api/json`) };
}

/** Milliseconds before the next attempt; null when there shall be none. Reading is safe to repeat. */
function waitOf(error: ConnectorError, attempt: number, now: Instant): number | null {
  if (error.code !== 'network' && error.code !== 'server' && error.code !== 'rate_limit') return null;
  if (attempt >= ATTEMPTS) return null;
  if (error.retryAt === undefined) return backoffMs(attempt + 1);
  const wait = error.retryAt - now;
  return wait <= LONGEST_WAIT_MS ? Math.max(0, wait) : null;
}
