import type { Instant } from '../../domain/records.ts';
import { HOUR } from '../../domain/time.ts';
import type { Reject } from '../contract.ts';

/** Hours from one moment to another; null, and rejected, where the span is negative. */
export function hoursBetween(from: Instant, to: Instant, what: string, reject: Reject): number | null {
  if (to >= from) return (to - from) / HOUR;
  reject(`${what} is negative`, to);
  return null;
}

export const LEVELS = ['mean', 'median', 'p75', 'p90', 'p95'] as const;
export const COUNTS = ['count', 'sum', 'perDay', 'perWeek'] as const;
