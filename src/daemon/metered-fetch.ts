/** What a tool answered, and what it says is left of its limit, where it says so. */
export interface Answer {
  readonly host: string;
  /** `error` when there was no answer. */
  readonly status: number | 'error';
  readonly left: number | null;
  /** The limit that it counts against, where a tool has several; else `all`. */
  readonly limit: string;
}

/** GitHub, Jira and GitLab; the last is what the IETF drafts. */
const LEFT = ['x-ratelimit-remaining', 'ratelimit-remaining'] as const;

/** A fetch that tells of every request that it makes. */
export function meteredFetch(
  fetch: typeof globalThis.fetch,
  onAnswer: (answer: Answer) => void,
): typeof globalThis.fetch {
  return async (input, init) => {
    const host = hostOf(input instanceof Request ? input.url : String(input));
    try {
      const response = await fetch(input, init);
      onAnswer({
        host,
        status: response.status,
        left: leftIn(response.headers),
        limit: limitIn(response.headers),
      });
      return response;
    } catch (error) {
      onAnswer({ host, status: 'error', left: null, limit: 'all' });
      throw error;
    }
  };
}

function leftIn(headers: Headers): number | null {
  for (const name of LEFT) {
    const text = headers.get(name);
    if (text !== null && /^\d+$/.test(text)) return Number(text);
  }
  return null;
}

function limitIn(headers: Headers): string {
  return headers.get('x-ratelimit-resource') ?? 'all';
}

/** The name alone: an address may hold a credential. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : 'unknown';
}
