import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import { DAY } from '../../src/domain/time.ts';
import { readCursor } from '../cursors.ts';

/** The server refuses more than 11,000 points a series; others bound the length that a query may span to a month. */
const MOST_POINTS = 10_000;
const LONGEST = 30 * DAY;

/** Ends of steps, the first and the last included. */
export interface Range {
  readonly first: Instant;
  readonly last: Instant;
}

const cursorSchema = z.object({
  until: z.number(),
  seen: z.number().nullable(),
  gap: z.number().nullable(),
});

/** What is known of a query so far. Times are ends of steps. */
export interface Progress extends z.infer<typeof cursorSchema> {
  /** The last step that was asked for. */
  readonly until: Instant;
  /** The last step that had a value. */
  readonly seen: Instant | null;
  /** The last step without one, where a later one has; as far as it can no longer be filled in. */
  readonly gap: Instant | null;
  /** The same, with those that may be. They are asked for again by every pull. */
  readonly open: Instant | null;
}

export function parseCursor(cursor: string | null): Progress | null {
  const known = readCursor(cursorSchema, cursor);
  return known === null ? null : { ...known, open: known.gap };
}

export function cursorOf({ until, seen, gap }: Progress): string {
  return JSON.stringify({ until, seen, gap });
}

/** What is to be asked for, oldest first, each part as much as a server answers at once. */
export function rangesOf(
  start: Instant,
  now: Instant,
  step: number,
  overlap: number,
  before: Progress | null,
): readonly Range[] {
  const last = Math.floor(now / step) * step;
  const since = before === null ? start : Math.max(start, before.until - overlap);
  const most = Math.min(MOST_POINTS, Math.floor(LONGEST / step)) * step;
  const ranges: Range[] = [];
  // A step that ends at the start is about what was before it.
  for (let first = (Math.floor(since / step) + 1) * step; first <= last; first += most) {
    ranges.push({ first, last: Math.min(first + most - step, last) });
  }
  return ranges;
}

export interface Answered extends Range {
  readonly step: number;
  /** Ends of its steps that have a value. */
  readonly with: ReadonlySet<Instant>;
  /** What ended until then is not filled in later. */
  readonly settled: Instant;
  /** Whether a step without a value is a gap; without, it is only before the first that has one. */
  readonly gaps: boolean;
}

/** What is known after one more range. Steps at its end without a value are no gap between values yet. */
export function advance(before: Progress | null, range: Answered): Progress {
  const { first, last, step } = range;
  let { seen, gap, open } = before ?? { seen: null, gap: null, open: null };
  for (let at = first; at <= last; at += step) {
    if (!range.with.has(at)) continue;
    const previous = at - step;
    const missing = previous >= first ? !range.with.has(previous) : seen === null || seen < previous;
    if (missing && (range.gaps || seen === null)) {
      open = Math.max(open ?? previous, previous);
      if (previous <= range.settled) gap = Math.max(gap ?? previous, previous);
    }
    seen = Math.max(seen ?? at, at);
  }
  return { until: Math.max(last, before?.until ?? last), seen, gap, open };
}

/**
 * Until when the data is whole; null where it is as of now. Steps at the end without a value are a gap once they can
 * no longer be filled in: a metric that was renamed has no later step that would tell.
 */
export function wholeUntil({ seen }: Progress, step: number, settled: Instant): Instant | null {
  return seen !== null && seen + step <= settled ? seen : null;
}

/** From when on the data is whole. A query that never had a value is known to be whole at no time. */
export function wholeFrom({ seen, until, open }: Progress): Instant | null {
  return seen === null ? until : open;
}
