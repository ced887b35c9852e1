import type { Random } from '../random.ts';
import { nearestWork } from './calendar.ts';

/** Something to be carried out at a moment: numbers are given in the order of the moments. */
export interface Plan {
  readonly at: number;
  readonly carryOut: () => void;
}

const MINUTE = 60_000;

/** A moment of work between two others, at about `share` of the way; never before the one or after the other. */
export function between(random: Random, from: number, share: number, to: number): number {
  const middle = nearestWork(random, from + share * (to - from));
  if (middle > from && middle < to) return middle;
  // Where the nearest work lies outside, somebody stayed on for a while, or began a little before.
  const aside = Math.min(random.int(2, 45) * MINUTE, (to - from) / 2);
  return Math.floor(middle <= from ? from + aside : to - aside);
}

/** `at`, or a moment after `previous` when that is not after it. */
export function after(previous: number, at: number): number {
  return Math.max(at, previous + 1000);
}

/** Standard normals in pairs of opposite sign, so that even a small set has the median that was asked for. */
export function pairedNormals(random: Random, count: number): number[] {
  const normals: number[] = [];
  while (normals.length < count) {
    const drawn = random.normal();
    normals.push(...(random.chance(0.5) ? [drawn, -drawn] : [-drawn, drawn]));
  }
  return normals.slice(0, count);
}
