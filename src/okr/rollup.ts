import type { ComputedStatus, Objective, Status } from '../domain/okr.ts';
import { isComputed } from './assess.ts';
import { clampProgress } from './progress.ts';

/** One part of an objective: a key result, or a child objective. */
export interface Part {
  readonly weight: number;
  readonly progress: number | null;
  readonly status: Status;
  /** Its status, or where that is none of the four (stale, held, closed), the last that was. */
  readonly lastStatus: ComputedStatus | null;
}

export interface RollUp {
  /** Weighted mean of the parts that have data, each clamped to 0..1; null when none has. */
  readonly progress: number | null;
  readonly status: Status;
  readonly withData: number;
  readonly of: number;
}

export const ROLLUPS = ['owner', 'team', 'focusArea'] as const;
/** What objectives are put together by. */
export type RollUpBy = (typeof ROLLUPS)[number];

/** An objective with what its own key results make, those of its children left out. */
export interface OwnPart {
  readonly objective: Pick<Objective, 'id' | 'weight' | RollUpBy>;
  readonly own: RollUp;
}

/** `withData` and `of` are key results. */
export interface Group extends RollUp {
  /** Null: the objectives that name none. */
  readonly name: string | null;
  readonly objectives: readonly string[];
}

/**
 * The objectives of each owner, team or focus area, weighted as among their neighbours, by name and those without one
 * last. Each counts with its own key results alone: what a child brings to its parent is counted with the child, so
 * that nothing counts twice and nobody is judged by the numbers of others.
 */
export function rollUpGroups(parts: readonly OwnPart[], by: RollUpBy): readonly Group[] {
  const groups = new Map<string | null, OwnPart[]>();
  for (const part of parts) {
    const name = part.objective[by];
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [part]);
    else group.push(part);
  }
  const names = [...groups.keys()].sort((a, b) => {
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -1 : 1;
  });
  return names.map((name) => {
    const members = groups.get(name) ?? [];
    const { progress, status } = rollUp(
      members.map(({ objective, own }) => partOfParent(objective.weight, own)),
    );
    let withData = 0;
    let of = 0;
    for (const { own } of members) {
      withData += own.withData;
      of += own.of;
    }
    return { name, progress, status, withData, of, objectives: members.map((one) => one.objective.id) };
  });
}

/** What an objective counts for among others. */
export function partOfParent(weight: number, { progress, status }: RollUp): Part {
  return { weight, progress, status, lastStatus: isComputed(status) ? status : null };
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
