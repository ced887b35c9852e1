import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { COUNTS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-requests-merged',
  title: 'Pull requests merged',
  unit: 'count',
  better: 'up',
  kind: 'flow',
  aggregate: 'count',
  aggregates: [...COUNTS],
  definition: 'Pull requests merged in the window; those of bots are left out.',
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['mergedAt'] },
  where: { bot: false },
  latest: { pull_request: 'mergedAt' },
  scope: 'record',
  options: noOptions,
  *observe(pulls) {
    for (const { ref, mergedAt } of pulls) if (mergedAt !== null) yield { at: mergedAt, value: 1, ref };
  },
});
