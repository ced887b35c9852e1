import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-cls',
  title: 'Lighthouse CLS',
  unit: 'none',
  better: 'down',
  aggregate: 'median',
  definition:
    'Cumulative Layout Shift of a page in a Lighthouse run; the value of several runs is their median.',
  source: 'https://web.dev/articles/cls',
});
