import { sampleMetric } from './engine/samples.ts';

export const metric = sampleMetric({
  id: 'crux-inp-p75',
  title: 'INP of real users',
  unit: 'milliseconds',
  better: 'down',
  definition:
    '75th percentile of the Interaction to Next Paint that Chrome users had over 28 days, of one page or one origin, dated by the end of those days.',
  source: 'https://developer.chrome.com/docs/crux/methodology/metrics',
});
