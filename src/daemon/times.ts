import { readSchedule } from '../config/schedule.ts';
import { type CronFields, nextTime } from '../domain/cron.ts';
import type { Instant } from '../domain/records.ts';

/** The moments that a cron expression names in a zone. */
export interface RunTimes {
  /** The first of them after a moment. */
  next(after: Instant): Instant;
}

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
  // The same is asked every few minutes until it comes.
  let asked: { readonly after: Instant; readonly next: Instant } | null = null;
  return {
    next(after) {
      if (asked?.after === after) return asked.next;
      const next = nextTime(fields, after, zone);
      if (next === null) throw new RangeError(`the schedule ${expression} names a day that never comes`);
      asked = { after, next };
      return next;
    },
  };
}
