import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { doneSpans } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'ticket-cohort-close-rate',
  title: 'Ticket cohort close rate',
  unit: 'share',
  better: 'up',
  kind: 'flow',
  aggregate: 'share',
  aggregates: ['share'],
  definition:
    'Share of the tickets created in the window that are resolved at its end, with every resolution; those still open count as not closed.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: ['createdAt', 'resolvedAt', 'history'] },
  latest: { ticket: 'createdAt' },
  scope: 'record',
  options: noOptions,
  *observe(tickets) {
    for (const ticket of tickets) {
      for (const { done, from, until } of doneSpans(ticket)) {
        yield { at: ticket.createdAt, from, until, value: done ? 1 : 0, ref: ticket.ref };
      }
    }
  },
});
