import { ConnectorError } from '../errors.ts';
import { quotaResetAt, retryAfterAt } from '../http.ts';

/** Where no time is named. */
const UNNAMED_WAIT_MS = 60_000;

export interface Refusal {
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Headers;
  readonly now: number;
  readonly signedIn: boolean;
}

/** Jenkins answers a refusal with a page of HTML, which says nothing that the status does not. */
export function jenkinsError({ endpoint, status, headers, now, signedIn }: Refusal): ConnectorError {
  const job = jobOf(endpoint);
  const what = job === null ? 'Jenkins' : `Jenkins, at ${job},`;
  const retryAt = retryAfterAt(headers.get('retry-after'), now);
  const quotaAt = quotaResetAt(Object.fromEntries(headers));
  if (status === 429 || (status === 403 && quotaAt !== null)) {
    return new ConnectorError({
      code: 'rate_limit',
      message: `${what} allows no more requests for now`,
      endpoint,
      status,
      retryAt: retryAt ?? quotaAt ?? now + UNNAMED_WAIT_MS,
      remedy: 'Wait; the next run goes on where this one stopped',
    });
  }
  if (status === 401) {
    return new ConnectorError({
      code: 'auth',
      message: 'Jenkins refuses the user and token',
      endpoint,
      status,
      remedy: 'Give the source the `user` and an API `token` of that user, not the password',
    });
  }
  if (status === 403) {
    return new ConnectorError({
      code: 'forbidden',
      message: `${what} forbids it`,
      endpoint,
      status,
      remedy: signedIn
        ? 'Give the user the permissions Overall/Read and Job/Read'
        : 'Give the source a `user` and `token`, for strangers may not read this',
    });
  }
  if (status === 404 || status === 410) {
    return new ConnectorError({
      code: 'not_found',
      message:
        job === null
          ? 'Jenkins finds nothing there'
          : `${job} does not exist, was renamed, or the user cannot see it`,
      endpoint,
      status,
      remedy: 'Check the name under `jobs`, the prefix in `url`, and that the user may read the job',
    });
  }
  if (status >= 500 || status === 408) {
    return new ConnectorError({
      code: 'server',
      message: `Jenkins failed with ${status}`,
      endpoint,
      status,
      ...(retryAt === null ? {} : { retryAt }),
      remedy: 'Jenkins may be starting: see its log if this lasts. The next run tries again',
    });
  }
  return new ConnectorError({
    code: 'input',
    message: `Jenkins refuses the request with ${status}`,
    endpoint,
    status,
    remedy: 'Check the `url` of the source',
  });
}

export function redirectError(endpoint: string, status: number, location: URL | null): ConnectorError {
  if (location !== null && isSignIn(location)) {
    return new ConnectorError({
      code: 'auth',
      message: 'Jenkins wants a sign-in',
      endpoint,
      status,
      remedy: 'Give the source a `user` and an API `token`, which work without a sign-in page',
    });
  }
  return new ConnectorError({
    code: 'input',
    message: `Jenkins sends on to ${location?.origin ?? 'no address'}, and the token is not sent there`,
    endpoint,
    status,
    remedy: 'Write the address that Jenkins has now as `url`',
  });
}

export function isSignIn({ pathname }: URL): boolean {
  return /\/(login|securityRealm\/commenceLogin|oauth2?\/|saml)/i.test(pathname);
}

/** What the address calls the job. */
function jobOf(endpoint: string): string | null {
  const names = [...endpoint.matchAll(/\/job\/([^/]+)/g)].map(([, name = '']) => {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  });
  return names.length > 0 ? names.join('/') : null;
}
