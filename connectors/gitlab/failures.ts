import { inShort, REDACTED } from '../../src/domain/redact.ts';
import { ConnectorError } from '../errors.ts';
import { quotaResetAt, retryAfterAt } from '../http.ts';

/** What GitLab is given where it names no time. */
const UNNAMED_WAIT_MS = 60_000;

export interface Refusal {
  /** `GET https://…`, without query. */
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
  /** What must not be repeated. */
  readonly secrets: readonly string[];
}

/** https://docs.gitlab.com/api/rest/troubleshooting/#status-codes */
export function gitlabError(refusal: Refusal): ConnectorError {
  const { endpoint, status, headers, now } = refusal;
  const said = saidBy(refusal);
  const project = projectOf(endpoint);
  const retryAt = retryAfterAt(headers.get('retry-after'), now);
  if (status === 429 || (status === 403 && limitReset(headers, now) !== null)) {
    return new ConnectorError({
      code: 'rate_limit',
      message: 'GitLab allows no more requests for now',
      endpoint,
      status,
      retryAt: retryAt ?? limitReset(headers, now) ?? now + UNNAMED_WAIT_MS,
      remedy: 'Wait; the next run goes on where this one stopped. With a `token` GitLab allows more',
    });
  }
  if (status === 401) {
    return new ConnectorError({
      code: 'auth',
      message: `GitLab refuses the token: ${said}`,
      endpoint,
      status,
      remedy: 'Give the source a valid `token`, and its `tokenType`; this one is wrong, expired or revoked',
    });
  }
  if (status === 403) {
    return new ConnectorError({
      code: 'forbidden',
      message: `GitLab forbids it${project === null ? '' : ` for ${project}`}: ${said}`,
      endpoint,
      status,
      remedy:
        'Give the token the scope `read_api` and its owner the role Reporter, or list only the `streams` that the project has switched on',
    });
  }
  if (status === 404 || status === 410) {
    return new ConnectorError({
      code: 'not_found',
      message: /project not found/i.test(said)
        ? `${project} does not exist or the token cannot see it`
        : `GitLab finds nothing there${project === null ? '' : ` for ${project}`}: ${said}`,
      endpoint,
      status,
      remedy: 'Check the path under `projects` and `groups`, the `url`, and that the `token` may read it',
    });
  }
  if (status >= 500 || status === 408) {
    return new ConnectorError({
      code: 'server',
      message: `GitLab failed with ${status}`,
      endpoint,
      status,
      ...(retryAt === null ? {} : { retryAt }),
      remedy: 'Nothing to mend here; the next run tries again. For gitlab.com see https://status.gitlab.com',
    });
  }
  return new ConnectorError({
    code: 'input',
    message: `GitLab refuses the request with ${status}: ${said}`,
    endpoint,
    status,
    remedy: 'Check the `url` and the `projects` of the source',
  });
}

/** An answer that sends the reader elsewhere, where the token must not follow. */
export function redirectError(endpoint: string, status: number, location: URL | null): ConnectorError {
  if (location?.pathname.includes('/users/sign_in')) {
    return new ConnectorError({
      code: 'auth',
      message: 'GitLab wants a sign-in',
      endpoint,
      status,
      remedy: 'Give the source a `token` that may read the project',
    });
  }
  return new ConnectorError({
    code: 'input',
    message: `GitLab sends on to ${location?.origin ?? 'no address'}, and the token is not sent there`,
    endpoint,
    status,
    remedy: 'Write the address that GitLab has now as `url`',
  });
}

/** When a used-up limit is over: `RateLimit-Reset`, or as other servers before GitLab call it; null while some is left. */
export function limitReset(headers: Headers, now: number): number | null {
  const reset = Number(headers.get('ratelimit-reset'));
  if (headers.get('ratelimit-remaining') === '0' && Number.isFinite(reset) && reset > 0) {
    return Math.max(reset * 1000, now);
  }
  return quotaResetAt(Object.fromEntries(headers));
}

/** GitLab's own words: `message` is a text or an object, some answers have `error` with a description. */
function saidBy({ text, secrets }: Refusal): string {
  let said = '';
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) {
      const { message, error_description, error } = body as Record<string, unknown>;
      const found = message ?? error_description ?? error;
      said = typeof found === 'string' ? found : JSON.stringify(found ?? '');
    }
  } catch {
    // A proxy's page says nothing that helps.
  }
  // Also what looks like a token of GitLab's and is another one's.
  const clean = said.replace(/\bgl[a-z]{2,6}-[\w.-]{8,}/g, REDACTED);
  return inShort(clean, secrets, 200) || 'no reason given';
}

function projectOf(endpoint: string): string | null {
  const found = /\/api\/v4\/(?:projects|groups|users)\/([^/]+)/.exec(endpoint)?.[1];
  try {
    return found === undefined ? null : decodeURIComponent(found);
  } catch {
    return null;
  }
}
