import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { resolutions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-close-rate',
  title: 'Ticket close rate',
  unit: 'ratio',
  better: 'up',
  kind: 'flow',
  aggregate: 'ratio',
  aggregates: ['ratio'],
  definition:
    'Tickets resolved in the window over tickets opened in it; every resolution counts, and it may exceed 1.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: ['createdAt', 'resolvedAt', 'history'] },
  // A ticket resolved long ago cannot matter, but one opened in the window can be resolved in it: both are bounded by this.
  latest: { ticket: 'updatedAt' },
  scope: 'record',
  options: noOptions,
  *observe(tickets) {
    for (const ticket of tickets) {
      yield { at: ticket.createdAt, value: 0, of: 1, ref: ticket.ref };
      for (const { at, until } of resolutions(ticket)) yield { at, until, value: 1, of: 0, ref: ticket.ref };
    }
  },
});
