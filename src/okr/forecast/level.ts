import { DAY } from '../../domain/time.ts';
import type { SeriesPoint } from './contract.ts';
import type { Random } from './random.ts';

export const LEVEL = { halfLife: 13, damp: 0.9, trend: 0.5 };

/** Values at whole weeks before the as-of, newest first; null where the newest value by then is a week old. */
function weekly(series: readonly SeriesPoint[], asOf: number): readonly (number | null)[] {
  const known = series.filter((p): p is { at: number; value: number } => p.value !== null && p.at <= asOf);
  const out: (number | null)[] = [];
  let place = known.length - 1;
  const first = known[0]?.at ?? asOf;
  for (let t = asOf; t >= first - DAY; t -= 7 * DAY) {
    while (place >= 0 && (known[place]?.at ?? 0) > t) place--;
    const point = known[place];
    out.push(point !== undefined && t - point.at < 7 * DAY ? point.value : null);
  }
  return out;
}

export function simulateLevel(
  series: readonly SeriesPoint[],
  asOf: number,
  end: number,
  paths: number,
  random: Random,
): Float64Array | null {
  const values = weekly(series, asOf);
  const last = series.findLast((p) => p.value !== null)?.value;
  if (last === null || last === undefined) return null;
  const steps: number[] = [];
  for (let i = 0; i + 1 < values.length; i++) {
    const a = values[i];
    const b = values[i + 1];
    if (a != null && b != null) steps.push(a - b);
  }
  if (steps.length < 4) return null;
  const n = steps.length;
  const weeks = (end - asOf) / (7 * DAY);
  const whole = Math.floor(weeks);
  const part = weeks - whole;
  const out = new Float64Array(paths);
  const sample = new Float64Array(n);
  for (let p = 0; p < paths; p++) {
    let mean = 0;
    for (let k = 0; k < n; k++) {
      sample[k] = steps[random.int(n)] as number;
      mean += (sample[k] as number) / n;
    }
    let total = 0;
    for (let j = 0; j < whole; j++) total += (sample[random.int(n)] as number) - mean;
    total += Math.sqrt(part) * ((sample[random.int(n)] as number) - mean);
    total += LEVEL.trend * mean * weeks;
    out[p] = last + total;
  }
  return out;
}
