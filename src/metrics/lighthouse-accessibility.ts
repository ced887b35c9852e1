import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-accessibility',
  title: 'Lighthouse accessibility score',
  unit: 'score',
  better: 'up',
  aggregate: 'median',
  definition:
    'Accessibility score of a page in a Lighthouse run, 0 to 1; the value of several runs is their median.',
  source: 'https://developer.chrome.com/docs/lighthouse/accessibility/scoring',
});
