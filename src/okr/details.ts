import type { CheckInDetails, Guard, GuardState, KeyResult, Value } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { isDone } from '../metrics/engine/milestones.ts';
import { insideBand } from './progress.ts';

export interface Guarded {
  readonly guard: Guard;
  readonly value: Value;
}

/** What a check-in found beside its number; null where there is nothing to say. */
export function detailsOf(
  keyResult: KeyResult,
  current: Value,
  moment: Instant,
  progress: number | null,
  guards: readonly Guarded[],
): CheckInDetails | null {
  const steps = keyResult.kind === 'reach' ? (keyResult.milestones ?? []) : [];
  const milestones = steps.map((step) => ({
    title: step.title,
    share: step.share,
    done: isDone(step, current.terms ?? {}, moment),
    by: step.by,
  }));
  const states = guards.map((one) => stateOf(one, keyResult.kind === 'keep' || (progress ?? 0) > 0));
  if (milestones.length === 0 && states.length === 0) return null;
  return {
    ...(milestones.length === 0 ? {} : { milestones }),
    ...(states.length === 0 ? {} : { guards: states }),
  };
}

/** A guard breaks only at the cost of what moved: before the key result has, nothing was bought with it. */
function stateOf({ guard, value }: Guarded, moved: boolean): GuardState {
  const { title, unit, keep } = guard;
  const base = { title, unit, keep };
  if (value.value === null || value.held) {
    return { ...base, value: null, broken: null, reason: value.reason };
  }
  const broken = moved && !insideBand(value.value, { ...keep, for: 1 });
  return { ...base, value: value.value, broken, reason: null };
}

/** The guards that are broken, by title, so that a change of them is worth a row. */
export function brokenGuards(details: CheckInDetails | null): string {
  const broken = (details?.guards ?? []).filter((guard) => guard.broken === true);
  return broken.map((guard) => guard.title).join(', ');
}
