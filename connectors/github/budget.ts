import type { Logger } from 'pino';
import type { Instant } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { sleep } from '../http.ts';

/** GitHub counts the requests of REST and the points of GraphQL apart. */
export type Resource = 'core' | 'graphql';
type Headers = Readonly<Record<string, string | number | undefined>>;

export interface BudgetOptions {
  readonly onLimit: 'stop' | 'wait';
  readonly signedIn: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  readonly logger: Logger;
}

/** What is left of the rate limits, as the answers tell. One for all requests of a source in a run. */
export interface Budget {
  /** Reads the headers of an answer. */
  note(resource: Resource, headers: Headers): void;
  /** Resolves when a request may be sent: at once mostly, slowly near the limit. Rejects with `rate_limit` at it. */
  ready(resource: Resource, endpoint: string): Promise<void>;
  /** Waits for the end of a limit where the settings say so; rejects with the error where they do not. */
  survive(error: ConnectorError): Promise<void>;
}

interface Quota {
  remaining: number;
  readonly limit: number;
  readonly resetAt: Instant;
}

/** From this share on requests are spread over the time that is left. */
const LOW_SHARE = 0.1;
/** A run that stops at the limit has no use for long pauses before it. */
const LONGEST_PAUSE_MS = { stop: 250, wait: 60_000 } as const;
/** The clocks of two machines differ. */
const MARGIN_MS = 1_000;

export function createBudget(options: BudgetOptions): Budget {
  const { onLimit, signal, now, logger } = options;
  const quotas = new Map<Resource, Quota>();
  let announced = 0;

  return {
    note(resource, headers) {
      const limit = Number(headers['x-ratelimit-limit']);
      const remaining = Number(headers['x-ratelimit-remaining']);
      const reset = Number(headers['x-ratelimit-reset']);
      if (!(limit > 0) || !(remaining >= 0) || !(reset > 0)) return;
      // Seconds since the epoch; some servers say milliseconds.
      quotas.set(resource, { limit, remaining, resetAt: reset > 1e11 ? reset : reset * 1000 });
    },

    async ready(resource, endpoint) {
      for (;;) {
        const quota = quotas.get(resource);
        const left = quota ? quota.resetAt - now() : 0;
        if (!quota || left <= 0) return;
        if (quota.remaining > 0) {
          // Counted before the answer says so, for others are sent meanwhile; an unchanged answer gives it back.
          quota.remaining -= 1;
          if (quota.remaining >= quota.limit * LOW_SHARE) return;
          const pause = Math.min(left / (quota.remaining + 1), LONGEST_PAUSE_MS[onLimit]);
          return sleep(pause, signal, endpoint);
        }
        await this.survive(usedUp(quota.resetAt, endpoint, options.signedIn));
        quotas.delete(resource);
      }
    },

    async survive(error) {
      if (onLimit === 'stop' || error.retryAt === undefined) throw error;
      const until = error.retryAt + MARGIN_MS;
      if (until > announced) {
        announced = until;
        logger.warn(`GitHub's rate limit is used up: going on at ${new Date(until).toISOString()}`);
      }
      await sleep(Math.max(0, until - now()), signal, error.endpoint);
    },
  };
}

/** The error of a used-up limit; `retryAt` is when GitHub goes on. */
export function usedUp(
  retryAt: Instant,
  endpoint: string,
  signedIn: boolean,
  status?: number,
): ConnectorError {
  return new ConnectorError({
    code: 'rate_limit',
    message: `GitHub's rate limit is used up until ${new Date(retryAt).toISOString()}`,
    endpoint,
    ...(status === undefined ? {} : { status }),
    retryAt,
    remedy: signedIn
      ? 'The next run goes on where this one stopped; sync less often, share the token with fewer programs, or set `onLimit: wait`'
      : 'The next run goes on where this one stopped; with a `token` GitHub allows 5,000 requests an hour',
  });
}
