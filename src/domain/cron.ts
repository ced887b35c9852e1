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
