import type { Span } from '../../domain/okr.ts';
import type { Instant, RecordType } from '../../domain/records.ts';
import type { StoredRecord } from '../../store/contract.ts';
import type { Observation } from '../contract.ts';
import type { Match } from './where.ts';

/**
 * Removed samples, worklogs, commits and tags never were: a table or a timesheet was corrected, a history rewritten, and
 * what stands in their place has the same date. All others were there until they were removed, and count for windows that
 * end no later.
 */
const WITHDRAWN: ReadonlySet<RecordType> = new Set(['sample', 'worklog', 'commit', 'tag']);

/** Which removed records a rule over these windows may still see. */
export function thereAt(type: RecordType, windows: readonly Span[]): { readonly thereAt?: Instant } {
  return WITHDRAWN.has(type) ? {} : { thereAt: endOfFirst(windows) };
}

export function isRemoved({ removedAt }: StoredRecord): boolean {
  return removedAt !== undefined;
}

/** The same spans without the window ends after the record was removed. */
export function whileThere(spans: readonly Match[], { removedAt }: StoredRecord): readonly Match[] {
  if (removedAt === undefined) return spans;
  const kept = spans.filter(({ from }) => from < removedAt);
  return kept.map(({ from, until }) => ({ from, until: Math.min(until, removedAt) }));
}

/** A span of window ends over which the same records are there. */
export interface Era extends Match {
  isThere(record: StoredRecord): boolean;
}

/**
 * The eras from the first window's end on, in their order: also those that no window ends in, for what is observed may be
 * kept for other windows. A metric that sees all records at once is asked once for each.
 */
export function erasOf(records: readonly StoredRecord[], windows: readonly Span[]): readonly Era[] {
  const first = endOfFirst(windows);
  const removals = new Set<Instant>();
  for (const { removedAt } of records)
    if (removedAt !== undefined && removedAt >= first) removals.add(removedAt);
  const turns = [...[...removals].sort((a, b) => a - b), Number.POSITIVE_INFINITY];
  return turns.map((until, i) => ({
    from: turns[i - 1] ?? Number.NEGATIVE_INFINITY,
    until,
    isThere: ({ removedAt }) => removedAt === undefined || removedAt >= until,
  }));
}

/** An observation, and the span of window ends over which it is made. */
export interface Lasting extends Match {
  readonly observation: Observation;
}

/**
 * What is observed in each era, each once: what the next era says again lasts, and is no second one that began there. The
 * first era begins with all time.
 */
export function* lastingOver(
  eras: readonly Era[],
  observe: (era: Era) => Iterable<Observation>,
): Iterable<Lasting> {
  let living = new Map<string, Lasting[]>();
  for (const era of eras) {
    const next = new Map<string, Lasting[]>();
    for (const observation of observe(era)) {
      const { from, until } = era;
      if (eras.length === 1) {
        yield { observation, from, until };
        continue;
      }
      const name = nameOf(observation);
      const lasting = { observation, from: living.get(name)?.pop()?.from ?? from, until };
      const same = next.get(name);
      if (same === undefined) next.set(name, [lasting]);
      else same.push(lasting);
    }
    for (const ended of living.values()) yield* ended;
    living = next;
  }
  for (const lasting of living.values()) yield* lasting;
}

function nameOf({ ref, at, value, of, from, until, subject }: Observation): string {
  return JSON.stringify([ref, at, value, of, from, until, subject]);
}

/** Observations are complete for windows that end no earlier. */
export function endOfFirst(windows: readonly Span[]): Instant {
  return Math.min(...windows.map(({ to }) => to));
}
