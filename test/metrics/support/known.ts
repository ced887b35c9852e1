import type { Change, EngineeringRecord, PullRequest, Ticket } from '../../../src/domain/records.ts';

/** The records as a tool would have told them at a moment: nothing of what came later. */
export function knownAt(records: readonly EngineeringRecord[], moment: number): readonly EngineeringRecord[] {
  return records.flatMap((record) => asKnown(record, moment));
}

function asKnown(record: EngineeringRecord, moment: number): readonly EngineeringRecord[] {
  switch (record.recordType) {
    case 'ticket':
      return record.createdAt < moment ? [ticketAt(record, moment)] : [];
    case 'pull_request':
      // One that is not there yet is as good as one that nothing happened to: it may be named by a ticket.
      return [pullAt(record, moment)];
    case 'sprint':
      if ((record.completedAt ?? 0) < moment) return [record];
      return [{ ...record, state: 'active', completedAt: null }];
    case 'alert':
      if (record.createdAt >= moment) return [];
      return (record.resolvedAt ?? 0) < moment ? [record] : [{ ...record, state: 'open', resolvedAt: null }];
    case 'release':
      return (record.publishedAt ?? 0) < moment ? [record] : [];
    case 'deployment':
    case 'build':
      return (record.finishedAt ?? 0) < moment ? [record] : [];
    case 'tag':
      return record.taggedAt < moment ? [record] : [];
    case 'sample':
      return record.measuredAt < moment ? [record] : [];
    case 'worklog':
      return record.startedAt < moment ? [record] : [];
    // Commits are only observed at their own time; as a graph they have no time.
    case 'commit':
      return [record];
  }
}

function ticketAt(ticket: Ticket, moment: number): Ticket {
  const before = (time: number | null) => (time !== null && time < moment ? time : null);
  const { history } = ticket;
  const firstResponseAt = before(ticket.firstResponseAt);
  if (history === null) {
    const resolvedAt = before(ticket.resolvedAt);
    const resolution = resolvedAt === null ? null : ticket.resolution;
    return { ...ticket, firstResponseAt, resolvedAt, resolution };
  }
  const known = history.filter((change) => change.at < moment);
  /** What the next change says stood before it; else what stands now. */
  const was = <T>(field: Change['field'], now: T): T => {
    const next = history.find((change) => change.field === field && change.at >= moment);
    return next === undefined ? now : (next.from as T);
  };
  return {
    ...ticket,
    firstResponseAt,
    history: known,
    statusCategory: was('statusCategory', ticket.statusCategory),
    labels: was('labels', ticket.labels),
    estimate: was('estimate', ticket.estimate),
    sprint: was('sprint', ticket.sprint),
    resolvedAt: resolvedAt(ticket, known),
    // Only the last resolution says how the ticket ended.
    resolution: resolvedAt(ticket, known) === resolvedAt(ticket, history) ? ticket.resolution : null,
  };
}

function resolvedAt(ticket: Ticket, known: readonly Change[]): number | null {
  const turns = (ticket.history ?? []).filter((change) => change.field === 'statusCategory');
  if (turns.length === 0) return ticket.resolvedAt;
  let since = turns[0]?.from === 'done' ? ticket.createdAt : null;
  for (const { field, at, to } of known) {
    if (field === 'statusCategory') since = to === 'done' ? (since ?? at) : null;
  }
  return since;
}

function pullAt(pull: PullRequest, moment: number): PullRequest {
  const merged = pull.mergedAt !== null && pull.mergedAt < moment;
  const draft = pull.readyAt !== null && pull.readyAt >= moment;
  return {
    ...pull,
    ...(merged ? {} : { state: 'open', mergedAt: null, closedAt: null }),
    ...(draft ? { draft, readyAt: null } : {}),
    reviews: pull.reviews?.filter((review) => review.submittedAt < moment) ?? null,
  };
}
