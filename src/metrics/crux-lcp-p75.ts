import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'crux-lcp-p75',
  title: 'LCP of real users',
  unit: 'milliseconds',
  better: 'down',
  definition:
    '75th percentile of the Largest Contentful Paint that Chrome users had over 28 days, of one page or one origin, dated by the end of those days.',
  source: 'https://developer.chrome.com/docs/crux/methodology/metrics',
});
