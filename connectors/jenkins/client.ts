import pLimit from 'p-limit';
import type * as z from 'zod';
import type { PullContext } from '../contract.ts';
import { endpointOf, parseAnswer, parseJson, policyFetch } from '../http.ts';
import { fetchWithin } from '../redirects.ts';
import { basicAuth } from '../rest.ts';
import { retrying } from '../retry.ts';
import { isSignIn, jenkinsError, redirectError } from './failures.ts';
import { baseUrl, type JenkinsSettings } from './settings.ts';

/** Reads Jenkins' remote access API: https://www.jenkins.io/doc/book/using/remote-access-api/ */
export interface JenkinsClient {
  /** `path` as of `jobPath`, without `/api/json`; `tree` names the fields that are wanted. */
  get<T>(path: string, tree: string, schema: z.ZodType<T>): Promise<T>;
  /** For messages. */
  endpoint(path: string): string;
}

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
    // Plugins name what they counted in the language of the reader, else of the server.
    'accept-language': 'en',
    'user-agent': 'krsync',
    ...(user === undefined || token === undefined ? {} : { authorization: basicAuth(user, token) }),
  };

  function send(url: string): Promise<Response> {
    return fetchWithin(fetch, url, {
      headers,
      origin,
      isElsewhere: isSignIn,
      refused: (status, location) => redirectError(endpointOf('GET', url), status, location),
    });
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

  function get<T>(path: string, tree: string, schema: z.ZodType<T>): Promise<T> {
    const url = `${base}${path}/api/json?tree=${encodeURIComponent(tree)}`;
    const endpoint = endpointOf('GET', url);
    const ask = async () => parseAnswer(schema, await limit(() => sendOnce(url)), endpoint);
    return retrying(ask, { signal, now: context.now, endpoint });
  }

  return { get, endpoint: (path) => endpointOf('GET', `${base}${path}/api/json`) };
}
