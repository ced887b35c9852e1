import * as z from 'zod';
import { defineMetric, type Given } from './contract.ts';
import { filterOf } from './engine/conditions.ts';
import { fieldsFor, resolvedBy, TICKET_FIELDS } from './engine/filtered.ts';
import { valuesOf } from './engine/history.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';
import { matchesCondition } from './engine/where.ts';

const READS = { ticket: TICKET_FIELDS, pull_request: ['key', 'testsTouched'] } as const;
type Record_ = Given<typeof READS>;

const names = z.union([z.string(), z.array(z.string()).min(1)]);
const tested = z
  .union([
    z.strictObject({ status: names.describe('It was in a status of this name before it was resolved.') }),
    z.strictObject({ label: names.describe('It carries this label.') }),
    z.strictObject({ field: z.enum(TICKET_FIELDS).describe('This field of it is set.') }),
    z.strictObject({ where: filterOf('ticket').describe('It meets these conditions.') }),
    z.strictObject({
      pullRequest: z.literal(true).describe('A pull request that closed it touched test files.'),
    }),
  ])
  .describe('What shows that a ticket was tested: one of status, label, field, where, pullRequest.');
type Tested = z.infer<typeof tested>;

export const metric = defineMetric({
  id: 'tickets-tested-share',
  title: 'Share of tickets tested',
  unit: 'share',
  better: 'up',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the tickets resolved in the window that were tested, by the evidence that the option `tested` names; add `where: { type: Bug }` for bugs only.',
  source: 'https://glossary.istqb.org/en_US/term/confirmation-testing',
  reads: READS,
  joins: ['pull_request'],
  reading({ tested: by }) {
    if ('pullRequest' in by) {
      return { ticket: [...WORK_ITEM_FIELDS, 'closedBy'], pull_request: READS.pull_request };
    }
    return {
      ticket: 'status' in by ? [...WORK_ITEM_FIELDS, 'status'] : fieldsFor(WORK_ITEM_FIELDS, whereOf(by)),
    };
  },
  dated: ['labels'],
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions.extend({ tested }),
  *observe(records, options, reject, { joined, relate }) {
    const tickets = ticketsIn(records);
    const { tested: by } = options;
    if (!('status' in by || 'pullRequest' in by)) {
      for (const { ref, at, from, until, first } of resolvedBy(tickets, options, whereOf(by), {})) {
        yield { at, from, until, value: first ? 1 : 0, ref };
      }
      return;
    }
    const counts = countsUntil(options);
    const touched = 'pullRequest' in by ? testsTouchedIn(joined) : new Map<string, Pull>();
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
        const passed = 'status' in by ? visited(ticket, by.status, at) : testedByPull(ticket, touched);
        if (typeof passed === 'string') reject(passed, at, ticket.ref);
        else {
          if (typeof passed === 'object')
            relate?.({ of: ticket.ref, is: 'tested by', to: passed.ref, from: at, until });
          yield { at, until, value: passed === false ? 0 : 1, ref: ticket.ref };
        }
      }
    }
  },
});

type Ticket = Extract<Record_, { recordType: 'ticket' }>;
type Pull = Extract<Record_, { recordType: 'pull_request' }>;

function* ticketsIn(records: Iterable<Record_>): Iterable<Ticket> {
  for (const record of records) if (record.recordType === 'ticket') yield record;
}

function whereOf(by: Exclude<Tested, { status: unknown } | { pullRequest: unknown }>) {
  if ('label' in by) return { labels: by.label };
  return 'where' in by ? by.where : { [by.field]: { not: null } };
}

/** Whether it stood in one of the statuses before it was resolved; a reason where that is not known. */
function visited(ticket: Ticket, status: string | readonly string[], at: number): boolean | string {
  if (ticket.history === null) return 'the history of its status is not known';
  return valuesOf(ticket, 'status').some(({ value, from }) => from <= at && matchesCondition(status, value));
}

const known = new WeakMap<readonly Record_[], ReadonlyMap<string, Pull>>();

/** Made once for all chunks of tickets that are observed around the same pull requests. */
function testsTouchedIn(joined: readonly Record_[]): ReadonlyMap<string, Pull> {
  const before = known.get(joined);
  if (before !== undefined) return before;
  const touched = new Map<string, Pull>();
  for (const record of joined) {
    if (record.recordType === 'pull_request') touched.set(record.key, record);
  }
  known.set(joined, touched);
  return touched;
}

/** The pull request that closed it and touched tests, false where none did; a reason where that is not known. */
function testedByPull(ticket: Ticket, touched: ReadonlyMap<string, Pull>): Pull | false | string {
  let unread = false;
  for (const key of ticket.closedBy) {
    const pull = touched.get(key);
    if (pull?.testsTouched === true) return pull;
    if (pull === undefined || pull.testsTouched === null) unread = true;
  }
  return unread ? 'the files of the pull request that closed it are not known' : false;
}
