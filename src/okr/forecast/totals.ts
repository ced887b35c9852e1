import { aggregate, type Points } from '../../metrics/engine/aggregate.ts';
import { distance, type FlowInput, piecesOf, runningCounts, runningSums, weekTotals } from './flow.ts';
import type { Random } from './random.ts';
import { createWeekPicker, spreadOf, sumOf } from './spread.ts';
import { type Alive, firstAtOrAfter, WEEK } from './weeks.ts';

/** Counts, sums, rates, means, shares and ratios: the totals of whole stretches are all that they need. */
export function simulateTotals(input: FlowInput, random: Random): Float64Array {
  const { alive, window, coming, past, paths } = input;
  const name = input.aggregate;
  const size = alive.at.length;
  const perItem = name === 'mean' || name === 'share' || name === 'ratio';
  const tops = name === 'count' ? runningCounts(size) : runningSums(alive.value);
  const wholes = name === 'ratio' ? runningSums(othersOf(alive)) : runningCounts(size);
  const kept = firstAtOrAfter(alive.at, window.from);
  const keptTop = (tops[size] as number) - (tops[kept] as number);
  const keptWhole = (wholes[size] as number) - (wholes[kept] as number);

  const weekTops = weekTotals(tops, input);
  const weekWholes = perItem ? weekTotals(wholes, input) : new Float64Array(past.length).fill(1);
  const level = sumOf(weekTops) / sumOf(weekWholes);
  const scale = name === 'share' ? 1 / (level * (1 - level)) : 1 / Math.abs(level);
  const spread = spreadOf(weekTops, weekWholes, scale, distance(input));
  const unseen = unseenRate(name, weekTops, weekWholes);

  const { first, end, stride } = piecesOf(input);
  const { newPath, pick } = createWeekPicker(past.length, random);
  const weeksLeft = coming.reduce((weeks, { from, to }) => weeks + (to - from) / WEEK, 0);
  const points = { values: new Float64Array(1), ofs: new Float64Array(1) } satisfies Points;
  const out = new Float64Array(paths);
  for (let p = 0; p < paths; p++) {
    newPath();
    let top = 0;
    let whole = 0;
    for (let j = 0; j < coming.length; j++) {
      const place = j * stride + pick();
      top += (tops[end[place] as number] as number) - (tops[first[place] as number] as number);
      whole += (wholes[end[place] as number] as number) - (wholes[first[place] as number] as number);
    }
    if (unseen !== null) {
      const some = poisson(unseen.perUnit(random) * (perItem ? whole : weeksLeft), random);
      top = unseen.all ? Math.max(0, whole - some) : Math.min(some, perItem ? whole : some);
    } else if (name === 'share') top = shiftShare(top, whole, spread * random.normal());
    else top *= Math.exp(spread * random.normal() - (spread * spread) / 2);
    points.values[0] = keptTop + top;
    points.ofs[0] = keptWhole + whole;
    out[p] = aggregate(perItem ? 'ratio' : name === 'count' ? 'sum' : name, points, window) ?? Number.NaN;
  }
  return out;
}

/** The other sides of ratios: 0 where one has none. */
function othersOf({ at, of }: Alive): Float64Array {
  return of === null ? new Float64Array(at.length) : of.map((one) => one || 0);
}

/**
 * What was never seen is not impossible. After n weeks (or items) without one, the rate of events (or of the other
 * kind of item) has Jeffreys' posterior, a gamma with shape 1/2 and rate n. Sums are left out: nobody knows how large
 * the first one would be.
 */
function unseenRate(
  name: FlowInput['aggregate'],
  tops: Float64Array,
  wholes: Float64Array,
): { readonly all: boolean; perUnit(random: Random): number } | null {
  const top = sumOf(tops);
  const whole = sumOf(wholes);
  const perUnit = (random: Random) => random.normal() ** 2 / 2 / whole;
  if (name === 'share' && whole > 0 && (top === 0 || top === whole)) return { all: top > 0, perUnit };
  if ((name === 'count' || name === 'perDay' || name === 'perWeek') && top === 0)
    return { all: false, perUnit };
  return null;
}

/** Moves a share by log odds, so that it stays one. */
function shiftShare(top: number, whole: number, by: number): number {
  if (top <= 0 || top >= whole) return top;
  const odds = (top / (whole - top)) * Math.exp(by);
  return (whole * odds) / (1 + odds);
}

/** Knuth's product of uniforms; the means here are small. */
function poisson(mean: number, random: Random): number {
  const floor = Math.exp(-Math.min(mean, 700));
  let count = 0;
  for (let product = random.next(); product > floor; product *= random.next()) count++;
  return count;
}
