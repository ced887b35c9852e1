import { defineMetric, type Given } from './contract.ts';
import { valueAt } from './engine/history.ts';
import { countsAsWork, doneSpans, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

const READS = {
  sprint: ['name', 'project', 'state', 'startAt', 'endAt', 'completedAt'],
  ticket: [...WORK_ITEM_FIELDS, 'project', 'sprint', 'estimate'],
} as const;
type Sprint = Extract<Given<typeof READS>, { recordType: 'sprint' }>;
type Ticket = Extract<Given<typeof READS>, { recordType: 'ticket' }>;

/** A closed sprint with the moments that it is judged by. */
interface Ended {
  readonly sprint: Sprint;
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
    const counts = countsAsWork(options);
    const tickets: Ticket[] = [];
    const ended: Ended[] = [];
    for (const record of records) {
      if (record.recordType === 'ticket') {
        if (counts(record)) tickets.push(record);
        continue;
      }
      const end = record.completedAt ?? record.endAt;
      if (record.state !== 'closed' || end === null) continue;
      if (record.startAt === null) reject('the sprint has no start', end);
      else if (record.startAt > end) reject('the sprint ends before it starts', end);
      else ended.push({ sprint: record, start: record.startAt, end });
    }
    const byName = sprintsByName(ended);
    for (const ticket of tickets) {
      for (const name of sprintsOf(ticket)) {
        const called = byName.get(`${ticket.source}\0${name}`) ?? [];
        for (const one of called) {
          if (isOfOthers(one, called, ticket)) continue;
          const { start, end } = one;
          if (ticket.createdAt > start || valueAt(ticket, 'sprint', start) !== name) continue;
          const points = valueAt(ticket, 'estimate', start);
          if (typeof points !== 'number') reject('it had no estimate when the sprint began', end);
          else yield { at: end, value: doneAt(ticket, end) ? points : 0, of: points, ref: ticket.ref };
        }
      }
    }
  },
});

/**
 * Boards of two projects may both have a "Sprint 1", and one board may hold tickets of several projects: a sprint is
 * not meant where one of the ticket's own project bears its name. Later sprints leave the judgement as it was.
 */
function isOfOthers({ sprint, start }: Ended, called: readonly Ended[], ticket: Ticket): boolean {
  if (sprint.project === ticket.project) return false;
  return called.some((one) => one.start <= start && one.sprint.project === ticket.project);
}

/** Tickets name their sprint by its name. */
function sprintsByName(ended: readonly Ended[]): ReadonlyMap<string, readonly Ended[]> {
  const byName = new Map<string, Ended[]>();
  for (const one of ended) {
    const name = `${one.sprint.source}\0${one.sprint.name}`;
    const known = byName.get(name);
    if (known) known.push(one);
    else byName.set(name, [one]);
  }
  return byName;
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
