import type { Change, FieldValue, HistoryField, Instant } from '../../src/domain/records.ts';
import type { TimelineNode } from './nodes.ts';

/** An issue or pull request as it is now, as far as its timeline is about it. */
export interface Present {
  readonly labels: readonly string[];
  readonly milestone: string | null;
  readonly type?: string | null;
  /** Of an issue. */
  readonly closed?: { readonly at: Instant | null } | null;
  /** Of a pull request. */
  readonly draft?: boolean;
  readonly updatedAt: Instant;
}

type Dated = TimelineNode & { readonly createdAt: Instant };

/** The dated changes of labels, milestone, type, state and draft, oldest first, each ending where the next begins. */
export function historyOf(timeline: readonly TimelineNode[], present: Present): Change[] {
  const events = timeline.filter((node): node is Dated => node.createdAt !== undefined);
  events.sort((a, b) => a.createdAt - b.createdAt);
  const changes = [
    ...labelChanges(events, present.labels),
    ...milestoneChanges(events, present.milestone),
    ...(present.type === undefined ? [] : typeChanges(events)),
    ...(present.closed === undefined ? [] : stateChanges(events, present.closed, present.updatedAt)),
    ...(present.draft === undefined ? [] : draftChanges(events, present.draft)),
  ];
  return joined(changes).sort((a, b) => a.at - b.at);
}

/** Read backwards from what stands now: a label that was renamed or deleted since is told as it is today. */
function labelChanges(events: readonly Dated[], now: readonly string[]): Change[] {
  const changes: Change[] = [];
  let after = now;
  for (const event of events.toReversed()) {
    const name = event.label?.name;
    if (name === undefined) continue;
    const added = event.__typename === 'LabeledEvent';
    if (added !== after.includes(name)) continue;
    const before = added ? after.filter((one) => one !== name) : [...after, name];
    changes.push({ field: 'labels', at: event.createdAt, from: before, to: after });
    after = before;
  }
  return changes.reverse();
}

function milestoneChanges(events: readonly Dated[], now: string | null): Change[] {
  const changes: Change[] = [];
  let current: string | null = null;
  for (const event of events) {
    const title = event.milestoneTitle;
    if (title === undefined) continue;
    const set = event.__typename === 'MilestonedEvent';
    // Moving an issue from one milestone to the next tells of both, in either order.
    if (!set && current !== null && current !== title) continue;
    const from: string | null = set ? current : title;
    current = set ? title : null;
    changes.push({ field: 'milestone', at: event.createdAt, from, to: current });
  }
  return renamed(changes, now);
}

/** The events keep the title of their day; the last one stands for what is there now. */
function renamed(changes: Change[], now: string | null): Change[] {
  const old = changes.at(-1)?.to;
  if (typeof old !== 'string' || now === null || old === now) return changes;
  const name = (value: FieldValue): FieldValue => (value === old ? now : value);
  return changes.map((change) => ({ ...change, from: name(change.from), to: name(change.to) }));
}

function typeChanges(events: readonly Dated[]): Change[] {
  const changes: Change[] = [];
  let current: string | null = null;
  for (const event of events) {
    const type = event.issueType?.name ?? null;
    const { createdAt: at } = event;
    if (event.__typename === 'IssueTypeAddedEvent') {
      changes.push({ field: 'type', at, from: current, to: type });
      current = type;
    } else if (event.__typename === 'IssueTypeChangedEvent') {
      changes.push({ field: 'type', at, from: event.prevIssueType?.name ?? current, to: type });
      current = type;
    } else if (event.__typename === 'IssueTypeRemovedEvent') {
      changes.push({ field: 'type', at, from: type, to: null });
      current = null;
    }
  }
  return changes;
}

/** Closing what is closed, as for another reason, is no change. What the timeline lacks, the issue itself tells. */
function stateChanges(events: readonly Dated[], closed: Present['closed'], updatedAt: Instant): Change[] {
  const changes: Change[] = [];
  let isClosed = false;
  const turn = (at: Instant, to: boolean) => {
    if (to === isClosed) return;
    isClosed = to;
    const [from, next] = to ? (['open', 'closed'] as const) : (['closed', 'open'] as const);
    changes.push({ field: 'status', at, from, to: next });
    changes.push({
      field: 'statusCategory',
      at,
      from: from === 'open' ? 'new' : 'done',
      to: next === 'open' ? 'new' : 'done',
    });
  };
  for (const event of events) {
    if (event.__typename === 'ClosedEvent') turn(event.createdAt, true);
    else if (event.__typename === 'ReopenedEvent') turn(event.createdAt, false);
  }
  const last = changes.at(-1)?.at ?? 0;
  turn(Math.max(last, closed ? (closed.at ?? updatedAt) : updatedAt), Boolean(closed));
  return changes;
}

function draftChanges(events: readonly Dated[], now: boolean): Change[] {
  const changes: Change[] = [];
  let after = now;
  for (const event of events.toReversed()) {
    const toDraft = event.__typename === 'ConvertToDraftEvent';
    if (!toDraft && event.__typename !== 'ReadyForReviewEvent') continue;
    if (toDraft !== after) continue;
    changes.push({ field: 'draft', at: event.createdAt, from: !toDraft, to: toDraft });
    after = !toDraft;
  }
  return changes.reverse();
}

/** Changes of one field at one moment are one change; back and forth is none. */
function joined(changes: readonly Change[]): Change[] {
  const result: Change[] = [];
  const last = new Map<HistoryField, number>();
  for (const change of changes) {
    const index = last.get(change.field);
    const before = index === undefined ? undefined : result[index];
    if (index !== undefined && before?.at === change.at) {
      result[index] = { ...before, to: change.to };
      continue;
    }
    last.set(change.field, result.push(change) - 1);
  }
  return result.filter((change) => !sameValue(change.from, change.to));
}

function sameValue(a: FieldValue, b: FieldValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a field becomes whenever the labels change: their story points. */
export function estimateChanges(
  history: readonly Change[],
  pointsOf: (labels: readonly string[]) => number | null,
): Change[] {
  const points = (value: FieldValue) => pointsOf(Array.isArray(value) ? value : []);
  return history
    .filter((change) => change.field === 'labels')
    .map(
      (change): Change => ({
        ...change,
        field: 'estimate',
        from: points(change.from),
        to: points(change.to),
      }),
    )
    .filter((change) => change.from !== change.to);
}
