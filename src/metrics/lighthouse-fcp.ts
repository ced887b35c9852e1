import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-fcp',
  title: 'Lighthouse FCP',
  unit: 'milliseconds',
  better: 'down',
  aggregate: 'median',
  definition:
    'First Contentful Paint of a page in a Lighthouse run; the value of several runs is their median.',
  source: 'https://web.dev/articles/fcp',
});
