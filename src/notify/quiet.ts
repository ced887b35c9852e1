import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../domain/records.ts';
import type { QuietHours } from './rules.ts';

/**
 * When the quiet hours end that hold a moment; null outside of them. They follow the wall clock: a night of the change
 * to daylight saving is an hour shorter, and an end that the change skips comes right after it.
 */
export function quietUntil(at: Instant, quiet: QuietHours | null, zone: string): Instant | null {
  if (quiet === null) return null;
  let end = at;
  for (;;) {
    const next = endOf(end, quiet, zone);
    if (next === null) return end === at ? null : end;
    end = next;
  }
}

/** Of the one stretch that holds the moment: another may begin where it ends. */
function endOf(at: Instant, { from, to, weekends }: QuietHours, zone: string): Instant | null {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const today = local.toPlainDate();
  if (weekends && local.dayOfWeek >= 6) return today.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  const time = local.toPlainTime();
  const begin = Temporal.PlainTime.from(from);
  const end = Temporal.PlainTime.from(to);
  const afterBegin = Temporal.PlainTime.compare(time, begin) >= 0;
  const beforeEnd = Temporal.PlainTime.compare(time, end) < 0;
  const overnight = from > to;
  if (overnight ? !afterBegin && !beforeEnd : !afterBegin || !beforeEnd) return null;
  const day = overnight && afterBegin ? today.add({ days: 1 }) : today;
  const until = day.toZonedDateTime({ timeZone: zone, plainTime: end }).epochMilliseconds;
  // Where the clock is put back, the end's time has passed once already: it comes again.
  return until > at ? until : lastOf(day, end, zone);
}

function lastOf(day: Temporal.PlainDate, time: Temporal.PlainTime, zone: string): Instant {
  return day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}
