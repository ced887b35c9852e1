import type { Rule, Span } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { Random } from './random.ts';
import { simulateRanks } from './ranks.ts';
import { simulateTotals } from './totals.ts';
import { type Alive, type ComingWeek, firstAtOrAfter, WEEK } from './weeks.ts';

/** What a flow is simulated from. */
export interface FlowInput {
  readonly aggregate: Rule['aggregate'];
  readonly alive: Alive;
  /** The window as of the cycle's end. What was already observed inside it stays. */
  readonly window: Span;
  readonly asOf: Instant;
  /** Of what is alive, the older serves the window alone. */
  readonly learnFrom: Instant;
  /** Beginnings of the past weeks, newest first. */
  readonly past: readonly Instant[];
  readonly coming: readonly ComingWeek[];
  readonly paths: number;
}

/** One value at the cycle's end for each path; NaN where a path leaves the window empty. */
export function simulateFlow(input: FlowInput, random: Random): Float64Array {
  switch (input.aggregate) {
    case 'count':
    case 'sum':
    case 'perDay':
    case 'perWeek':
    case 'mean':
    case 'share':
    case 'ratio':
      return simulateTotals(input, random);
    default:
      return simulateRanks(input, random);
  }
}

/** For each coming week and each past one that may stand for it, the places of its observations: `[first, end)`. */
export interface Pieces {
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** How many past weeks there are: week `i` for coming week `j` is at `j * stride + i`. */
  readonly stride: number;
}

export function piecesOf({ alive, past, coming, asOf }: FlowInput): Pieces {
  const stride = past.length;
  const first = new Uint32Array(stride * coming.length);
  const end = new Uint32Array(stride * coming.length);
  for (const [j, { from, to }] of coming.entries()) {
    for (const [i, begin] of past.entries()) {
      const next = past[i - 1] ?? asOf;
      // A whole week is taken to its end, which daylight saving moves by an hour.
      const last = to === WEEK ? next : Math.min(begin + to, next);
      first[j * stride + i] = firstAtOrAfter(alive.at, Math.min(begin + from, next));
      end[j * stride + i] = firstAtOrAfter(alive.at, last);
    }
  }
  return { first, end, stride };
}

/** Running sums, so that the total of any stretch is one subtraction. */
export function runningSums(column: Float64Array): Float64Array {
  const sums = new Float64Array(column.length + 1);
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    sum += column[i] as number;
    sums[i + 1] = sum;
  }
  return sums;
}

/** Running sums where each counts one. */
export function runningCounts(size: number): Float64Array {
  const counts = new Float64Array(size + 1);
  for (let i = 0; i <= size; i++) counts[i] = i;
  return counts;
}

/** The total of each past week, newest first. */
export function weekTotals(sums: Float64Array, { alive, past, asOf }: FlowInput): Float64Array {
  return Float64Array.from(past, (begin, i) => {
    const end = firstAtOrAfter(alive.at, past[i - 1] ?? asOf);
    return (sums[end] as number) - (sums[firstAtOrAfter(alive.at, begin)] as number);
  });
}

/** Weeks from now to the middle of what is simulated. */
export function distance({ coming, window, asOf }: FlowInput): number {
  const [first] = coming;
  if (first === undefined) return 0;
  return ((first.begins + first.from + window.to) / 2 - asOf) / WEEK;
}
