import { inShort, REDACTED } from '../../src/domain/redact.ts';
import { ConnectorError } from '../errors.ts';
import { quotaResetAt, retryAfterAt } from '../http.ts';
import { usedUp } from './budget.ts';
import { acceptedPermissions, missingScopes } from './permissions.ts';

/** A minute is what GitHub asks for where it names no time: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const UNNAMED_WAIT_MS = 60_000;

export interface RequestFacts {
  /** `GET https://…`, without query. */
  readonly endpoint: string;
  /** What the request was signed with, to keep it out of messages. */
  readonly token: string | null;
  readonly signedIn: boolean;
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
  readonly code?: string;
  readonly message?: string;
  readonly extensions?: { readonly code?: string };
  /** The field that it is about, from the query's root on. */
  readonly path?: readonly unknown[];
}

/** GitHub stopped a query that was too large; a smaller page may pass. The data that came with it is partial. */
export function isTooLarge(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.code === 'server' || error.code === 'timeout');
}

const UNKNOWN_QUERY = 'This server does not understand the query';

/** An older server does not know a part of the query. */
export function isUnknownQuery(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.message.startsWith(UNKNOWN_QUERY);
}

const GONE = 'GitHub no longer has it';

/** An issue or pull request was deleted or transferred since its page was listed. */
export function isGone(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.code === 'not_found' && error.message.startsWith(GONE);
}

export function goneError(endpoint: string, message: string): ConnectorError {
  return new ConnectorError({
    code: 'not_found',
    message: `${GONE}: ${message}`,
    endpoint,
    remedy: 'Nothing to mend here; the next run goes on without it',
  });
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

/** How GitHub says that a feature of the repository is off, or that nothing ever used it. */
const SWITCHED_OFF =
  /\b(disabled (in|for) this repo|is disabled|not enabled|must be enabled|no analysis found)/i;

/** The repository does not have this: there is nothing to read, which is no failure. */
export function isSwitchedOff(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && / has this switched off: /.test(error.message);
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
  if ([403, 404, 410].includes(status) && SWITCHED_OFF.test(message)) {
    return new ConnectorError({
      code: 'not_found',
      message: `${repository ?? 'The repository'} has this switched off: ${message}`,
      endpoint,
      status,
      remedy: 'Switch it on in the settings of the repository, or measure another one',
    });
  }
  if (status === 404 || status === 410) {
    const scopes = missingScopes(headers);
    return new ConnectorError({
      code: 'not_found',
      message: repository
        ? `${repository} does not exist or the token cannot see it`
        : `GitHub knows no such address: ${message}`,
      endpoint,
      status,
      remedy: repository
        ? `Check the name under \`repositories\`, and that the \`token\` may read this repository${scopes ? `: ${scopes}` : ''}`
        : 'Check the `url` of the source',
    });
  }
  if (status === 403 || status === 451) {
    const permissions = acceptedPermissions(headers);
    const wanted = permissions ?? 'issues, pull requests, contents and metadata';
    return new ConnectorError({
      code: 'forbidden',
      message: `GitHub forbids it${repository ? ` for ${repository}` : ''}: ${message}${permissions ? ` (it takes ${permissions})` : ''}`,
      endpoint,
      status,
      remedy: headers['x-github-sso']
        ? 'Authorize the `token` for the single sign-on of the organization'
        : `Let the \`token\` read ${wanted} of the repository`,
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
  const types = new Set(faults.flatMap((fault) => [fault.type, fault.code, fault.extensions?.code]));
  const message = clean(faults.map((fault) => fault.message ?? '').join('; '), facts) || 'no reason given';
  // https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api names no type; both are seen.
  if (types.has('RATE_LIMITED') || types.has('RATE_LIMIT') || types.has('graphql_rate_limit'))
    return rateLimitError(undefined, headers, facts);
  if (types.has('NOT_FOUND')) {
    // Something inside a repository that is there: `repository.issue`.
    const missing = faults.filter((fault) => fault.type === 'NOT_FOUND');
    if (missing.every(({ path }) => path && path.length > 1)) return goneError(endpoint, message);
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
      message: `${UNKNOWN_QUERY}: ${message}`,
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
  return usedUp(retryAt, endpoint, facts.signedIn, status);
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

/** Whatever looks like a credential of GitHub's: its tokens, and the signed requests of an app. */
const CREDENTIALS = /\b(?:gh[a-z]_|github_pat_)\w{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Short, one line, and without the token, should a server echo it. */
function clean(text: string, { token }: RequestFacts): string {
  return inShort(text.replace(CREDENTIALS, REDACTED), token ? [token] : [], 200);
}

/** What went wrong when an app asked for its token. */
export function appError(thrown: unknown, facts: RequestFacts): ConnectorError {
  const error = githubError(thrown, facts);
  const { status, response, cause } = thrown as OctokitFailure;
  const wasSent = status !== undefined || response !== undefined || cause instanceof ConnectorError;
  if (!(thrown instanceof ConnectorError) && !wasSent) {
    return new ConnectorError({
      code: 'auth',
      message: 'The private key of the app cannot be used: it is not an RSA key in PEM',
      endpoint: facts.endpoint,
      remedy: 'Give `app.privateKey` the whole file that GitHub made, with its first and last line',
    });
  }
  if (error.code !== 'auth' && error.code !== 'not_found') return error;
  return new ConnectorError({
    code: 'auth',
    message: `GitHub gives the app no token: ${error.code === 'not_found' ? 'it knows no such installation' : error.message}`,
    endpoint: facts.endpoint,
    ...(error.status === undefined ? {} : { status: error.status }),
    remedy:
      'Check `app.id`, `app.privateKey` and `app.installationId`, and that the clock of this machine is right',
  });
}

/** The repository, or its owner where a glob is listed. */
function repositoryOf(endpoint: string): string | null {
  return /\/(?:repos\/([^/]+\/[^/]+)|(?:orgs|users)\/([^/]+))/.exec(endpoint)?.slice(1).find(Boolean) ?? null;
}
