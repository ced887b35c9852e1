import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-si',
  title: 'Lighthouse Speed Index',
  unit: 'milliseconds',
  better: 'down',
  aggregate: 'median',
  definition: 'Speed Index of a page in a Lighthouse run; the value of several runs is their median.',
  source: 'https://developer.chrome.com/docs/lighthouse/performance/speed-index',
});
