export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOGIN_PAGE =
  '<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1><p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p></body></html>';

export function ok(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

/** Texts that are JSON already. */
export function written(body: string): Answer {
  return { status: 200, body };
}

export function refused(status: number, ...errorMessages: readonly string[]): Answer {
  return { status, body: JSON.stringify({ errorMessages, errors: {} }) };
}

export function notFound(what = 'null for uri'): Answer {
  return refused(404, what);
}

/** https://developer.atlassian.com/changelog/#CHANGE-2046 */
export function removedSearch(): Answer {
  return refused(
    410,
    'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046',
  );
}

export function unauthorized(dialect: 'cloud' | 'server'): Answer {
  const headers = {
    'x-seraph-loginreason': 'AUTHENTICATED_FAILED',
    'www-authenticate': 'OAuth realm="jira"',
  };
  if (dialect === 'server') {
    return {
      status: 401,
      body: LOGIN_PAGE,
      headers: { ...headers, 'content-type': 'text/html;charset=UTF-8' },
    };
  }
  const message = 'Client must be authenticated to access this resource.';
  return { status: 401, body: JSON.stringify({ message, 'status-code': 401 }), headers };
}
