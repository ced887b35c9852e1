import { eventMetric } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = eventMetric({
  id: 'feature-usage',
  title: 'Feature usage',
  unit: 'count',
  better: 'up',
  aggregate: 'sum',
  aggregates: COUNTS.filter((name) => name !== 'count'),
  definition:
    'Uses of a feature in the window, as the table counts them by day; `where: { subject: … }` names the feature.',
  source: 'https://amplitude.com/blog/product-metrics',
});
