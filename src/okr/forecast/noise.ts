import type { Instant } from '../../domain/records.ts';
import { DAY } from '../../domain/time.ts';
import { percentile } from '../../metrics/engine/aggregate.ts';

export interface KnownPoint {
  readonly at: Instant;
  readonly value: number;
}

/** A level that wanders, seen through noise: the local level model of Harvey (1989). */
export interface Smoothed {
  /** As of the last point. */
  readonly level: number;
  /** Variance of one measurement about the level. */
  readonly noise: number;
  /** How much of a new measurement goes into the level, 0..1. */
  readonly gain: number;
  /** What the measurements were off by, each from the one before. */
  readonly surprises: readonly number[];
}

/** The median of the slopes between all pairs, per step. One wild point in four does not move it (Theil, 1950; Sen, 1968). */
export function theilSen(values: readonly (number | null)[]): number {
  const slopes: number[] = [];
  for (const [i, a] of values.entries()) {
    for (let j = i + 1; j < values.length; j++) {
      const b = values[j];
      if (a !== null && b !== null && b !== undefined) slopes.push((b - a) / (j - i));
    }
  }
  return slopes.length === 0 ? 0 : percentile(Float64Array.from(slopes), 0.5);
}

/** Parts noise from drift by how much more the values differ after two weeks than after a day. */
export function smooth(points: readonly KnownPoint[], perDay: number): Smoothed {
  const dayLater = differenceAfter(points, 1, perDay);
  const fortnightLater = differenceAfter(points, 14, perDay);
  let noise = 0;
  let gain = 1;
  if (dayLater !== null && fortnightLater !== null && fortnightLater > 0) {
    const drift = Math.max((fortnightLater - dayLater) / 13, fortnightLater * 1e-3);
    noise = Math.max(0, (dayLater - drift) / 2);
    if (noise > 0) {
      const ratio = drift / noise;
      gain = (Math.sqrt(ratio * ratio + 4 * ratio) - ratio) / 2;
    }
  }
  let level = points[0]?.value ?? 0;
  const surprises: number[] = [];
  for (let i = 1; i < points.length; i++) {
    const { at, value } = points[i] as KnownPoint;
    const expected = level + (perDay * (at - (points[i - 1] as KnownPoint).at)) / DAY;
    level = expected + gain * (value - expected);
    surprises.push(value - expected);
  }
  return { level, noise, gain, surprises };
}

/** The mean square of the changes over so many days, less a steady drift; null over too few. */
function differenceAfter(points: readonly KnownPoint[], days: number, perDay: number): number | null {
  let sum = 0;
  let count = 0;
  let j = 0;
  for (const [i, { at, value }] of points.entries()) {
    while (j < i && (points[j + 1] as KnownPoint).at <= at - days * DAY) j++;
    const before = points[j] as KnownPoint;
    const gap = (at - before.at) / DAY;
    if (Math.abs(gap - days) > 0.6) continue;
    sum += (value - before.value - perDay * gap) ** 2;
    count++;
  }
  return count < 5 ? null : sum / count;
}
