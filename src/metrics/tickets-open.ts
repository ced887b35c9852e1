import { defineMetric } from './contract.ts';
import { countsUntil, resolutions, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'tickets-open',
  title: 'Tickets open',
  unit: 'count',
  better: 'down',
  kind: 'stock',
  aggregate: 'count',
  aggregates: ['count'],
  definition:
    'Tickets created before the moment and neither resolved nor dropped by then; sub-tasks are left out.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: WORK_ITEM_FIELDS },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      const end = counts(ticket);
      let openSince = ticket.createdAt;
      for (const { at, until } of resolutions(ticket)) {
        yield { at: openSince, until: Math.min(at, end), value: 1, ref: ticket.ref };
        openSince = until;
      }
      if (openSince < end) yield { at: openSince, until: end, value: 1, ref: ticket.ref };
    }
  },
});
