import { eventMetric } from './engine/samples.ts';

export const metric = eventMetric({
  id: 'retention-rate',
  title: 'Retention rate',
  unit: 'share',
  better: 'up',
  aggregate: 'ratio',
  aggregates: ['ratio'],
  definition: 'Users who stayed over users of their cohort, summed over the cohorts in the window.',
  source: 'https://en.wikipedia.org/wiki/Retention_rate',
  read({ value, of }) {
    if (of === null) return { reason: 'the size of its cohort is missing' };
    if (of < 0 || value < 0 || value > of) return { reason: 'more stayed than there were' };
    return { value, of };
  },
});
