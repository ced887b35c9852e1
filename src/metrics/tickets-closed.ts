import { defineMetric } from './contract.ts';
import { COUNTS } from './engine/spans.ts';
import { countsUntil, resolutionsUntil, WORK_ITEM_FIELDS, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'tickets-closed',
  title: 'Tickets closed',
  unit: 'count',
  better: 'up',
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition:
    'Tickets resolved in the window and not reopened by its end; dropped ones and sub-tasks are left out.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: WORK_ITEM_FIELDS },
  latest: { ticket: 'resolvedAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      for (const { at, until } of resolutionsUntil(ticket, counts(ticket)))
        yield { at, until, value: 1, ref: ticket.ref };
    }
  },
});
