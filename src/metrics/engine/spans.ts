import { wallTime, workingTime } from '../../domain/calendar.ts';
import type { Rule } from '../../domain/okr.ts';
import { HOUR } from '../../domain/time.ts';
import type { Clock, Reject } from '../contract.ts';

/** By the calendar of the rule, else by the clock on the wall. */
export function clockOf({ calendar }: Pick<Rule, 'calendar'>, reject: Reject): Clock {
  const elapsed = calendar === undefined ? wallTime : workingTime(calendar);
  return {
    elapsed,
    hours(from, to, what) {
      if (to < from) reject(`${what} is negative`, to);
      // Where they have no time, some tools write the first moment of 1970, or of the first year.
      else if (from <= 0) reject(`${what} begins before 1970`, to);
      else return elapsed(from, to) / HOUR;
      return null;
    },
  };
}

export const LEVELS = ['mean', 'median', 'p75', 'p90', 'p95'] as const;
export const COUNTS = ['count', 'sum', 'perDay', 'perWeek'] as const;
