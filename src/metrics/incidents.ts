import { defineMetric } from './contract.ts';
import { COUNTS } from './engine/spans.ts';
import { countsAsWork, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'incidents',
  title: 'Incidents',
  unit: 'count',
  better: 'down',
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition:
    'Incidents opened in the window: the tickets that the `incidents:` section names, less those that were dropped.',
  source: 'https://sre.google/sre-book/managing-incidents/',
  reads: { ticket: ['createdAt', 'resolution', 'subtask'] },
  incidents: true,
  latest: { ticket: 'createdAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options) {
    const counts = countsAsWork(options);
    for (const ticket of tickets)
      if (counts(ticket)) yield { at: ticket.createdAt, value: 1, ref: ticket.ref };
  },
});
