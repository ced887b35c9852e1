import { DAY } from '../domain/time.ts';

export type Schedule = { readonly longestGap: number } | { readonly fault: string };

/** Days that hold every pattern of a calendar with leap years once. */
const DAYS = 4 * 366 + 31;
const FIRST = Date.UTC(2024, 0, 1);

/** Checks a cron expression with the scheduler that will run it, and finds its longest gap in milliseconds. */
export async function readSchedule(expression: string): Promise<Schedule> {
  // Only configurations with a schedule pay for it.
  const { validateDetailed } = await import('node-cron');
  const { valid, fields, errors } = validateDetailed(expression);
  if (!valid || fields === undefined) {
    const why = errors.map((e) => e.message).join(', ');
    return { fault: `is no cron expression (minute hour day month weekday): ${why}` };
  }
  const first = secondsOfDay(fields, Math.min);
  const last = secondsOfDay(fields, Math.max);
  let longest = longestWithinDay(fields);
  let previous: number | null = null;
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(FIRST + day * DAY);
    if (!matchesDay(fields, date)) continue;
    if (previous !== null) longest = Math.max(longest, date.getTime() + first - (previous + last));
    previous = date.getTime();
  }
  return previous === null
    ? { fault: 'names a day that never comes' }
    : { longestGap: Math.max(longest, 1000) };
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
function secondsOfDay(fields: Fields, pick: (...values: number[]) => number): number {
  return ((pick(...fields.hour) * 60 + pick(...fields.minute)) * 60 + pick(...fields.second)) * 1000;
}

/** Longest gap between the hours of one day; gaps inside an hour are never longer unless it is the only one. */
function longestWithinDay({ hour, minute, second }: Fields): number {
  const times: number[] = [];
  for (const h of hour) for (const m of minute) times.push(((h * 60 + m) * 60 + Math.min(...second)) * 1000);
  times.sort((a, b) => a - b);
  let longest = 0;
  for (const [i, time] of times.entries())
    if (i > 0) longest = Math.max(longest, time - (times[i - 1] ?? time));
  return longest;
}

/** Day of month, month and weekday must all match: node-cron has no "either" of the two kinds of day. */
function matchesDay({ dayOfMonth, month, dayOfWeek }: Fields, date: Date): boolean {
  const day = date.getUTCDate();
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (!month.includes(date.getUTCMonth() + 1)) return false;
  if (!dayOfMonth.some((one) => matchesDayOfMonth(one, date, day, last))) return false;
  return dayOfWeek.some((one) => matchesWeekday(one, date.getUTCDay(), day, last));
}

/** `L` is the month's last day, `L-2` two before it, `15W` the weekday nearest to the 15th, `LW` the last weekday. */
function matchesDayOfMonth(one: number | string, date: Date, day: number, last: number): boolean {
  if (typeof one === 'number') return one === day;
  if (one === 'L') return day === last;
  const [, back] = /^L-(\d+)$/.exec(one) ?? [];
  if (back !== undefined) return day === last - Number(back);
  const [, target] = /^(\d+|L)W$/.exec(one) ?? [];
  return target !== undefined && day === nearestWeekday(target === 'L' ? last : Number(target), date, last);
}

function nearestWeekday(target: number, date: Date, last: number): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), target)).getUTCDay();
  if (weekday === 6) return target === 1 ? 3 : target - 1;
  if (weekday === 0) return target === last ? target - 2 : target + 1;
  return target;
}

/** `5L` is the month's last Friday, `5#2` its second. */
function matchesWeekday(one: number | string, weekday: number, day: number, last: number): boolean {
  if (typeof one === 'number') return one === weekday;
  const [, of, sign, nth] = /^([0-7])(?:(L)|#([1-5]))$/i.exec(one) ?? [];
  if (of === undefined || Number(of) % 7 !== weekday) return false;
  return sign === undefined ? Math.ceil(day / 7) === Number(nth) : day + 7 > last;
}
