import { eventMetric } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = eventMetric({
  id: 'signups',
  title: 'Sign-ups',
  unit: 'count',
  better: 'up',
  aggregate: 'sum',
  aggregates: COUNTS.filter((name) => name !== 'count'),
  definition: 'New accounts in the window, as the table counts them by day.',
  source: 'https://amplitude.com/blog/product-metrics',
});
