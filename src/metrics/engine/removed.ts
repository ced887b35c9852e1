import type { Span } from '../../domain/okr.ts';
import type { Instant, RecordType } from '../../domain/records.ts';
import type { StoredRecord } from '../../store/contract.ts';
import type { Match } from './where.ts';

/**
 * Removed samples, commits and tags never were: a table was corrected, a history rewritten, and what stands in their place
 * has the same date. All others were there until they were removed, and count for windows that end no later.
 */
const WITHDRAWN: ReadonlySet<RecordType> = new Set(['sample', 'commit', 'tag']);

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

/** Observations are complete for windows that end no earlier. */
export function endOfFirst(windows: readonly Span[]): Instant {
  return Math.min(...windows.map(({ to }) => to));
}
