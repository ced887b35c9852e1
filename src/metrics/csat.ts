import { answer, eventMetric } from './engine/samples.ts';

export const metric = eventMetric({
  id: 'csat',
  title: 'Customer satisfaction',
  unit: 'share',
  better: 'up',
  aggregate: 'share',
  aggregates: ['share', 'count'],
  definition: 'Share of the answers from 1 to 5 that are 4 or 5.',
  source: 'https://en.wikipedia.org/wiki/Customer_satisfaction',
  read({ value }) {
    const given = answer(value, 1, 5);
    return 'reason' in given ? given : { value: value >= 4 ? 1 : 0 };
  },
});
