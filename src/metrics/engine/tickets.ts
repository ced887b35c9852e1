import * as z from 'zod';
import type { Change, Instant, StatusCategory } from '../../domain/records.ts';

/** The resolutions that say a ticket was dropped rather than done, in GitHub's and Jira's words. */
const DROPPED = [
  "Won't Fix",
  "Won't Do",
  'Duplicate',
  'Invalid',
  'Cannot Reproduce',
  'not_planned',
  'duplicate',
] as const;

export const workItemOptions = z.strictObject({
  excludeResolutions: z
    .array(z.string())
    .default([...DROPPED])
    .describe('Tickets with one of these resolutions are left out; an empty list counts every resolution.'),
  subtasks: z.boolean().default(false).describe('Whether sub-tasks count.'),
});
export type WorkItemOptions = z.infer<typeof workItemOptions>;

/** Fields that the default exclusions of work items read. */
export const WORK_ITEM_FIELDS = ['createdAt', 'resolvedAt', 'resolution', 'subtask', 'history'] as const;

/**
 * The window ends up to which a ticket counts, compiled once for many tickets. What was dropped counts until then, so that
 * dropping it today leaves last month as it was; sub-tasks never count.
 */
export function countsUntil(
  options: WorkItemOptions,
): (ticket: {
  readonly resolution: string | null;
  readonly subtask: boolean;
  readonly resolvedAt: Instant | null;
}) => Instant {
  const excluded = new Set(options.excludeResolutions.map((name) => name.toLowerCase()));
  return ({ resolution, subtask, resolvedAt }) => {
    if (subtask && !options.subtasks) return Number.NEGATIVE_INFINITY;
    if (resolution === null || !excluded.has(resolution.toLowerCase())) return Number.POSITIVE_INFINITY;
    return resolvedAt ?? Number.NEGATIVE_INFINITY;
  };
}

/** Whether a ticket was done, over the window ends `(from, until]`, from its creation on. */
export interface DoneSpan {
  readonly done: boolean;
  readonly from: Instant;
  readonly until: Instant;
}

/** The life of a ticket as turns of open and done, oldest first and without a gap. */
export function* doneSpans(ticket: Resolvable): Iterable<DoneSpan> {
  let from = ticket.createdAt;
  for (const { at, until } of resolutions(ticket)) {
    if (at > from) yield { done: false, from, until: at };
    yield { done: true, from: at, until };
    from = until;
  }
  if (from !== Number.POSITIVE_INFINITY) yield { done: false, from, until: Number.POSITIVE_INFINITY };
}

/** A time in the done category: it began at `at` and, where the ticket was reopened, ended at `until`. */
export interface Resolution {
  readonly at: Instant;
  readonly until: Instant;
}

/** Every time a ticket was resolved while it counts, oldest first. */
export function* resolutionsUntil(ticket: Resolvable, counts: Instant): Iterable<Resolution> {
  for (const { at, until } of resolutions(ticket)) {
    if (at < counts) yield { at, until: Math.min(until, counts) };
  }
}

interface Resolvable {
  readonly createdAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly history: readonly Change[] | null;
}

/**
 * Every time a ticket was resolved, oldest first. Only the last may be without end. Where no history of its
 * status is stored, the tool's own resolution date is the one there is.
 */
export function* resolutions(ticket: Resolvable): Iterable<Resolution> {
  let sawCategory = false;
  let doneSince: Instant | null = null;
  for (const change of ticket.history ?? []) {
    if (change.field !== 'statusCategory') continue;
    if (!sawCategory && isDone(change.from)) doneSince = ticket.createdAt;
    sawCategory = true;
    if (isDone(change.to)) doneSince ??= change.at;
    else if (doneSince !== null) {
      yield { at: doneSince, until: change.at };
      doneSince = null;
    }
  }
  if (!sawCategory) doneSince = ticket.resolvedAt;
  if (doneSince !== null) yield { at: doneSince, until: Number.POSITIVE_INFINITY };
}

function isDone(value: unknown): boolean {
  return value === ('done' satisfies StatusCategory);
}
