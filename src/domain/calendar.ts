import type { Instant } from './records.ts';
import { DAY, momentOf } from './time.ts';

const MINUTE = 60_000;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When people work: local wall-clock times of some days of the week. */
export interface WorkCalendar {
  readonly id: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly days: readonly Weekday[];
  /** Minutes since midnight, `[from, to)`, in their order, none overlapping another; 1440 is the end of the day. */
  readonly hours: readonly (readonly [from: number, to: number])[];
  /** Local dates on which nobody works. */
  readonly holidays: readonly string[];
}

/** Its hours as the configuration writes them: `09:00-17:00`. */
export function hoursText({ hours }: WorkCalendar): readonly string[] {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return hours.map(([from, to]) => `${clock(from)}-${clock(to)}`);
}

/** Milliseconds from one moment to a later one, as somebody counts them. */
export type Elapsed = (from: Instant, to: Instant) => number;

export const wallTime: Elapsed = (from, to) => to - from;

/**
 * Working time between two moments, in milliseconds that really passed: a working day that daylight saving shortens
 * within its hours is shorter. Additive: what lies between `a` and `c` is what lies between `a` and `b` and `b` and `c`.
 */
export function workingTime(calendar: WorkCalendar): Elapsed {
  const known = clocks.get(calendar);
  if (known !== undefined) return known;
  const years = new Map<number, WorkingYear>();
  const yearOf = (year: number): WorkingYear => {
    const found = years.get(year) ?? workingYear(calendar, year);
    years.set(year, found);
    return found;
  };
  const elapsed: Elapsed = (from, to) => {
    const first = new Date(from).getUTCFullYear();
    const last = new Date(to).getUTCFullYear();
    let total = workedBy(yearOf(last), to) - workedBy(yearOf(first), from);
    for (let year = first; year < last; year++) total += yearOf(year).total;
    return total;
  };
  clocks.set(calendar, elapsed);
  return elapsed;
}

/** Many rules share a calendar, and a year of it takes milliseconds to lay out. */
const clocks = new WeakMap<WorkCalendar, Elapsed>();

/** The working spans of one year of UTC, oldest first, each with what was worked in the year before it. */
interface WorkingYear {
  readonly starts: readonly Instant[];
  readonly ends: readonly Instant[];
  readonly before: readonly number[];
  readonly total: number;
}

function workingYear({ timezone, days, hours, holidays }: WorkCalendar, year: number): WorkingYear {
  const starts: Instant[] = [];
  const ends: Instant[] = [];
  const before: number[] = [];
  let total = 0;
  const span = { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1) };
  const working = new Set(days);
  const free = new Set(holidays.map((date) => Date.parse(date)));
  // A local date may begin a day before or after that of UTC.
  for (let date = span.from - DAY; date <= span.to; date += DAY) {
    if (!working.has(weekdayOf(date)) || free.has(date)) continue;
    for (const [from, to] of hours) {
      const start = Math.max(span.from, momentOf(date + from * MINUTE, timezone));
      const end = Math.min(span.to, momentOf(date + to * MINUTE, timezone));
      if (end <= start) continue;
      starts.push(start);
      ends.push(end);
      before.push(total);
      total += end - start;
    }
  }
  return { starts, ends, before, total };
}

/** 1970 began on a Thursday. */
function weekdayOf(date: number): Weekday {
  return WEEKDAYS[(((date / DAY + 3) % 7) + 7) % 7] ?? 'mon';
}

/** What was worked in the year up to a moment of it. */
function workedBy({ starts, ends, before, total }: WorkingYear, at: Instant): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const last = low - 1;
  const worked = Math.min(at, ends[last] ?? at) - (starts[last] ?? at);
  return Math.min(total, (before[last] ?? 0) + worked);
}
