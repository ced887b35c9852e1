import type { Change, FieldValue, HistoryField, Instant } from '../../src/domain/records.ts';
import type { LabelEvent, MilestoneEvent, StateEvent, WeightEvent } from './schemas.ts';

/** Read backwards from what stands now. A label that was deleted since has no name left, and is left out. */
export function labelChanges(events: readonly LabelEvent[], now: readonly string[]): Change[] {
  const changes: Change[] = [];
  let after = now;
  for (const event of inOrder(events).toReversed()) {
    const { label: name, created_at: at } = event;
    const added = event.action === 'add';
    if (name === null || added !== after.includes(name)) continue;
    const before = added ? after.filter((one) => one !== name) : [...after, name];
    changes.push({ field: 'labels', at, from: before, to: after });
    after = before;
  }
  return changes.reverse();
}

export function milestoneChanges(events: readonly MilestoneEvent[], now: string | null): Change[] {
  const changes: Change[] = [];
  let current: string | null = null;
  for (const { action, milestone, created_at: at } of inOrder(events)) {
    const to: string | null = action === 'add' ? milestone : null;
    // Moving from one milestone to the next tells of both, in either order.
    if (action !== 'add' && current !== null && milestone !== null && milestone !== current) continue;
    const from: string | null = action === 'add' ? current : (current ?? milestone);
    changes.push({ field: 'milestone', at, from, to });
    current = to;
  }
  // The events keep no other title than today's; a milestone that was deleted has none.
  const last = changes.at(-1);
  if (last && last.to !== now) changes[changes.length - 1] = { ...last, to: now };
  return changes;
}

/** Null where the events do not lead to what stands now: then nothing is known of the past. */
export function weightChanges(events: readonly WeightEvent[], now: number | null): Change[] {
  const changes: Change[] = [];
  let current: number | null = null;
  for (const { weight, created_at: at } of inOrder(events)) {
    changes.push({ field: 'estimate', at, from: current, to: weight });
    current = weight;
  }
  return current === now ? changes : [];
}

/** Closing what is closed is no change. What the events lack, the issue itself tells. */
export function stateChanges(
  events: readonly StateEvent[],
  closed: { readonly at: Instant } | null,
  updatedAt: Instant,
): Change[] {
  const changes: Change[] = [];
  let isClosed = false;
  const turn = (at: Instant, to: boolean) => {
    if (to === isClosed) return;
    isClosed = to;
    const [from, next] = to ? (['open', 'closed'] as const) : (['closed', 'open'] as const);
    changes.push({ field: 'status', at, from, to: next });
    changes.push({ field: 'statusCategory', at, from: to ? 'new' : 'done', to: to ? 'done' : 'new' });
  };
  for (const { state, created_at: at } of inOrder(events)) {
    if (state === 'closed') turn(at, true);
    else if (state === 'reopened' || state === 'opened') turn(at, false);
  }
  turn(Math.max(changes.at(-1)?.at ?? 0, closed?.at ?? updatedAt), closed !== null);
  return changes;
}

/** All changes, oldest first. Those of one field at one moment are one; back and forth is none. */
export function historyOf(...parts: readonly (readonly Change[])[]): Change[] {
  const joined: Change[] = [];
  const last = new Map<HistoryField, number>();
  for (const change of parts.flat()) {
    const index = last.get(change.field);
    const before = index === undefined ? undefined : joined[index];
    if (index !== undefined && before?.at === change.at) joined[index] = { ...before, to: change.to };
    else last.set(change.field, joined.push(change) - 1);
  }
  return joined.filter(({ from, to }) => !isSame(from, to)).sort((a, b) => a.at - b.at);
}

function isSame(a: FieldValue, b: FieldValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function inOrder<T extends { readonly created_at: Instant }>(events: readonly T[]): T[] {
  return events.toSorted((a, b) => a.created_at - b.created_at);
}
