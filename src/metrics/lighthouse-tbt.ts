import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-tbt',
  title: 'Lighthouse TBT',
  unit: 'milliseconds',
  better: 'down',
  aggregate: 'median',
  definition: 'Total Blocking Time of a page in a Lighthouse run; the value of several runs is their median.',
  source: 'https://web.dev/articles/tbt',
});
