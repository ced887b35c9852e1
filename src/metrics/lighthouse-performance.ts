import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-performance',
  title: 'Lighthouse performance score',
  unit: 'score',
  better: 'up',
  aggregate: 'median',
  definition:
    'Performance score of a page in a Lighthouse run, 0 to 1; the value of several runs is their median.',
  source: 'https://developer.chrome.com/docs/lighthouse/performance/performance-scoring',
});
