import type { Instant } from '../src/domain/records.ts';
import { ConnectorError } from './errors.ts';
import { backoffMs, LONGEST_WAIT_MS, sleep } from './http.ts';

export interface RetryPolicy {
  /** How often it is sent at most. @default 3 */
  readonly attempts?: number;
  /** The same where the server says that it is asked too much. @default as often as anything else */
  readonly limitedAttempts?: number;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /** For messages. */
  readonly endpoint: string;
}

/**
 * Sends what is safe to repeat again after what may pass by itself: a broken connection, a failing server, a rate
 * limit. Waits as long as the server asks, up to LONGEST_WAIT_MS, and rejects with the last error beyond that.
 */
export async function retrying<T>(send: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const wait = error instanceof ConnectorError ? waitOf(error, attempt, policy) : null;
      if (wait === null) throw error;
      await sleep(wait, policy.signal, policy.endpoint);
    }
  }
}

/** Milliseconds before the next attempt; null when there shall be none. */
function waitOf(error: ConnectorError, attempt: number, policy: RetryPolicy): number | null {
  const { attempts = 3, limitedAttempts = attempts, now } = policy;
  if (error.code !== 'network' && error.code !== 'server' && error.code !== 'rate_limit') return null;
  if (attempt >= (error.code === 'rate_limit' ? limitedAttempts : attempts)) return null;
  if (error.retryAt === undefined) return backoffMs(attempt + 1);
  const wait = error.retryAt - now();
  return wait <= LONGEST_WAIT_MS ? Math.max(0, wait) : null;
}
