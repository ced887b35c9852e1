import type { Instant } from './records.ts';
import { addDays, dateNumbers, localDate, wallClockTime } from './time.ts';

/** The fields of a cron expression, each as the list of what matches; `L`, `15W` and `5#2` stay as they are written. */
export interface CronFields {
  readonly second: readonly number[];
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly (number | string)[];
  readonly month: readonly number[];
  readonly dayOfWeek: readonly (number | string)[];
}

/** A calendar day as the fields see it. */
export interface CronDay {
  readonly day: number;
  readonly month: number;
  /** Of the month. */
  readonly last: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** Month, day and weekday must all match: node-cron has no "either" of the two kinds of day. */
export function matchesDay(fields: CronFields, date: CronDay): boolean {
  return (
    fields.month.includes(date.month) &&
    fields.dayOfMonth.some((one) => matchesDayOfMonth(one, date)) &&
    fields.dayOfWeek.some((one) => matchesWeekday(one, date))
  );
}

/** Every 29 February comes within eight years, and on a given weekday within forty. */
const MOST_DAYS = 41 * 366;

/** The first time of a schedule after a moment, by the wall clock of a zone (see `momentOf`); null where its day never comes. */
export function nextTime(fields: CronFields, after: Instant, zone: string): Instant | null {
  const seconds = secondsOfDay(fields);
  let date = localDate(after, zone);
  for (let n = 0; n < MOST_DAYS; n++, date = addDays(date, 1)) {
    if (!matchesDay(fields, dateNumbers(date))) continue;
    const second = seconds[firstAfter(seconds, date, after, zone)];
    if (second !== undefined) return wallClockTime(date, second, zone);
  }
  return null;
}

/** The last time of a schedule at or before a moment, by the same rule. */
export function lastTime(fields: CronFields, at: Instant, zone: string): Instant | null {
  const seconds = secondsOfDay(fields);
  // Where the clock is put back over midnight, the next day has begun once already.
  let date = addDays(localDate(at, zone), 1);
  for (let n = 0; n < MOST_DAYS; n++, date = addDays(date, -1)) {
    if (!matchesDay(fields, dateNumbers(date))) continue;
    const second = seconds[firstAfter(seconds, date, at, zone) - 1];
    if (second !== undefined) return wallClockTime(date, second, zone);
  }
  return null;
}

/** The place of the first that comes after a moment. By halves: within a day the moments never go back. */
function firstAfter(seconds: readonly number[], date: string, after: Instant, zone: string): number {
  let low = 0;
  let high = seconds.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (wallClockTime(date, seconds[middle] ?? 0, zone) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function secondsOfDay({ hour, minute, second }: CronFields): readonly number[] {
  return hour
    .flatMap((h) => minute.flatMap((m) => second.map((s) => (h * 60 + m) * 60 + s)))
    .sort((a, b) => a - b);
}

/** `L` is the month's last day, `L-2` two before it, `15W` the weekday nearest to the 15th, `LW` the last weekday. */
function matchesDayOfMonth(one: number | string, date: CronDay): boolean {
  const { day, last } = date;
  if (typeof one === 'number') return one === day;
  if (one === 'L') return day === last;
  const [, back] = /^L-(\d+)$/.exec(one) ?? [];
  if (back !== undefined) return day === last - Number(back);
  const [, target] = /^(\d+|L)W$/.exec(one) ?? [];
  return target !== undefined && day === nearestWeekday(target === 'L' ? last : Number(target), date);
}

function nearestWeekday(target: number, { day, last, weekday }: CronDay): number {
  const its = (((weekday + target - day) % 7) + 7) % 7;
  if (its === 6) return target === 1 ? 3 : target - 1;
  if (its === 0) return target === last ? target - 2 : target + 1;
  return target;
}

/** `5L` is the month's last Friday, `5#2` its second. */
function matchesWeekday(one: number | string, { day, last, weekday }: CronDay): boolean {
  if (typeof one === 'number') return one % 7 === weekday;
  const [, of, sign, nth] = /^([0-7])(?:(L)|#([1-5]))$/i.exec(one) ?? [];
  if (of === undefined || Number(of) % 7 !== weekday) return false;
  return sign === undefined ? Math.ceil(day / 7) === Number(nth) : day + 7 > last;
}
