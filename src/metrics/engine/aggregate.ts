import type { Aggregate, Span } from '../../domain/okr.ts';
import { DAY } from '../../domain/time.ts';

/** Observations in the order of their time; the only shape that statistics are computed over. */
export interface Points {
  readonly values: Float64Array;
  /** The other sides of ratios; NaN where an observation has none. Null when none has. */
  readonly ofs: Float64Array | null;
}

/**
 * The aggregate over the points, null where it is not defined over them. Over no points every aggregate but
 * `count`, `sum`, `perDay` and `perWeek` is null; whether those may be 0 is not decided here.
 */
export function aggregate(name: Aggregate, points: Points, window: Span): number | null {
  const { values } = points;
  const n = values.length;
  switch (name) {
    case 'count':
      return n;
    case 'sum':
      return sum(values);
    case 'perDay':
      return perTime(values, window, DAY);
    case 'perWeek':
      return perTime(values, window, 7 * DAY);
    case 'ratio': {
      const whole = wholeOf(points);
      return whole === 0 ? null : sum(values) / whole;
    }
    default:
      return n === 0 ? null : overSome(name, values);
  }
}

/** Null as of the first moment of a cycle, when its window has no length yet. */
function perTime(values: Float64Array, { from, to }: Span, time: number): number | null {
  return to > from ? sum(values) / ((to - from) / time) : null;
}

/** How many items stand behind the value: for a ratio what it is of, else the points. */
export function sampleSize(name: Aggregate, points: Points): number {
  return name === 'ratio' && points.ofs !== null ? wholeOf(points) : points.values.length;
}

/** What a ratio is of; 0 where one of the points does not say. */
function wholeOf({ ofs }: Points): number {
  const whole = ofs === null ? 0 : sum(ofs);
  return Number.isNaN(whole) ? 0 : whole;
}

function overSome(
  name: Exclude<Aggregate, 'count' | 'sum' | 'perDay' | 'perWeek' | 'ratio'>,
  values: Float64Array,
): number {
  const n = values.length;
  switch (name) {
    case 'last':
      return values[n - 1] as number;
    case 'mean':
    case 'share':
      return sum(values) / n;
    case 'median':
      return percentile(values, 0.5);
    case 'p75':
      return percentile(values, 0.75);
    case 'p90':
      return percentile(values, 0.9);
    case 'p95':
      return percentile(values, 0.95);
    case 'nps':
      return netPromoterScore(values);
  }
}

/** Left to right, so that whoever adds the listed observations by hand gets the same last bit. */
function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Share of 9 and 10 minus share of 0 to 6, in points of 100. */
function netPromoterScore(values: Float64Array): number {
  let net = 0;
  for (let i = 0; i < values.length; i++) {
    const answer = values[i] as number;
    if (answer >= 9) net += 1;
    else if (answer <= 6) net -= 1;
  }
  return (net / values.length) * 100;
}

/** Linear interpolation between ranks: the R-7 rule of Hyndman and Fan (1996), what NumPy and spreadsheets do. */
export function percentile(values: Float64Array, p: number): number {
  const work = Float64Array.from(values);
  const rank = (work.length - 1) * p;
  const low = Math.floor(rank);
  const lower = select(work, low);
  if (rank === low) return lower;
  // After the selection everything right of `low` is not smaller, so the next rank is its minimum.
  let upper = Number.POSITIVE_INFINITY;
  for (let i = low + 1; i < work.length; i++) upper = Math.min(upper, work[i] as number);
  return lower + (rank - low) * (upper - lower);
}

/** Moves the k-th smallest to place k with nothing larger before and nothing smaller after it (Hoare's quickselect). */
function select(work: Float64Array, k: number): number {
  let left = 0;
  let right = work.length - 1;
  while (left < right) {
    const pivot = medianOfThree(
      work[left] as number,
      work[(left + right) >> 1] as number,
      work[right] as number,
    );
    let i = left;
    let j = right;
    while (i <= j) {
      while ((work[i] as number) < pivot) i++;
      while ((work[j] as number) > pivot) j--;
      if (i > j) break;
      const swap = work[i] as number;
      work[i] = work[j] as number;
      work[j] = swap;
      i++;
      j--;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return work[k] as number;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
