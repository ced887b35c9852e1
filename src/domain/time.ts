import { Temporal } from 'temporal-polyfill';
import type { Cycle, Span } from './okr.ts';
import type { Instant } from './records.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Later than every moment. */
export const NEVER = Number.MAX_SAFE_INTEGER;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether `text` is a calendar date such as 2026-10-01. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

/** The first moment of a local day, which is not midnight where daylight saving skips it. */
export function startOfDay(date: string, zone: string): Instant {
  return wallClockTime(date, 0, zone);
}

/** The local calendar date at a moment: `2026-11-24`. */
export function localDate(at: Instant, zone: string): string {
  return dateOf(localTime(at, zone));
}

/** When a wall clock shows so many seconds since the midnight of a local date: see `momentOf`. */
export function wallClockTime(date: string, second: number, zone: string): Instant {
  return momentOf(Date.parse(date) + second * 1000, zone);
}

/**
 * The moment of a local time, which is given as if it were UTC. Each local time comes once: one that the clock repeats
 * the first time, one that it skips at the end of the gap. So spans between local times neither cross nor turn over.
 */
export function momentOf(local: number, zone: string): Instant {
  const offsets = offsetsAround(local, zone);
  const { from, ahead } = offsets.find((one) => local - one.ahead < one.to) ?? lastOf(offsets);
  return Math.max(from, local - ahead);
}

/** What the wall clock shows at a moment, as if it were UTC. */
function localTime(at: Instant, zone: string): number {
  const offsets = offsetsAround(at, zone);
  return at + (offsets.find(({ to }) => at < to) ?? lastOf(offsets)).ahead;
}

function dateOf(local: number): string {
  return new Date(local).toISOString().slice(0, 10);
}

/** A span in which a zone keeps one distance from UTC, in milliseconds. */
interface Offset extends Span {
  readonly ahead: number;
}

const knownOffsets = new Map<string, Map<number, readonly Offset[]>>();

/** Those of the year of UTC and some days on either side, for local dates begin up to a day before or after it. */
function offsetsAround(at: number, zone: string): readonly Offset[] {
  const years = knownOffsets.get(zone) ?? new Map<number, readonly Offset[]>();
  knownOffsets.set(zone, years);
  const year = new Date(at).getUTCFullYear();
  const found = years.get(year);
  if (found !== undefined) return found;
  const span = { from: Date.UTC(year, 0, 1) - 3 * DAY, to: Date.UTC(year + 1, 0, 1) + 3 * DAY };
  const offsets: Offset[] = [];
  let time = Temporal.Instant.fromEpochMilliseconds(span.from).toZonedDateTimeISO(zone);
  for (;;) {
    const next = time.getTimeZoneTransition('next');
    const to = next === null ? span.to : Math.min(next.epochMilliseconds, span.to);
    offsets.push({ from: time.epochMilliseconds, to, ahead: time.offsetNanoseconds / 1e6 });
    if (next === null || to === span.to) break;
    time = next;
  }
  years.set(year, offsets);
  return offsets;
}

function lastOf(offsets: readonly Offset[]): Offset {
  const last = offsets.at(-1);
  if (last === undefined) throw new RangeError('a year has an offset from UTC');
  return last;
}

/** A local date in numbers: the month from 1, the day, how many days the month has, the weekday (Sunday is 0). */
export function dateNumbers(date: string): {
  readonly month: number;
  readonly day: number;
  readonly last: number;
  readonly weekday: number;
} {
  const at = new Date(Date.parse(date));
  const month = at.getUTCMonth() + 1;
  const last = new Date(Date.UTC(at.getUTCFullYear(), month, 0)).getUTCDate();
  return { month, day: at.getUTCDate(), last, weekday: at.getUTCDay() };
}

export function addDays(date: string, days: number): string {
  return dateOf(Date.parse(date) + days * DAY);
}

/** The Monday of a local date's week. */
export function startOfWeek(date: string): string {
  const day = Temporal.PlainDate.from(date);
  return day.subtract({ days: day.dayOfWeek - 1 }).toString();
}

export function startOfMonth(date: string): string {
  return Temporal.PlainDate.from(date).with({ day: 1 }).toString();
}

export function addMonths(date: string, months: number): string {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** How many whole calendar months lie between two local dates that both begin one; null where they do not. */
export function wholeMonths(from: string, to: string): number | null {
  const first = Temporal.PlainDate.from(from);
  const after = Temporal.PlainDate.from(to);
  if (first.day !== 1 || after.day !== 1) return null;
  return (after.year - first.year) * 12 + after.month - first.month;
}

/**
 * The same wall-clock time so many local days earlier; a day of 23 or 25 hours counts as one. The first moment of a day
 * whose midnight is skipped is that midnight.
 */
export function daysBefore(at: Instant, days: number, zone: string): Instant {
  if (days === 0) return at;
  const local = localTime(at, zone);
  const midnight = Math.floor(local / DAY) * DAY;
  return momentOf((momentOf(midnight, zone) === at ? midnight : local) - days * DAY, zone);
}

/** A cycle's half-open span: from the first moment of its first day to the first moment after its last. */
export function cycleSpan(cycle: Cycle, zone: string): Span {
  return { from: startOfDay(cycle.start, zone), to: startOfDay(addDays(cycle.end, 1), zone) };
}

/** The share of a span that has passed, 0..1. */
export function elapsedShare(span: Span, at: Instant): number {
  return Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
}

/** The ends of the span's local days up to `until`; the day that is still running ends at `until`. */
export function dayEnds(span: Span, until: Instant, zone: string): readonly { date: string; end: Instant }[] {
  const days: { date: string; end: Instant }[] = [];
  const last = Math.min(until, span.to);
  let date = localDate(span.from, zone);
  for (let begin = span.from; begin < last; ) {
    const next = startOfDay(addDays(date, 1), zone);
    days.push({ date, end: Math.min(next, last) });
    date = addDays(date, 1);
    begin = next;
  }
  return days;
}

export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}
