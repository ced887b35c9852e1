/** What a route answers. `json` is a body that is serialised already. */
export interface Answer {
  readonly status: number;
  readonly json: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer of a wrong request: it has no ETag. */
  readonly failed?: boolean;
}

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, json: JSON.stringify(body), headers };
}

const DOCS = 'https://docs.github.com/rest';

function failure(status: number, message: string, docs: string, more: object = {}): Answer {
  const body = { message, ...more, documentation_url: docs, status: String(status) };
  return { status, json: JSON.stringify(body), failed: true };
}

export function notFound(docs = ''): Answer {
  return failure(404, 'Not Found', `${DOCS}${docs}`);
}

export function badCredentials(): Answer {
  return failure(401, 'Bad credentials', DOCS);
}

export function requiresAuthentication(docs: string): Answer {
  return failure(401, 'Requires authentication', `${DOCS}${docs}`);
}

/** A permission is missing, or what is asked for is switched off. */
export function forbidden(
  message: string,
  docs = '',
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { ...failure(403, message, `${DOCS}${docs}`), headers };
}

/** There is such a thing, but not here. */
export function missing(message: string, docs: string): Answer {
  return failure(404, message, `${DOCS}${docs}`);
}

export function unauthorized(message: string): Answer {
  return failure(401, message, DOCS);
}

export function issuesDisabled(): Answer {
  return failure(410, 'Issues has been disabled in this repository.', 'https://docs.github.com/v3/issues/');
}

export function gone(): Answer {
  return failure(410, 'This issue was deleted', `${DOCS}/issues/issues#get-an-issue`);
}

export function movedPermanently(location: string): Answer {
  const docs = 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects';
  const body = { message: 'Moved Permanently', url: location, documentation_url: docs };
  return { status: 301, json: JSON.stringify(body), headers: { location }, failed: true };
}

export function validationFailed(field: string, value: string, docs: string): Answer {
  const errors = [{ value, resource: 'Issue', field, code: 'invalid' }];
  return failure(422, 'Validation Failed', `${DOCS}${docs}`, { errors });
}

export function pageNotSupported(docs: string): Answer {
  const message =
    'Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)';
  return failure(422, message, `${DOCS}${docs}`);
}

export function unsupportedVersion(version: string, supported: readonly string[]): Answer {
  const message = `Version ${version} is not supported. Supported versions: ${supported.join(', ')}`;
  return failure(400, message, `${DOCS}/about-the-rest-api/api-versions`);
}

/** The words differ by whether somebody signed in, as GitHub's do. */
export function rateLimitExceeded(
  who: { readonly userId: number } | { readonly address: string },
  requestId: string,
) {
  const message =
    'userId' in who
      ? `API rate limit exceeded for user ID ${who.userId}. If you reach out to GitHub Support for help, please include the request ID ${requestId}.`
      : `API rate limit exceeded for ${who.address}. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)`;
  return failure(403, message, `${DOCS}/using-the-rest-api/rate-limits-for-the-rest-api`);
}
