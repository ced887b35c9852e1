import { createHash } from 'node:crypto';
import type { Account, Company, Item, Milestone, TimelineEvent, TimelineKind } from './model.ts';

/** When a change happens and who makes it; a null actor is a deleted account. */
export interface Change {
  readonly at: number;
  readonly by: Account | null;
}

/** Time as GitHub keeps it: whole seconds. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

export function nextId(company: Company): number {
  company.nextId += 1;
  return company.nextId;
}

/** A commit id that no other has, the same for the same seed and history. */
export function makeSha(company: Company): string {
  return createHash('sha1')
    .update(`${company.seed}:${nextId(company)}`)
    .digest('hex');
}

/** Dates a change of an item. */
export function touch(item: Item, at: number): void {
  item.updatedAt = Math.max(item.updatedAt, wholeSecond(at));
  item.version += 1;
  // The parent tells how many of its parts are done.
  if (item.kind === 'issue' && item.parent) item.parent.version += 1;
  const { repository } = item;
  repository.updatedAt = Math.max(repository.updatedAt, item.updatedAt);
  repository.company.version += 1;
}

/** Adds to the timeline of an item. */
export function record(
  item: Item,
  kind: TimelineKind,
  change: Change,
  details: Omit<Partial<TimelineEvent>, 'id' | 'kind' | 'item' | 'at' | 'actor'> = {},
): void {
  const id = nextId(item.repository.company);
  item.events.push({ id, kind, item, at: wholeSecond(change.at), actor: change.by, ...details });
}

/** Counts an item into or out of a milestone. */
export function countInMilestone(milestone: Milestone | null, state: Item['state'], by: 1 | -1): void {
  if (!milestone) return;
  if (state === 'open') milestone.openIssues += by;
  else milestone.closedIssues += by;
  milestone.version += 1;
}
