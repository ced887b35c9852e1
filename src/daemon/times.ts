import { readSchedule } from '../config/schedule.ts';
import { type CronFields, matchesDay } from '../domain/cron.ts';
import type { Instant } from '../domain/records.ts';
import { addDays, dateNumbers, localDate, wallClockTime } from '../domain/time.ts';

/** The moments that a cron expression names in a zone. */
export interface RunTimes {
  /** The first of them after a moment. */
  next(after: Instant): Instant;
}

/** Every 29 February comes within eight years, and on a given weekday within forty. */
const MOST_DAYS = 41 * 366;

/**
 * Reads a cron expression for a zone. node-cron reads it; when it comes is told here, for at a clock change node-cron
 * drops the times that are skipped, and takes a repeated one for its first or its second coming as the zone's sign has
 * it (https://github.com/node-cron/node-cron, `MatcherWalker` and `localTimeToTimestamp` of 4.6). Here each local time
 * comes once: a skipped one at the end of the gap, a repeated one the first time.
 *
 * @throws RangeError when it is no cron expression, or names a day that never comes.
 */
export async function readRunTimes(expression: string, zone: string): Promise<RunTimes> {
  const read = await readSchedule(expression);
  if ('fault' in read) throw new RangeError(`the schedule ${expression} ${read.fault}`);
  return runTimes(read.times, expression, zone);
}

function runTimes(fields: CronFields, expression: string, zone: string): RunTimes {
  const seconds = secondsOfDay(fields);
  // The same is asked every few minutes until it comes.
  let asked: { readonly after: Instant; readonly next: Instant } | null = null;
  return {
    next(after) {
      if (asked?.after !== after) asked = { after, next: search(after) };
      return asked.next;
    },
  };

  function search(after: Instant): Instant {
    let date = localDate(after, zone);
    for (let n = 0; n < MOST_DAYS; n++, date = addDays(date, 1)) {
      if (!matchesDay(fields, dateNumbers(date))) continue;
      const at = firstAfter(date, after);
      if (at !== null) return at;
    }
    throw new RangeError(`the schedule ${expression} names a day that never comes`);
  }

  /** By halves: within a day the moments never go back, whatever the clock does. */
  function firstAfter(date: string, after: Instant): Instant | null {
    let low = 0;
    let high = seconds.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (wallClockTime(date, seconds[middle] ?? 0, zone) > after) high = middle;
      else low = middle + 1;
    }
    const second = seconds[low];
    return second === undefined ? null : wallClockTime(date, second, zone);
  }
}

function secondsOfDay({ hour, minute, second }: CronFields): readonly number[] {
  return hour
    .flatMap((h) => minute.flatMap((m) => second.map((s) => (h * 60 + m) * 60 + s)))
    .sort((a, b) => a - b);
}
