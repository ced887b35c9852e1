import { defineMetric } from './contract.ts';
import { LEVELS } from './engine/spans.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-lead-time',
  title: 'Ticket lead time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition: 'Hours from the creation of a ticket to its resolution (open to closed ticket time).',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: WORK_ITEM_FIELDS },
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options, _reject, { time }) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket))) {
        const value = time.hours(ticket.createdAt, at, 'resolved - created');
        if (value !== null) yield { at, until, value, ref: ticket.ref };
      }
    }
  },
});
