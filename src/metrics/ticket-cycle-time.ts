import { defineMetric } from './contract.ts';
import { hoursInProgress } from './engine/progress.ts';
import { LEVELS } from './engine/spans.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-cycle-time',
  title: 'Ticket cycle time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours that a resolved ticket was in statuses of the in-progress category, all visits added and the pauses between them left out; a ticket that never was in progress has none.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: [...WORK_ITEM_FIELDS, 'statusCategory'] },
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, reject, { time }) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
        if (ticket.history === null) {
          reject('the history of its status is not known', at);
          continue;
        }
        const value = hoursInProgress(ticket, at, time);
        if (value !== null) yield { at, until, value, ref: ticket.ref };
      }
    }
  },
});
