import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-best-practices',
  title: 'Lighthouse best practices score',
  unit: 'score',
  better: 'up',
  aggregate: 'median',
  definition:
    'Best practices score of a page in a Lighthouse run, 0 to 1; the value of several runs is their median.',
  source: 'https://developer.chrome.com/docs/lighthouse/best-practices',
});
