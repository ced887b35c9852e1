import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-request-size',
  title: 'Pull request size',
  unit: 'lines',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition: 'Added and deleted lines of a merged pull request.',
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['mergedAt', 'additions', 'deletions'] },
  where: { bot: false },
  latest: { pull_request: 'mergedAt' },
  scope: 'record',
  options: noOptions,
  *observe(pulls, _options, reject) {
    for (const { ref, mergedAt, additions, deletions } of pulls) {
      if (mergedAt === null) continue;
      if (additions === null || deletions === null) reject('its size is not known', mergedAt);
      else yield { at: mergedAt, value: additions + deletions, ref };
    }
  },
});
