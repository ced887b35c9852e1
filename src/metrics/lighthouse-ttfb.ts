import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'lighthouse-ttfb',
  title: 'Lighthouse TTFB',
  unit: 'milliseconds',
  better: 'down',
  aggregate: 'median',
  definition:
    'Response time of the server for a page in a Lighthouse run (the audit server-response-time); the value of several runs is their median.',
  source: 'https://web.dev/articles/ttfb',
});
