import pLimit from 'p-limit';
import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import { endpointOf, LONGEST_WAIT_MS, parseAnswer, parseJson, policyFetch, sleep } from '../http.ts';
import { fetchWithin } from '../redirects.ts';
import { retrying } from '../retry.ts';
import { gitlabError, limitReset, redirectError } from './failures.ts';
import { type GitLabSettings, webAddress } from './settings.ts';

export interface Answer {
  /** The parsed body, its shape not yet checked. */
  readonly data: unknown;
  /** The `rel="next"` of the Link header. */
  readonly next: string | null;
  /** For messages. */
  readonly endpoint: string;
}

/** Reads GitLab's REST API, version 4. Every failure is a ConnectorError. */
export interface GitLabClient {
  /** `path` begins with a slash behind `/api/v4`, or is a URL that GitLab itself gave. */
  get(path: string): Promise<Answer>;
  /** One object. */
  one<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** All pages of a list as GitLab links them. */
  pages<T>(path: string, row: z.ZodType<T>): AsyncGenerator<readonly T[]>;
  all<T>(path: string, row: z.ZodType<T>): Promise<T[]>;
  /** For messages about an address that was not asked. */
  endpoint(path: string): string;
}

const AT_ONCE = 6;

/** Until when each server lets nobody in, by the run: all pulls of a source share its limit. */
const pauses = new WeakMap<AbortSignal, Map<string, Instant>>();

export function openClient(context: PullContext<GitLabSettings>): GitLabClient {
  const { settings, signal } = context;
  const base = `${webAddress(settings)}/api/v4`;
  const origin = new URL(base).origin;
  const fetch = policyFetch(context.fetch, { signal });
  const limit = pLimit(AT_ONCE);
  const secrets = settings.token === undefined ? [] : [settings.token];
  const headers = { accept: 'application/json', 'user-agent': 'krsync', ...credentials(settings) };
  const paused = pauses.get(signal) ?? new Map<string, Instant>();
  pauses.set(signal, paused);
  const account = JSON.stringify([base, settings.token]);

  function send(url: string): Promise<Response> {
    return fetchWithin(fetch, url, {
      headers,
      origin,
      isElsewhere: (location) => location.pathname.includes('/users/sign_in'),
      refused: (status, location) => redirectError(endpointOf('GET', url), status, location),
    });
  }

  async function sendOnce(url: string): Promise<Answer> {
    const endpoint = endpointOf('GET', url);
    const until = paused.get(account) ?? 0;
    if (until - context.now() > 0 && until - context.now() <= LONGEST_WAIT_MS)
      await sleep(until - context.now(), signal, endpoint);
    const response = await send(url);
    const { status } = response;
    const text = await response.text();
    const reset = limitReset(response.headers, context.now());
    if (reset !== null) paused.set(account, reset);
    if (!response.ok)
      throw gitlabError({ endpoint, status, headers: response.headers, text, now: context.now(), secrets });
    return {
      data: parseJson(text, endpoint),
      next: nextLink(response.headers.get('link'), origin),
      endpoint,
    };
  }

  function get(path: string): Promise<Answer> {
    const url = path.startsWith('/') ? `${base}${path}` : path;
    const { now } = context;
    return retrying(() => limit(() => sendOnce(url)), { signal, now, endpoint: endpointOf('GET', url) });
  }

  async function* pages<T>(path: string, row: z.ZodType<T>): AsyncGenerator<readonly T[]> {
    const page = z.array(row);
    for (let next: string | null = path; next !== null; ) {
      const answer = await get(next);
      yield parseAnswer(page, answer.data, answer.endpoint);
      next = answer.next;
    }
  }

  return {
    get,
    async one(path, schema) {
      const { data, endpoint } = await get(path);
      return parseAnswer(schema, data, endpoint);
    },
    pages,
    async all(path, row) {
      const rows = [];
      for await (const page of pages(path, row)) rows.push(...page);
      return rows;
    },
    endpoint: (path) => endpointOf('GET', `${base}${path}`),
  };
}

/** https://docs.gitlab.com/api/rest/authentication/ */
function credentials({ token, tokenType }: GitLabSettings): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  if (tokenType === 'bearer') return { authorization: `Bearer ${token}` };
  return tokenType === 'job' ? { 'job-token': token } : { 'private-token': token };
}

/** A next page on another server would be given the token. A server behind a proxy may call itself `http`. */
function nextLink(link: string | null, origin: string): string | null {
  for (const part of (link ?? '').split(/,\s*(?=<)/)) {
    const [, target, relation] = /^<([^>]*)>.*;\s*rel="?([\w-]+)"?/.exec(part.trim()) ?? [];
    if (relation !== 'next' || target === undefined || !URL.canParse(target, origin)) continue;
    const { pathname, search } = new URL(target, origin);
    return `${origin}${pathname}${search}`;
  }
  return null;
}
