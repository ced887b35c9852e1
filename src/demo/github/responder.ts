import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Company } from '../company/model.ts';
import { type AppOptions, createApps } from './apps.ts';
import { createGraphqlApi } from './graphql/api.ts';
import type { Generation } from './graphql/schema.ts';
import { matchesTag } from './http.ts';
import type { Bucket, RateLimiter, Resource } from './limits.ts';
import type { Access, Permission } from './permissions.ts';
import { createPreparedCache, type Prepared, prepare } from './prepared.ts';
import type { Addresses } from './rest/addresses.ts';
import { badCredentials, notFound, ok, rateLimitExceeded, unsupportedVersion } from './rest/answer.ts';
import { appRoute, isAppPath } from './rest/app-routes.ts';
import { storeAnswer } from './rest/artifacts.ts';
import { restRoute } from './rest/routes.ts';

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON of a POST. */
  readonly body: unknown;
  readonly remoteAddress: string;
}

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ResponderOptions {
  readonly company: Company;
  readonly token: string | null;
  /** What that token may not read. */
  readonly lacks: readonly Permission[];
  readonly app: AppOptions | undefined;
  readonly generation: Generation;
  readonly limiter: RateLimiter;
  readonly now: () => number;
  readonly addresses: Addresses;
  readonly cursorFrom: number;
  readonly largestPage: number;
}

/** Who asks: nobody known, the owner of a token, or somebody with a wrong one. */
type Asker =
  | { readonly kind: 'anonymous' | 'wrong'; readonly token: null; readonly access: null }
  | { readonly kind: 'known'; readonly token: string; readonly access: Access };

interface Turn {
  readonly prepared: Prepared;
  readonly notModified?: boolean;
}

const ANONYMOUS: Asker = { kind: 'anonymous', token: null, access: null };
const WRONG: Asker = { kind: 'wrong', token: null, access: null };
const API_VERSIONS = ['2022-11-28'];
const ENTERPRISE_VERSION = '3.18.0';

/** Answers requests as GitHub does, rate limits and conditional requests included. */
export function createResponder(options: ResponderOptions) {
  const { company, limiter, now, addresses, app, generation } = options;
  const enterprise: Addresses = { ...addresses, api: `${addresses.api}/api/v3` };
  const cached = createPreparedCache(company);
  const graphql = createGraphqlApi({
    company,
    web: addresses.web,
    generation,
    largestPage: options.largestPage,
  });
  const apps = createApps(app, now);
  const own: Access = {
    account: company.people[0] ?? company.organization,
    kind: 'token',
    lacks: new Set(options.lacks),
  };
  const bot: Account = { ...own.account, login: app?.slug ?? '', type: 'Bot', name: null, email: null };
  const installed: Access = { account: bot, kind: 'installation', lacks: new Set(app?.lacks) };

  function askerOf(headers: IncomingHttpHeaders): Asker {
    if (headers.authorization === undefined) return ANONYMOUS;
    const token = /^(?:bearer|token)\s+(\S+)$/i.exec(headers.authorization)?.[1] ?? '';
    if (token !== '' && token === options.token) return { kind: 'known', token, access: own };
    return apps.accepts(token) ? { kind: 'known', token, access: installed } : WRONG;
  }

  function rest(asked: Asked, { token, access }: Asker, pathname: string): Turn {
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return { prepared: prepare(notFound()) };
    const version = asked.headers['x-github-api-version'];
    if (version !== undefined && !API_VERSIONS.includes(String(version))) {
      return { prepared: prepare(unsupportedVersion(String(version), API_VERSIONS)) };
    }
    const prepared = cached(token ?? '', asked.path, () =>
      restRoute({
        company,
        addresses: pathname.startsWith('/api/') ? enterprise : addresses,
        path: plainPath(pathname),
        query: new URL(asked.path, addresses.api).searchParams,
        access,
        cursorFrom: options.cursorFrom,
        largestPage: options.largestPage,
      }),
    );
    return {
      prepared,
      notModified: prepared.tag !== null && matchesTag(asked.headers['if-none-match'], prepared.tag),
    };
  }

  function takeTurn(asked: Asked, asker: Asker, pathname: string, requestId: string): Turn {
    const segments = plainPath(pathname).split('/').filter(Boolean);
    if (isAppPath(segments)) {
      const { method, headers } = asked;
      const request = { company, addresses, method, authorization: headers.authorization, app, apps };
      return { prepared: prepare(appRoute(request, segments)) };
    }
    const stored = storeAnswer(company, asked.path, asked.headers.authorization);
    if (stored) return { prepared: stored };
    if (asker.kind === 'wrong') return { prepared: prepare(badCredentials()) };
    const { token, access } = asker;
    if (isGraphql(pathname)) {
      const bucket = limiter.bucket('graphql', token);
      const result = graphql({ method: asked.method, body: asked.body, access, bucket, requestId });
      if (result.cost > 0) limiter.spend('graphql', token, result.cost);
      return { prepared: prepare(result) };
    }
    if (plainPath(pathname) === '/rate_limit') return { prepared: prepare(ok(limiter.overview(token))) };
    if (limiter.bucket('core', token).remaining <= 0) {
      const who = access ? { userId: access.account.id } : { address: asked.remoteAddress };
      return { prepared: prepare(rateLimitExceeded(who, requestId)) };
    }
    const turn = rest(asked, asker, pathname);
    if (!(turn.notModified && token !== null)) limiter.spend('core', token);
    return turn;
  }

  function respond(asked: Asked): Response {
    const { pathname } = new URL(asked.path, addresses.api);
    const asker = askerOf(asked.headers);
    const requestId = randomBytes(12).toString('hex').toUpperCase();
    const { prepared, notModified = false } = takeTurn(asked, asker, pathname, requestId);
    const signedIn = asker.kind === 'known';
    const resource: Resource = isGraphql(pathname) ? 'graphql' : 'core';
    const gzip = /\bgzip\b/.test(String(asked.headers['accept-encoding'] ?? ''));
    const headers: Record<string, string> = {
      date: new Date(now()).toUTCString(),
      server: 'github.com',
      'content-type': 'application/json; charset=utf-8',
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': requestId,
      ...limitHeaders(limiter.bucket(resource, asker.token), resource),
      ...cacheHeaders(prepared.tag, signedIn, gzip),
      ...prepared.headers,
    };
    if (resource === 'core') {
      headers['x-github-api-version-selected'] = String(
        asked.headers['x-github-api-version'] ?? API_VERSIONS[0],
      );
    }
    if (pathname.startsWith('/api/')) headers['x-github-enterprise-version'] = ENTERPRISE_VERSION;
    if (notModified) return { status: 304, headers, body: Buffer.alloc(0) };
    return { status: prepared.status, headers, body: prepared.body };
  }

  return { respond, authenticates: (headers: IncomingHttpHeaders) => askerOf(headers).kind === 'known' };
}

/** Without the prefix of an enterprise server. */
function plainPath(pathname: string): string {
  return pathname.replace(/^\/api\/v3(?=\/|$)/, '');
}

function isGraphql(pathname: string): boolean {
  return pathname === '/graphql' || pathname === '/api/graphql';
}

function limitHeaders(bucket: Bucket, resource: Resource): Record<string, string> {
  return {
    'x-ratelimit-limit': String(bucket.limit),
    'x-ratelimit-remaining': String(bucket.remaining),
    'x-ratelimit-reset': String(bucket.reset),
    'x-ratelimit-used': String(bucket.used),
    'x-ratelimit-resource': resource,
  };
}

/** GitHub's tags are weak for a client that takes compressed answers, and strong for one that does not. */
function cacheHeaders(tag: string | null, signedIn: boolean, gzip: boolean): Record<string, string> {
  if (tag === null) return { 'cache-control': 'no-cache' };
  return {
    'cache-control': `${signedIn ? 'private' : 'public'}, max-age=60, s-maxage=60`,
    vary: signedIn
      ? 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding'
      : 'Accept, Accept-Encoding',
    etag: `${gzip ? 'W/' : ''}"${tag}"`,
  };
}
