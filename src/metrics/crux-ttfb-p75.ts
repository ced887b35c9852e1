import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'crux-ttfb-p75',
  title: 'TTFB of real users',
  unit: 'milliseconds',
  better: 'down',
  definition:
    '75th percentile of the Time to First Byte that Chrome users had over 28 days, of one page or one origin, dated by the end of those days.',
  source: 'https://developer.chrome.com/docs/crux/methodology/metrics',
});
