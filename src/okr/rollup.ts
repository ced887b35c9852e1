import type { ComputedStatus, Status } from '../domain/okr.ts';
import { clampProgress } from './progress.ts';

/** One part of an objective: a key result, or a child objective. */
export interface Part {
  readonly weight: number;
  readonly progress: number | null;
  readonly status: Status;
  /** The last of the four computed statuses, where it is now stale, held or closed. */
  readonly lastStatus: ComputedStatus | null;
}

export interface RollUp {
  /** Weighted mean of the parts that have data, each clamped to 0..1; null when none has. */
  readonly progress: number | null;
  readonly status: Status;
  readonly withData: number;
  readonly of: number;
}

const SCORES: Readonly<Record<ComputedStatus, number>> = {
  achieved: 1,
  on_track: 1,
  at_risk: 0.5,
  off_track: 0,
};

export function rollUp(parts: readonly Part[]): RollUp {
  const known = parts.filter((part) => part.progress !== null);
  const progress = weightedMean(known.map((part) => [clampProgress(part.progress ?? 0), part.weight]));
  return { progress, status: statusOf(parts), withData: known.length, of: parts.length };
}

function statusOf(parts: readonly Part[]): Status {
  if (parts.length > 0 && parts.every((part) => part.status === 'closed')) return 'closed';
  const judged = parts.filter((part) => part.lastStatus !== null && part.weight > 0);
  if (judged.length === 0) return 'no_data';
  if (parts.every((part) => part.lastStatus === 'achieved')) return 'achieved';
  const score = weightedMean(judged.map((part) => [SCORES[part.lastStatus ?? 'off_track'], part.weight]));
  if (score === null) return 'no_data';
  if (score >= 0.75) return 'on_track';
  return score >= 0.4 ? 'at_risk' : 'off_track';
}

function weightedMean(pairs: readonly (readonly [value: number, weight: number])[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const [value, weight] of pairs) {
    sum += value * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : null;
}
