import { DAY, HOUR } from '../../domain/time.ts';
import type { Random } from '../random.ts';

export const WEEK = 7 * DAY;

/** Core hours in UTC, where merging and closing happen; some begin earlier, and some commit in the evening. */
const CORE = { opens: 7.5, closes: 16.5 };
const LONG = { opens: 7, closes: 19.5 };

function isWorkday(day: number): boolean {
  const weekday = new Date(day).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

function startOfUtcDay(at: number): number {
  return Math.floor(at / DAY) * DAY;
}

/** A moment of work inside `[from, to)`, or null when no workday meets it. */
export function workMoment(random: Random, from: number, to: number): number | null {
  const days: number[] = [];
  for (let day = startOfUtcDay(from); day < to; day += DAY) {
    if (isWorkday(day) && day + CORE.closes * HOUR > from && day + CORE.opens * HOUR < to) days.push(day);
  }
  if (days.length === 0) return null;
  const day = random.pick(days);
  const opens = Math.max(from, day + CORE.opens * HOUR);
  const closes = Math.min(to, day + CORE.closes * HOUR);
  return Math.floor(opens + random.next() * (closes - opens));
}

/**
 * The nearest moment of work: nights and weekends move to the end of the day before or the start of the next,
 * whichever is closer, so that spans keep their median.
 */
export function nearestWork(random: Random, at: number): number {
  const today = startOfUtcDay(at);
  const sinceMidnight = at - today;
  if (isWorkday(today) && sinceMidnight >= LONG.opens * HOUR && sinceMidnight < LONG.closes * HOUR) return at;

  let before = sinceMidnight < LONG.closes * HOUR ? today - DAY : today;
  while (!isWorkday(before)) before -= DAY;
  let after = sinceMidnight < LONG.opens * HOUR ? today : today + DAY;
  while (!isWorkday(after)) after += DAY;

  const closed = before + LONG.closes * HOUR;
  const opens = after + LONG.opens * HOUR;
  const slack = random.next() * HOUR;
  return Math.floor(at - closed < opens - at ? closed - slack : opens + slack);
}

/** Straight from `start` to `end` over the weeks of the history; level before and after. */
export function trend(
  at: number,
  history: { readonly now: number; readonly weeks: number },
  start: number,
  end: number,
): number {
  const passed = (at - (history.now - history.weeks * WEEK)) / (history.weeks * WEEK);
  return start + (end - start) * Math.min(1, Math.max(0, passed));
}

/** `count` moments of work over the weeks, thinning or thickening as `start` and `end` say. */
export function workMoments(
  random: Random,
  count: number,
  history: { readonly now: number; readonly weeks: number },
  pace: { readonly start: number; readonly end: number },
): number[] {
  const weeks = Array.from({ length: history.weeks }, (_, index) => {
    const from = history.now - (history.weeks - index) * WEEK;
    return [from, trend(from, history, pace.start, pace.end)] as const;
  });
  const moments: number[] = [];
  for (let made = 0; made < count; made++) {
    const from = random.weighted(weeks);
    moments.push(workMoment(random, from, from + WEEK) ?? from);
  }
  return moments.sort((a, b) => a - b);
}
