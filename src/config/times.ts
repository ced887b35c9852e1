import type { Instant } from '../domain/records.ts';
import { isLocalDate, startOfDay } from '../domain/time.ts';

/** A local date, or a moment with its offset from UTC. */
export const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
export const TIME_FORM = 'must be a date such as 2026-10-01, or a time such as 2026-10-01T08:00:00Z';

/** The moment that text names; a date alone is its first moment in the zone. Null when there is no such day or time. */
export function parseTime(text: string, zone: string): Instant | null {
  if (!TIME.test(text) || !isLocalDate(text.slice(0, 10))) return null;
  const at = text.length === 10 ? startOfDay(text, zone) : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}
