import { Temporal } from 'temporal-polyfill';
import type { Instant } from './records.ts';

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

/** Four years hold every day that there is. */
const LONGEST_SEARCH = 4 * 366 + 1;

/**
 * The last time of a schedule at or before a moment, by the wall clock of a zone; null where there is none in four
 * years. A time that a clock change skips comes as much later as the clock is put forward; one that it repeats counts
 * once, the first time.
 */
export function lastTime(fields: CronFields, at: Instant, zone: string): Instant | null {
  const times = fields.hour.flatMap((hour) =>
    fields.minute.flatMap((minute) => fields.second.map((second) => ({ hour, minute, second }))),
  );
  let date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  for (let days = 0; days < LONGEST_SEARCH; days += 1) {
    const { day, month, daysInMonth: last } = date;
    if (matchesDay(fields, { day, month, last, weekday: date.dayOfWeek % 7 })) {
      const instants = times.map(
        (time) => date.toPlainDateTime(time).toZonedDateTime(zone).epochMilliseconds,
      );
      const latest = Math.max(...instants.filter((instant) => instant <= at));
      if (Number.isFinite(latest)) return latest;
    }
    date = date.subtract({ days: 1 });
  }
  return null;
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
