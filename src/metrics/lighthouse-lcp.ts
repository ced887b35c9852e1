import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-lcp',
  title: 'Lighthouse LCP',
  unit: 'milliseconds',
  better: 'down',
  aggregate: 'median',
  definition:
    'Largest Contentful Paint of a page in a Lighthouse run; the value of several runs is their median.',
  source: 'https://web.dev/articles/lcp',
});
