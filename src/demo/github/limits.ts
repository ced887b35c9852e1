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

/** Counts requests in windows of an hour, one for each resource and for each of signed in and not. */
export function createRateLimiter(limits: RateLimits, now: () => number) {
  const windows = new Map<string, Window>();

  function windowOf(resource: Resource, authenticated: boolean): Window {
    const key = `${resource}:${authenticated}`;
    const known = windows.get(key);
    if (known && now() < known.endsAt) return known;
    const begun = { used: 0, endsAt: Math.ceil((now() + HOUR) / 1000) * 1000 };
    windows.set(key, begun);
    return begun;
  }

  function limitOf(resource: Resource, authenticated: boolean): number {
    if (resource === 'graphql') return authenticated ? limits.graphql : 0;
    return authenticated ? limits.authenticated : limits.anonymous;
  }

  function bucket(resource: Resource, authenticated: boolean): Bucket {
    const limit = limitOf(resource, authenticated);
    const { used, endsAt } = windowOf(resource, authenticated);
    return { limit, used, remaining: Math.max(0, limit - used), reset: endsAt / 1000 };
  }

  return {
    bucket,
    /** Spends points; false, and nothing spent, when none is left. */
    spend(resource: Resource, authenticated: boolean, points = 1): boolean {
      if (bucket(resource, authenticated).remaining <= 0) return false;
      const window = windowOf(resource, authenticated);
      window.used = Math.min(limitOf(resource, authenticated), window.used + points);
      return true;
    },
    /** What `/rate_limit` answers. */
    overview(authenticated: boolean) {
      const core = bucket('core', authenticated);
      const search = {
        limit: authenticated ? 30 : 10,
        used: 0,
        remaining: authenticated ? 30 : 10,
        reset: core.reset,
      };
      return { resources: { core, search, graphql: bucket('graphql', authenticated) }, rate: core };
    },
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;
