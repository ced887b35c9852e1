import { DAY } from '../domain/time.ts';

export type Schedule = { readonly longestGap: number } | { readonly fault: string };

/** After four years the leap days come round, after 28 the weekdays on dates; with two months more, every gap. */
const MONTHS = 4 * 12 + 2;
const MONTHS_OF_WEEKDAYS = 28 * 12 + 2;
const FIRST_YEAR = 2024;

/** Checks a cron expression with the scheduler that will run it, and finds its longest gap in milliseconds. */
export async function readSchedule(expression: string): Promise<Schedule> {
  // Only configurations with a schedule pay for it.
  const { validateDetailed } = await import('node-cron');
  const { valid, fields, errors } = validateDetailed(expression);
  if (!valid || fields === undefined) {
    const why = errors.map((e) => e.message).join(', ');
    return { fault: `is no cron expression (minute hour day month weekday): ${why}` };
  }
  const first = timeOfDay(fields, Math.min);
  const last = timeOfDay(fields, Math.max);
  let longest = longestWithinDay(fields);
  let previous: number | null = null;
  for (const day of matchingDays(fields)) {
    if (previous !== null) longest = Math.max(longest, (day - previous) * DAY + first - last);
    previous = day;
  }
  return previous === null ? { fault: 'names a day that never comes' } : { longestGap: longest };
}

interface Fields {
  readonly second: readonly number[];
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly (number | string)[];
  readonly month: readonly number[];
  readonly dayOfWeek: readonly (number | string)[];
}

/** First or last time of a day, in milliseconds. */
function timeOfDay({ hour, minute, second }: Fields, pick: (...values: number[]) => number): number {
  return ((pick(...hour) * 60 + pick(...minute)) * 60 + pick(...second)) * 1000;
}

/** Longest gap between two minutes of one day. */
function longestWithinDay({ hour, minute, second }: Fields): number {
  const times: number[] = [];
  const s = Math.min(...second);
  for (const h of hour) for (const m of minute) times.push(((h * 60 + m) * 60 + s) * 1000);
  times.sort((a, b) => a - b);
  let longest = 0;
  for (const [i, time] of times.entries())
    if (i > 0) longest = Math.max(longest, time - (times[i - 1] ?? time));
  return longest;
}

interface Day {
  readonly day: number;
  /** Of the month. */
  readonly last: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** Days on which it runs, numbered from the first of them all. */
function* matchingDays({ dayOfMonth, month, dayOfWeek }: Fields): Iterable<number> {
  let number = 0;
  let weekday = new Date(Date.UTC(FIRST_YEAR, 0, 1)).getUTCDay();
  const months = dayOfWeek.length < 7 && dayOfMonth.length < 31 ? MONTHS_OF_WEEKDAYS : MONTHS;
  for (let index = 0; index < months; index++) {
    const wanted = month.includes((index % 12) + 1);
    const last = new Date(Date.UTC(FIRST_YEAR, index + 1, 0)).getUTCDate();
    for (let day = 1; day <= last; day++) {
      const date = { day, last, weekday };
      // Month, day and weekday must all match: node-cron has no "either" of the two kinds of day.
      if (
        wanted &&
        dayOfMonth.some((one) => matchesDayOfMonth(one, date)) &&
        dayOfWeek.some((one) => matchesWeekday(one, date))
      ) {
        yield number;
      }
      number += 1;
      weekday = (weekday + 1) % 7;
    }
  }
}

/** `L` is the month's last day, `L-2` two before it, `15W` the weekday nearest to the 15th, `LW` the last weekday. */
function matchesDayOfMonth(one: number | string, date: Day): boolean {
  const { day, last } = date;
  if (typeof one === 'number') return one === day;
  if (one === 'L') return day === last;
  const [, back] = /^L-(\d+)$/.exec(one) ?? [];
  if (back !== undefined) return day === last - Number(back);
  const [, target] = /^(\d+|L)W$/.exec(one) ?? [];
  return target !== undefined && day === nearestWeekday(target === 'L' ? last : Number(target), date);
}

function nearestWeekday(target: number, { day, last, weekday }: Day): number {
  const its = (((weekday + target - day) % 7) + 7) % 7;
  if (its === 6) return target === 1 ? 3 : target - 1;
  if (its === 0) return target === last ? target - 2 : target + 1;
  return target;
}

/** `5L` is the month's last Friday, `5#2` its second. */
function matchesWeekday(one: number | string, { day, last, weekday }: Day): boolean {
  if (typeof one === 'number') return one === weekday;
  const [, of, sign, nth] = /^([0-7])(?:(L)|#([1-5]))$/i.exec(one) ?? [];
  if (of === undefined || Number(of) % 7 !== weekday) return false;
  return sign === undefined ? Math.ceil(day / 7) === Number(nth) : day + 7 > last;
}
