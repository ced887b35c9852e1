import { answer, eventMetric } from './engine/samples.ts';

export const metric = eventMetric({
  id: 'nps',
  title: 'Net promoter score',
  unit: 'score',
  better: 'up',
  aggregate: 'nps',
  aggregates: ['nps', 'mean', 'median', 'count'],
  definition: 'Share of the answers 9 and 10 less the share of 0 to 6, in points of 100.',
  source: 'https://www.netpromotersystem.com/about/measuring-your-net-promoter-score/',
  read: ({ value }) => answer(value, 0, 10),
});
