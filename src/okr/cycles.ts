import type { CheckIn, Cycle, KeyResult, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan } from '../domain/time.ts';

/** The cycle that holds a moment, else the latest. Undefined only when there are none. */
export function cycleAt(cycles: readonly Cycle[], at: Instant, zone: string): Cycle | undefined {
  return (
    cycles.find((cycle) => {
      const span = cycleSpan(cycle, zone);
      return span.from <= at && at < span.to;
    }) ?? cycles.at(-1)
  );
}

/** The objectives of a cycle: those that name it, and as of `at` those that name none. */
export function objectivesOf(
  cycle: Cycle,
  objectives: readonly Objective[],
  cycles: readonly Cycle[],
  at: Instant,
  zone: string,
): readonly Objective[] {
  const current = cycleAt(cycles, at, zone);
  return objectives.filter((objective) => (objective.cycle ?? current?.id) === cycle.id);
}

/** Key results of an ended cycle that were recorded in it and not closed yet. */
export function unclosed(
  cycle: Cycle,
  objectives: readonly Objective[],
  checkIns: readonly CheckIn[],
  at: Instant,
  zone: string,
): readonly Objective[] {
  if (cycleSpan(cycle, zone).to > at) return [];
  const rowsOf = (keyResult: KeyResult) =>
    checkIns.filter((one) => one.objectiveId === keyResult.objectiveId && one.keyResultId === keyResult.id);
  return objectives
    .filter((objective) => objective.cycle === null || objective.cycle === cycle.id)
    .map((objective) => ({
      ...objective,
      keyResults: objective.keyResults.filter((keyResult) => {
        const rows = rowsOf(keyResult);
        return rows.length > 0 && rows.every((row) => row.outcome === null);
      }),
    }))
    .filter((objective) => objective.keyResults.length > 0);
}

export type Found =
  | { readonly objective: Objective; readonly keyResult: KeyResult }
  | { readonly error: string; readonly known: readonly string[] };

/** By `objective-id/kr-id`, or by `kr-id` where it is unique. */
export function findKeyResult(objectives: readonly Objective[], name: string): Found {
  const all = objectives.flatMap((objective) =>
    objective.keyResults.map((keyResult) => ({ objective, keyResult })),
  );
  const known = all.map(({ objective, keyResult }) => `${objective.id}/${keyResult.id}`);
  const found = all.filter(
    ({ objective, keyResult }) => keyResult.id === name || `${objective.id}/${keyResult.id}` === name,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    const names = found.map(({ objective, keyResult }) => `${objective.id}/${keyResult.id}`);
    return { error: `'${name}' names ${found.length} key results: say ${names.join(' or ')}`, known };
  }
  return { error: `there is no key result '${name}'`, known };
}
