import { type CronFields, matchesDay } from '../domain/cron.ts';
import { DAY } from '../domain/time.ts';

export type Schedule =
  | { readonly longestGap: number; readonly times: CronFields }
  | { readonly fault: string };

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
    return { fault: `is not a cron expression (minute hour day month weekday): ${why}` };
  }
  const first = timeOfDay(fields, Math.min);
  const last = timeOfDay(fields, Math.max);
  let longest = longestWithinDay(fields);
  let previous: number | null = null;
  for (const day of matchingDays(fields)) {
    if (previous !== null) longest = Math.max(longest, (day - previous) * DAY + first - last);
    previous = day;
  }
  return previous === null
    ? { fault: 'names a day that never comes' }
    : { longestGap: longest, times: fields };
}

/** First or last time of a day, in milliseconds. */
function timeOfDay({ hour, minute, second }: CronFields, pick: (...values: number[]) => number): number {
  return ((pick(...hour) * 60 + pick(...minute)) * 60 + pick(...second)) * 1000;
}

/** Longest gap between two minutes of one day. */
function longestWithinDay({ hour, minute, second }: CronFields): number {
  const times: number[] = [];
  const s = Math.min(...second);
  for (const h of hour) for (const m of minute) times.push(((h * 60 + m) * 60 + s) * 1000);
  times.sort((a, b) => a - b);
  let longest = 0;
  for (const [i, time] of times.entries())
    if (i > 0) longest = Math.max(longest, time - (times[i - 1] ?? time));
  return longest;
}

/** Days on which it runs, numbered from the first of them all. */
function* matchingDays(fields: CronFields): Iterable<number> {
  let number = 0;
  let weekday = new Date(Date.UTC(FIRST_YEAR, 0, 1)).getUTCDay();
  const months = fields.dayOfWeek.length < 7 && fields.dayOfMonth.length < 31 ? MONTHS_OF_WEEKDAYS : MONTHS;
  for (let index = 0; index < months; index++) {
    const month = (index % 12) + 1;
    const last = new Date(Date.UTC(FIRST_YEAR, index + 1, 0)).getUTCDate();
    for (let day = 1; day <= last; day++) {
      if (matchesDay(fields, { day, month, last, weekday })) yield number;
      number += 1;
      weekday = (weekday + 1) % 7;
    }
  }
}
