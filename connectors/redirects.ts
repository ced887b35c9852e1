const MOST_REDIRECTS = 5;

export interface WithinOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** The one server that the credentials are for. */
  readonly origin: string;
  /** A page of the same server that is no answer, such as its sign-in. */
  readonly isElsewhere: (location: URL) => boolean;
  /** The error of a redirect that is not followed; null where the server said no address. */
  readonly refused: (status: number, location: URL | null) => Error;
}

/**
 * Gets an address and follows redirects by hand as long as they stay on the server: fetch would take a header with a
 * token along to another one.
 */
export async function fetchWithin(
  fetch: typeof globalThis.fetch,
  url: string,
  { headers, origin, isElsewhere, refused }: WithinOptions,
): Promise<Response> {
  for (let redirects = 0, at = url; ; redirects += 1) {
    const response = await fetch(at, { headers, redirect: 'manual' });
    const { status } = response;
    if (status < 300 || status >= 400 || status === 304) return response;
    const to = response.headers.get('location');
    const location = to !== null && URL.canParse(to, at) ? new URL(to, at) : null;
    if (location?.origin !== origin || isElsewhere(location) || redirects >= MOST_REDIRECTS)
      throw refused(status, location);
    at = location.href;
  }
}
