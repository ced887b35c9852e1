import { eventMetric } from './engine/samples.ts';

export const metric = eventMetric({
  id: 'ces',
  title: 'Customer effort score',
  unit: 'score',
  // Some surveys ask how easy it was, others how hard.
  better: null,
  aggregate: 'mean',
  aggregates: ['mean', 'median', 'count'],
  definition: 'Mean of the answers, on the scale that the survey defines.',
  source: 'https://hbr.org/2010/07/stop-trying-to-delight-your-customers',
});
