import type { Aggregate } from '../../domain/okr.ts';
import { aggregate, percentile } from '../../metrics/engine/aggregate.ts';
import { distance, type FlowInput, piecesOf, runningCounts, runningSums, weekTotals } from './flow.ts';
import type { Random } from './random.ts';
import { createWeekPicker, spreadOf } from './spread.ts';
import { type Alive, firstAtOrAfter } from './weeks.ts';

const RANKS: Partial<Record<Aggregate, number>> = { median: 0.5, p75: 0.75, p90: 0.9, p95: 0.95 };
/** More observations than this in the window make its percentile little better, only slower: a rank is then known to 2 %. */
const ENOUGH = 600;

/** Percentiles, `last` and `nps`: what enters the window is drawn from the past weeks, and all of it is aggregated. */
export function simulateRanks(full: FlowInput, random: Random): Float64Array {
  const rank = RANKS[full.aggregate];
  const input = rank === undefined ? full : { ...full, alive: thinned(full) };
  const { alive, window, coming, past, paths } = input;
  const kept = alive.value.subarray(firstAtOrAfter(alive.at, window.from));
  const { first, end, stride } = piecesOf(input);
  let longest = 0;
  for (let i = 0; i < first.length; i++)
    longest = Math.max(longest, (end[i] as number) - (first[i] as number));
  const values = new Float64Array(kept.length + longest * coming.length);
  values.set(kept);
  const spread = rank === undefined ? 0 : spreadOfRank(input, rank);
  const { newPath, pick } = createWeekPicker(past.length, random);
  const out = new Float64Array(paths);
  for (let p = 0; p < paths; p++) {
    newPath();
    let length = kept.length;
    for (let j = 0; j < coming.length; j++) {
      const place = j * stride + pick();
      for (let i = first[place] as number; i < (end[place] as number); i++) {
        values[length++] = alive.value[i] as number;
      }
    }
    const inside = values.subarray(0, length);
    // A level that moves is a percentile taken elsewhere, as far as what is inside is new.
    const shift = spread * random.normal() * (length === 0 ? 0 : (length - kept.length) / length);
    out[p] =
      rank === undefined || length === 0
        ? (aggregate(input.aggregate, { values: inside, ofs: null }, window) ?? Number.NaN)
        : percentile(inside, shiftedRank(rank, shift));
  }
  return out;
}

function shiftedRank(rank: number, logOdds: number): number {
  const odds = (rank / (1 - rank)) * Math.exp(logOdds);
  return odds / (1 + odds);
}

/** In log odds of the rank: how far the share of values below the percentile moves from month to month. */
function spreadOfRank(input: FlowInput, rank: number): number {
  const { at, value } = input.alive;
  const middle = percentile(value.subarray(firstAtOrAfter(at, input.learnFrom)), rank);
  const below = runningSums(value.map((one) => (one < middle ? 1 : one > middle ? 0 : rank)));
  const all = runningCounts(value.length);
  const scale = 1 / (rank * (1 - rank));
  return spreadOf(weekTotals(below, input), weekTotals(all, input), scale, distance(input));
}

/** Every so many-th, where there are more than enough. */
function thinned({ alive, window, asOf, past }: FlowInput): Alive {
  const begin = past.at(-1) ?? asOf;
  const perTime = (alive.at.length - firstAtOrAfter(alive.at, begin)) / (asOf - begin);
  const expected =
    alive.at.length -
    firstAtOrAfter(alive.at, window.from) +
    perTime * (window.to - Math.max(asOf, window.from));
  const step = Math.ceil(expected / ENOUGH);
  if (step <= 1) return alive;
  const every = (column: Float64Array) =>
    Float64Array.from({ length: Math.ceil(column.length / step) }, (_, i) => column[i * step] as number);
  return { ...alive, at: every(alive.at), value: every(alive.value), of: null };
}
