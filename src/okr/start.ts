import type { FrozenStart, KeyResult, ReachKeyResult, Span, Value } from '../domain/okr.ts';
import type { DayValue } from '../metrics/engine/series.ts';
import { ruleHash } from './definition.ts';

/** A flow summed or counted since the cycle began: it starts at 0 and is paced by the straight line. */
export function isCumulative(keyResult: ReachKeyResult, flow: boolean): boolean {
  const { aggregate, window } = keyResult.rule;
  const growing = window.kind === 'cycle' || window.kind === 'cycleToDate';
  return flow && (aggregate === 'sum' || aggregate === 'count') && growing;
}

/** Summed up from the beginning of its window: over the cycle, or anew with each week or month. */
export function countsUp({ rule }: Pick<KeyResult, 'rule'>, flow: boolean): boolean {
  const { aggregate, window } = rule;
  const begins = ['cycle', 'cycleToDate', 'week', 'month'].includes(window.kind);
  return flow && (aggregate === 'sum' || aggregate === 'count') && begins;
}

export interface StartInput {
  readonly keyResult: ReachKeyResult;
  readonly cycleId: string;
  readonly cycle: Span;
  readonly flow: boolean;
  readonly frozen: FrozenStart | null;
  /** The rule's value as of the cycle's start. */
  readonly atStart: Value | null;
  /** The values of the cycle's days so far, oldest first. */
  readonly days: readonly DayValue[];
}

/** The baseline and, where it is found for the first time, the row that freezes it. Null until there is one. */
export function resolveStart(input: StartInput): {
  readonly value: number | null;
  readonly freeze: FrozenStart | null;
} {
  const { keyResult, frozen, atStart, cycle } = input;
  if (keyResult.start !== 'auto') return { value: keyResult.start, freeze: null };
  const hash = ruleHash(keyResult.rule);
  if (frozen !== null && frozen.definitionHash === hash) return { value: frozen.value, freeze: null };
  const freeze = (value: number, at: number, reason: string) => ({
    value,
    freeze: {
      cycleId: input.cycleId,
      objectiveId: keyResult.objectiveId,
      keyResultId: keyResult.id,
      definitionHash: hash,
      value,
      at,
      reason,
    },
  });
  if (isCumulative(keyResult, input.flow))
    return freeze(0, cycle.from, 'counts from 0 at the start of the cycle');
  const isGood = ({ sampleSize }: Value): boolean => sampleSize >= keyResult.minSamples;
  if (atStart !== null && atStart.value !== null && isGood(atStart)) {
    return freeze(atStart.value, cycle.from, 'the value when the cycle began');
  }
  for (const { date, end, value } of input.days) {
    if (value.value === null || !isGood(value)) continue;
    return freeze(value.value, end, `the first value of the cycle, on ${date}`);
  }
  return { value: null, freeze: null };
}
