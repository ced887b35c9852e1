import type { ComputedStatus, Keep, ReachKeyResult } from '../domain/okr.ts';

/** Share of the way from start to target: raw, so below 0 it moved away and above 1 it went past. Falling targets need nothing special. */
export function progressOf(current: number, start: number, target: number): number {
  return (current - start) / (target - start);
}

/** For showing and rolling up. */
export function clampProgress(progress: number): number {
  return Math.min(1, Math.max(0, progress));
}

/** Whether the value beyond the target is reached too: past the target, and as far on that side of it. */
export function isStretched(
  { target, stretch }: Pick<ReachKeyResult, 'target' | 'stretch'>,
  value: number | null,
  progress: number | null,
): boolean {
  if (stretch === undefined || value === null || progress === null || progress < 1) return false;
  return stretch > target ? value >= stretch : value <= stretch;
}

export function insideBand(value: number, keep: Keep): boolean {
  return (keep.min === null || value >= keep.min) && (keep.max === null || value <= keep.max);
}

/** Before this share of the cycle nobody is told off: the numbers are too few to say so. */
const GRACE = 0.1;

/** Judged by the straight line: actual over expected progress. */
export function paceStatus(progress: number, elapsed: number): ComputedStatus {
  if (elapsed < GRACE || progress >= 0.95 * elapsed) return 'on_track';
  return progress >= 0.75 * elapsed ? 'at_risk' : 'off_track';
}

/** Judged by the forecast: how likely the target is reached by the cycle's end. */
export function likelyStatus(probability: number, elapsed: number): ComputedStatus {
  if (elapsed < GRACE || probability >= 0.7) return 'on_track';
  return probability >= 0.3 ? 'at_risk' : 'off_track';
}

/** A band is judged by today and by the share of days so far. */
export function keepStatus(insideToday: boolean, share: number, keep: Keep, elapsed: number): ComputedStatus {
  const enough = share >= keep.for;
  if (elapsed < GRACE || (insideToday && enough)) return 'on_track';
  return insideToday || enough ? 'at_risk' : 'off_track';
}
