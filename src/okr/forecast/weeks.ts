import type { Span } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { DAY, daysBefore } from '../../domain/time.ts';
import type { ForecastObservations } from './contract.ts';

export const WEEK = 7 * DAY;

/** Observations alive as of a moment, in the order of their time. */
export interface Alive {
  readonly at: Float64Array;
  readonly value: Float64Array;
  /** Null when none has another side. */
  readonly of: Float64Array | null;
  /** Some count only since later than their `at`: cohorts, whose members still change. */
  readonly maturing: boolean;
}

/** What is in `[from, asOf)` and alive there. */
export function aliveAt(observations: ForecastObservations, from: Instant, asOf: Instant): Alive {
  const { at, value } = observations;
  const first = firstAtOrAfter(at, from);
  const end = firstAtOrAfter(at, asOf);
  const { from: begin = null, until = null, of = null } = observations;
  // Of events, all are alive: what is given is looked at and not copied.
  if (begin === null && until === null) {
    const inside = (column: ArrayLike<number>) => floats(column).subarray(first, end);
    return { at: inside(at), value: inside(value), of: of && inside(of), maturing: false };
  }
  const places = new Uint32Array(end - first);
  let n = 0;
  let maturing = false;
  for (let i = first; i < end; i++) {
    const moment = at[i] as number;
    const begins = begin === null ? moment : (begin[i] as number);
    if (begins >= asOf) continue;
    if (begins > moment) maturing = true;
    if (until !== null && (until[i] as number) < asOf) continue;
    places[n++] = i;
  }
  const alive = places.subarray(0, n);
  const column = (values: ArrayLike<number>) => {
    const out = new Float64Array(n);
    for (let k = 0; k < n; k++) out[k] = values[alive[k] as number] as number;
    return out;
  };
  return { at: column(at), value: column(value), of: of && column(of), maturing };
}

function floats(column: ArrayLike<number>): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column);
}

/** The place of the first that is not before `moment`. */
export function firstAtOrAfter(at: ArrayLike<number>, moment: Instant): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The beginnings of the whole weeks before `asOf`, newest first; the first is a week before it. They end where the
 * data begins, or after `most`. Weeks are counted back from the as-of, so that every block of seven days has the
 * weekdays and the hours of the days that it stands for.
 */
export function weeksBefore(asOf: Instant, from: Instant, zone: string, most: number): readonly Instant[] {
  const weeks: Instant[] = [];
  for (let i = 1; i <= most; i++) {
    const begin = daysBefore(asOf, 7 * i, zone);
    if (begin < from) break;
    weeks.push(begin);
  }
  return weeks;
}

/** The parts of the coming weeks that lie in the window, as offsets from each week's beginning. */
export interface ComingWeek {
  readonly begins: Instant;
  readonly from: number;
  readonly to: number;
}

export function weeksAhead(asOf: Instant, window: Span, zone: string): readonly ComingWeek[] {
  const weeks: ComingWeek[] = [];
  for (let i = 0; ; i++) {
    const begins = daysBefore(asOf, -7 * i, zone);
    if (begins >= window.to) return weeks;
    const from = Math.max(0, window.from - begins);
    const to = Math.min(WEEK, window.to - begins);
    if (from < to) weeks.push({ begins, from, to });
  }
}
