import { HOUR } from '../../domain/time.ts';

export type Resource = 'core' | 'graphql';

export interface RateLimits {
  /** Requests an hour without a token. */
  readonly anonymous: number;
  /** Requests an hour with one. */
  readonly authenticated: number;
  /** Points an hour of GraphQL. */
  readonly graphql: number;
}

export const DEFAULT_LIMITS: RateLimits = { anonymous: 60, authenticated: 5000, graphql: 5000 };

/** Limits that no header tells of before they are met. */
export interface SecondaryLimits {
  /** Requests at the same time, of both APIs together. */
  readonly concurrent: number;
  /** Requests a minute to one path of the REST API. */
  readonly restAMinute: number;
  /** Queries a minute. */
  readonly graphqlAMinute: number;
  /** What `Retry-After` says, in seconds; null leaves the header out. */
  readonly retryAfter: number | null;
}

/** What GitHub names: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
export const GITHUB_SECONDARY_LIMITS: SecondaryLimits = {
  concurrent: 100,
  restAMinute: 900,
  graphqlAMinute: 2000,
  retryAfter: 60,
};

export interface Bucket {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

interface Window {
  used: number;
  endsAt: number;
}

/** Who asks: the token's text, or null without one. */
type Asker = string | null;

/** Counts requests in windows of an hour, one for each resource and for each who asks. */
export function createRateLimiter(limits: RateLimits, now: () => number) {
  const windows = new Map<string, Window>();

  function windowOf(resource: Resource, asker: Asker): Window {
    const key = `${resource} ${asker ?? ''}`;
    const known = windows.get(key);
    if (known && now() < known.endsAt) return known;
    const begun = { used: 0, endsAt: Math.ceil((now() + HOUR) / 1000) * 1000 };
    windows.set(key, begun);
    return begun;
  }

  function limitOf(resource: Resource, asker: Asker): number {
    if (resource === 'graphql') return asker === null ? 0 : limits.graphql;
    return asker === null ? limits.anonymous : limits.authenticated;
  }

  function bucket(resource: Resource, asker: Asker): Bucket {
    const limit = limitOf(resource, asker);
    const { used, endsAt } = windowOf(resource, asker);
    return { limit, used, remaining: Math.max(0, limit - used), reset: endsAt / 1000 };
  }

  return {
    bucket,
    /** Spends points; false, and nothing spent, when none is left. */
    spend(resource: Resource, asker: Asker, points = 1): boolean {
      if (bucket(resource, asker).remaining <= 0) return false;
      const window = windowOf(resource, asker);
      window.used = Math.min(limitOf(resource, asker), window.used + points);
      return true;
    },
    /** What `/rate_limit` answers. */
    overview(asker: Asker) {
      const core = bucket('core', asker);
      const most = asker === null ? 10 : 30;
      const search = { limit: most, used: 0, remaining: most, reset: core.reset };
      return { resources: { core, search, graphql: bucket('graphql', asker) }, rate: core };
    },
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;

const MINUTE_MS = 60_000;

/** Counts what the secondary limits bound. */
export function createSecondaryLimiter(limits: SecondaryLimits | null, now: () => number) {
  const asked = new Map<string, number[]>();
  let underWay = 0;

  function aMinute(path: string): number {
    const from = now() - MINUTE_MS;
    const times = (asked.get(path) ?? []).filter((at) => at > from);
    times.push(now());
    asked.set(path, times);
    return times.length;
  }

  return {
    /** Whether a request to the path is one too many. Each is to be told to `leave` at its end. */
    enter(path: string): boolean {
      underWay += 1;
      if (limits === null) return false;
      const most = path.endsWith('/graphql') ? limits.graphqlAMinute : limits.restAMinute;
      return aMinute(path) > most || underWay > limits.concurrent;
    },
    leave(): void {
      underWay -= 1;
    },
  };
}
