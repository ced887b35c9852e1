import { defineMetric, type Given } from './contract.ts';
import { valueAt } from './engine/history.ts';
import { append } from './engine/lists.ts';
import { countsUntil, doneSpans, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

const READS = {
  sprint: ['name', 'project', 'state', 'startAt', 'endAt', 'completedAt'],
  ticket: [...WORK_ITEM_FIELDS, 'project', 'sprint', 'estimate'],
} as const;
type Sprint = Extract<Given<typeof READS>, { recordType: 'sprint' }>;
type Ticket = Extract<Given<typeof READS>, { recordType: 'ticket' }>;

/** The moments that a closed sprint is judged by. */
interface Ended {
  readonly start: number;
  readonly end: number;
}

export const metric = defineMetric({
  id: 'sprint-completion',
  title: 'Sprint completion',
  unit: 'ratio',
  better: 'up',
  kind: 'flow',
  aggregate: 'ratio',
  aggregates: ['ratio'],
  definition:
    'Story points done at the end of a sprint, of those in it at its start; what was added later counts on neither side, and a ticket carried over counts in each sprint that began with it.',
  source: 'https://support.atlassian.com/jira-software-cloud/docs/view-and-understand-the-velocity-chart/',
  reads: READS,
  sides: true,
  dated: ['sprint', 'estimate'],
  scope: 'set',
  options: workItemOptions,
  *observe(records, options, reject) {
    const counts = countsUntil(options);
    const tickets: Ticket[] = [];
    const ended = new Map<Sprint, Ended>();
    const byName = new Map<string, Sprint[]>();
    for (const record of records) {
      if (record.recordType === 'ticket') {
        if (counts(record) > record.createdAt) tickets.push(record);
        continue;
      }
      if (record.startAt !== null) append(byName, `${record.source}\0${record.name}`, record);
      const end = record.completedAt ?? record.endAt;
      if (record.state !== 'closed' || end === null) continue;
      if (record.startAt === null) reject('the sprint has no start', end);
      else if (record.startAt > end) reject('the sprint ends before it starts', end);
      else ended.set(record, { start: record.startAt, end });
    }
    for (const ticket of tickets) {
      const until = counts(ticket);
      for (const name of sprintsOf(ticket)) {
        const called = byName.get(`${ticket.source}\0${name}`) ?? [];
        for (const sprint of called) {
          const judged = ended.get(sprint);
          if (judged === undefined || isOfOthers(sprint, judged.start, called, ticket)) continue;
          const { start, end } = judged;
          if (ticket.createdAt > start || valueAt(ticket, 'sprint', start) !== name) continue;
          const points = valueAt(ticket, 'estimate', start);
          if (typeof points !== 'number') reject('it had no estimate when the sprint began', end);
          else yield { at: end, until, value: doneAt(ticket, end) ? points : 0, of: points, ref: ticket.ref };
        }
      }
    }
  },
});

/**
 * Boards of two projects may both have a "Sprint 1", and one board may hold tickets of several projects: a sprint is
 * not meant where one of the ticket's own project bears its name. Later sprints leave the judgement as it was.
 */
function isOfOthers(sprint: Sprint, start: number, called: readonly Sprint[], ticket: Ticket): boolean {
  if (sprint.project === ticket.project) return false;
  return called.some((one) => (one.startAt ?? Number.NaN) <= start && one.project === ticket.project);
}

/** Every sprint the ticket was ever in. */
function sprintsOf(ticket: Ticket): ReadonlySet<string> {
  const names = new Set<string>();
  if (ticket.sprint !== null) names.add(ticket.sprint);
  for (const { field, from, to } of ticket.history ?? []) {
    if (field !== 'sprint') continue;
    if (typeof from === 'string') names.add(from);
    if (typeof to === 'string') names.add(to);
  }
  return names;
}

function doneAt(ticket: Ticket, end: number): boolean {
  for (const { done, from, until } of doneSpans(ticket)) if (from < end && end <= until) return done;
  return false;
}
