import type { CheckIn, Cycle, KeyResult, Objective } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { cycleSpan, localDate } from '../domain/time.ts';

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

/**
 * Key results of an ended cycle that were recorded in it until its last run and not closed yet. `recorded`: as they were
 * defined then, for by now the file may have those of the next cycle. What was dropped earlier is left as it is, and so is
 * what `current` judges: the objectives that name the cycle.
 */
export function unclosed(
  recorded: readonly Objective[],
  current: readonly Objective[],
  checkIns: readonly CheckIn[],
  zone: string,
): readonly Objective[] {
  const open = checkIns.filter(({ outcome }) => outcome === null);
  // A person speaks for one key result, a run for all of them.
  const lastRun = (open.findLast(({ author }) => author === 'auto') ?? open.at(-1))?.asOf ?? 0;
  const lastDay = localDate(lastRun - 1, zone);
  const judged = new Set(current.flatMap(({ keyResults }) => keyResults.map(nameOf)));
  const isOpen = (keyResult: KeyResult): boolean => {
    const name = nameOf(keyResult);
    const rows = checkIns.filter((one) => nameOf({ ...one, id: one.keyResultId }) === name);
    const last = rows.at(-1);
    if (judged.has(name) || last === undefined || rows.some((row) => row.outcome !== null)) return false;
    // While a person's value stands, no run adds a row.
    return localDate(last.asOf - 1, zone) >= lastDay || rows.some((row) => (row.expiresAt ?? 0) > lastRun);
  };
  return recorded
    .map((objective) => ({ ...objective, keyResults: objective.keyResults.filter(isOpen) }))
    .filter((objective) => objective.keyResults.length > 0);
}

function nameOf({ objectiveId, id }: Pick<KeyResult, 'objectiveId' | 'id'>): string {
  return JSON.stringify([objectiveId, id]);
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
