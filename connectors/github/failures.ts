import { ConnectorError } from '../errors.ts';
import { quotaResetAt, retryAfterAt } from '../http.ts';

/** A minute is what GitHub asks for where it names no time: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const UNNAMED_WAIT_MS = 60_000;

export interface RequestFacts {
  /** `GET https://…`, without query. */
  readonly endpoint: string;
  readonly token: string | null;
  readonly now: number;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Octokit's RequestError, its GraphqlResponseError, and the plain error of its throttling plugin, as far as they are read. */
interface OctokitFailure {
  readonly message?: string;
  readonly status?: number;
  readonly cause?: unknown;
  readonly headers?: Headers;
  readonly response?: { readonly headers?: Headers; readonly data?: unknown };
  readonly errors?: readonly GraphqlFault[];
}

interface GraphqlFault {
  readonly type?: string;
  readonly message?: string;
  readonly extensions?: { readonly code?: string };
}

/** GitHub stopped a query that was too large; a smaller page may pass. The data that came with it is partial. */
export function isTooLarge(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.code === 'server' || error.code === 'timeout');
}

/** Re-types whatever Octokit threw. */
export function githubError(thrown: unknown, facts: RequestFacts): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown;
  const error = thrown as OctokitFailure;
  if (error.cause instanceof ConnectorError) return error.cause;
  const headers = error.response?.headers ?? error.headers ?? {};
  const faults = error.errors ?? faultsOf(error.response?.data);
  const status = error.status;
  if (status === undefined || status < 400) return graphqlError(faults, headers, facts);
  if (isRateLimit(status, headers, error.message ?? '')) return rateLimitError(status, headers, facts);
  return statusError(status, headers, facts, said(error, facts));
}

function statusError(status: number, headers: Headers, facts: RequestFacts, message: string): ConnectorError {
  const { endpoint } = facts;
  const repository = repositoryOf(endpoint);
  if (status === 401) {
    return new ConnectorError({
      code: 'auth',
      message: `GitHub refuses the token: ${message}`,
      endpoint,
      status,
      remedy: 'Give the source a valid `token`; this one is wrong, expired or revoked',
    });
  }
  if (status === 410 && /disabled/i.test(message)) {
    return new ConnectorError({
      code: 'not_found',
      message: `${repository ?? 'The repository'} has this switched off: ${message}`,
      endpoint,
      status,
      remedy: 'Switch it on in the settings of the repository, or measure another one',
    });
  }
  if (status === 404 || status === 410) {
    return new ConnectorError({
      code: 'not_found',
      message: repository
        ? `${repository} does not exist or the token cannot see it`
        : `GitHub knows no such address: ${message}`,
      endpoint,
      status,
      remedy: repository
        ? 'Check the name under `repositories`, and that the `token` may read this repository'
        : 'Check the `url` of the source',
    });
  }
  if (status === 403 || status === 451) {
    return new ConnectorError({
      code: 'forbidden',
      message: `GitHub forbids it${repository ? ` for ${repository}` : ''}: ${message}`,
      endpoint,
      status,
      remedy: headers['x-github-sso']
        ? 'Authorize the `token` for the single sign-on of the organization'
        : 'Let the `token` read issues, pull requests, contents and metadata of the repository',
    });
  }
  if (status >= 500 || status === 408) {
    const retryAt = retryAfterAt(headers['retry-after'], facts.now);
    return new ConnectorError({
      code: 'server',
      message: `GitHub failed with ${status}`,
      endpoint,
      status,
      ...(retryAt === null ? {} : { retryAt }),
      remedy: 'Nothing to mend here; the next run tries again. See https://www.githubstatus.com',
    });
  }
  return new ConnectorError({
    code: 'input',
    message: `GitHub refuses the request with ${status}: ${message}`,
    endpoint,
    status,
    remedy: 'Check the `url` and the `repositories` of the source',
  });
}

function graphqlError(
  faults: readonly GraphqlFault[],
  headers: Headers,
  facts: RequestFacts,
): ConnectorError {
  const { endpoint } = facts;
  const types = new Set(faults.map((fault) => fault.type ?? fault.extensions?.code));
  const message = clean(faults.map((fault) => fault.message ?? '').join('; '), facts) || 'no reason given';
  if (types.has('RATE_LIMITED')) return rateLimitError(undefined, headers, facts);
  if (types.has('NOT_FOUND')) {
    return new ConnectorError({
      code: 'not_found',
      message,
      endpoint,
      remedy: 'Check the name under `repositories`, and that the `token` may read this repository',
    });
  }
  if (types.has('FORBIDDEN') || types.has('INSUFFICIENT_SCOPES')) {
    return new ConnectorError({
      code: 'forbidden',
      message: `GitHub forbids it: ${message}`,
      endpoint,
      remedy: 'Let the `token` read pull requests, contents and metadata of the repository',
    });
  }
  if (types.has('INVALID_CURSOR_ARGUMENTS')) {
    return new ConnectorError({
      code: 'input',
      message: 'GitHub no longer knows the position in its list',
      endpoint,
      remedy: 'Run it again',
    });
  }
  if ([...types].some((type) => type !== undefined && /^(undefined|argument|variable|parse)/i.test(type))) {
    return new ConnectorError({
      code: 'shape',
      message: `This server does not understand the query: ${message}`,
      endpoint,
      remedy: 'Update GitHub Enterprise Server, or leave out the `token` to read by REST',
    });
  }
  return new ConnectorError({
    code: 'server',
    message: `GitHub answered a part only: ${message}`,
    endpoint,
    remedy: 'Nothing to mend here; the next run tries again. See https://www.githubstatus.com',
  });
}

/**
 * A 403 may be either; https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api names the
 * headers and words that make it a limit. "abuse" is what older Enterprise Servers say.
 */
function isRateLimit(status: number, headers: Headers, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined ||
    /rate limit|abuse detection/i.test(message)
  );
}

function rateLimitError(status: number | undefined, headers: Headers, facts: RequestFacts): ConnectorError {
  const { endpoint, now } = facts;
  const retryAt = retryAfterAt(headers['retry-after'], now) ?? quotaResetAt(headers) ?? now + UNNAMED_WAIT_MS;
  return new ConnectorError({
    code: 'rate_limit',
    message: `GitHub's rate limit is used up until ${new Date(retryAt).toISOString()}`,
    endpoint,
    ...(status === undefined ? {} : { status }),
    retryAt,
    remedy: facts.token
      ? 'The next run goes on where this one stopped; sync less often, or share the token with fewer programs'
      : 'The next run goes on where this one stopped; with a `token` GitHub allows 5,000 requests an hour',
  });
}

function faultsOf(data: unknown): readonly GraphqlFault[] {
  const errors = (data as { errors?: unknown } | null | undefined)?.errors;
  return Array.isArray(errors) ? errors : [];
}

/** GitHub's own words, where it gave any. */
function said(error: OctokitFailure, facts: RequestFacts): string {
  const message = (error.response?.data as { message?: unknown } | null | undefined)?.message;
  return (typeof message === 'string' && clean(message, facts)) || 'no reason given';
}

/** Short, one line, and without the token, should a server echo it. */
function clean(text: string, { token }: RequestFacts): string {
  let safe = text.replace(/\s+/g, ' ').trim();
  if (token) {
    for (const form of [token, encodeURIComponent(token), btoa(token)]) safe = safe.replaceAll(form, '***');
  }
  return safe.slice(0, 200);
}

/** The repository, or its owner where a glob is listed. */
function repositoryOf(endpoint: string): string | null {
  return /\/(?:repos\/([^/]+\/[^/]+)|(?:orgs|users)\/([^/]+))/.exec(endpoint)?.slice(1).find(Boolean) ?? null;
}
