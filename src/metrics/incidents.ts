import { defineMetric } from './contract.ts';
import { COUNTS } from './engine/spans.ts';
import { countsUntil, workItemOptions } from './engine/tickets.ts';

export const metric = defineMetric({
  id: 'incidents',
  title: 'Incidents',
  unit: 'count',
  better: 'down',
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition:
    'Incidents opened in the window: the tickets that the `incidents:` section names, less those dropped by its end.',
  source: 'https://sre.google/sre-book/managing-incidents/',
  reads: { ticket: ['createdAt', 'resolvedAt', 'resolution', 'subtask'] },
  incidents: true,
  latest: { ticket: 'createdAt' },
  scope: 'record',
  options: workItemOptions,
  *observe(tickets, options) {
    const counts = countsUntil(options);
    for (const ticket of tickets) {
      yield { at: ticket.createdAt, until: counts(ticket), value: 1, ref: ticket.ref };
    }
  },
});
