import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'crux-cls-p75',
  title: 'CLS of real users',
  unit: 'none',
  better: 'down',
  definition:
    '75th percentile of the Cumulative Layout Shift that Chrome users had over 28 days, of one page or one origin, dated by the end of those days.',
  source: 'https://developer.chrome.com/docs/crux/methodology/metrics',
});
