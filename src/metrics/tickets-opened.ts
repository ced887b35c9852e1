import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'tickets-opened',
  title: 'Tickets opened',
  unit: 'count',
  better: null,
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition: 'Tickets created in the window, whatever became of them.',
  source: 'https://www.scrum.org/resources/blog/4-key-flow-metrics-and-how-use-them-scrums-events',
  reads: { ticket: ['createdAt'] },
  latest: { ticket: 'createdAt' },
  scope: 'record',
  options: noOptions,
  *observe(tickets) {
    for (const { ref, createdAt } of tickets) yield { at: createdAt, value: 1, ref };
  },
});
