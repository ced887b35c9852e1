import type { Instant } from '../../domain/records.ts';
import { DAY } from '../../domain/time.ts';
import type { SeriesPoint } from './contract.ts';
import { type KnownPoint, smooth, theilSen } from './noise.ts';
import type { Random } from './random.ts';
import { excessOfMonths, sumOf } from './spread.ts';
import { WEEK } from './weeks.ts';

/** Changes from week to week without which there is no forecast: fewer say nothing of how far the next ones go. */
export const LEAST_STEPS = 4;
/** What is kept of a trend: most trends weaken (Gardner and McKenzie, 1985). */
const KEPT = 0.75;
/** How unsure the trend is beyond what the weeks say: of their standard deviation, and of how it was seen to change. */
const UNSURE = 0.15;
const OWN = 0.7;

export interface LevelInput {
  readonly series: readonly SeriesPoint[];
  readonly asOf: Instant;
  readonly end: Instant;
  readonly paths: number;
}

/** Stocks, samples and whatever has only its daily values: a damped trend, and the weekly changes drawn again. */
export function simulateLevel({ series, asOf, end, paths }: LevelInput, random: Random): Float64Array | null {
  const points = series.filter((one): one is KnownPoint => one.value !== null && one.at <= asOf);
  const weekly = weeklyValues(points, asOf);
  const steps = stepsOf(weekly);
  const n = steps.length;
  if (n < LEAST_STEPS) return null;
  const mean = sumOf(steps) / n;
  const variance = sumOf(steps.map((step) => (step - mean) ** 2)) / (n - 1);
  // Newest first, so the slope runs backwards.
  const robust = -theilSen(weekly);
  const { level, noise, gain, surprises } = smooth(points, robust / 7);
  // A wandering level has its changes' mean for a trend; noise about a line has the line's.
  const trend = gain * mean + (1 - gain) * robust;
  const wander = variance > 0 ? Math.sqrt(Math.max(0, variance - 2 * noise) / variance) : 0;
  const unsure = wander * Math.sqrt(UNSURE * UNSURE * variance + OWN * excessOfMonths(steps));
  const surprise =
    surprises.length === 0 ? 0 : Math.sqrt(sumOf(surprises.map((one) => one * one)) / surprises.length);
  const noiseShare = surprise > 0 ? Math.sqrt(noise) / surprise : 0;

  const weeks = (end - asOf) / WEEK;
  const whole = Math.floor(weeks);
  const sample = new Float64Array(n);
  const out = new Float64Array(paths);
  for (let p = 0; p < paths; p++) {
    let total = 0;
    for (let k = 0; k < n; k++) {
      sample[k] = (steps[random.int(n)] as number) - mean;
      total += sample[k] as number;
    }
    const shift = total / n;
    let wandered = shift * weeks;
    for (let j = 0; j < whole; j++) wandered += (sample[random.int(n)] as number) - shift;
    wandered += Math.sqrt(weeks - whole) * ((sample[random.int(n)] as number) - shift);
    let value = level + wander * wandered + (KEPT * trend + unsure * random.normal()) * weeks;
    if (noise > 0) {
      value += Math.sqrt(gain * noise) * random.normal();
      value += noiseShare * (surprises[random.int(surprises.length)] as number);
    }
    out[p] = value;
  }
  return out;
}

/** Values at whole weeks before the as-of, newest first; null where the newest by then is a week old. */
function weeklyValues(points: readonly KnownPoint[], asOf: Instant): readonly (number | null)[] {
  const [oldest] = points;
  if (oldest === undefined) return [];
  const values: (number | null)[] = [];
  let place = points.length - 1;
  for (let at = asOf; at >= oldest.at - DAY; at -= WEEK) {
    while (place >= 0 && (points[place] as KnownPoint).at > at) place--;
    const point = points[place];
    values.push(point !== undefined && at - point.at < WEEK ? point.value : null);
  }
  return values;
}

function stepsOf(weekly: readonly (number | null)[]): readonly number[] {
  const steps: number[] = [];
  for (const [i, value] of weekly.entries()) {
    const before = weekly[i + 1];
    if (value !== null && before !== null && before !== undefined) steps.push(value - before);
  }
  return steps;
}
