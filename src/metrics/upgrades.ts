import { eventMetric } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = eventMetric({
  id: 'upgrades',
  title: 'Upgrades',
  unit: 'count',
  better: 'up',
  aggregate: 'sum',
  aggregates: COUNTS.filter((name) => name !== 'count'),
  definition: 'Moves to a paid or larger plan in the window, as the table counts them by day.',
  source: 'https://amplitude.com/blog/product-metrics',
});
