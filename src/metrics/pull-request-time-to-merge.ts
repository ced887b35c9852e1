import { defineMetric } from './contract.ts';
import { MERGED_AS_DRAFT, readyForReview } from './engine/pulls.ts';
import { noOptions } from './engine/samples.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-request-time-to-merge',
  title: 'Pull request time to merge',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition: 'Hours from when a pull request was ready for review to its merge.',
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['mergedAt', 'createdAt', 'readyAt', 'draft'] },
  where: { bot: false },
  latest: { pull_request: 'mergedAt' },
  scope: 'record',
  options: noOptions,
  *observe(pulls, _options, reject, { time }) {
    for (const pull of pulls) {
      if (pull.mergedAt === null) continue;
      const ready = readyForReview(pull);
      if (ready === null) {
        reject(MERGED_AS_DRAFT, pull.mergedAt);
        continue;
      }
      const value = time.hours(ready, pull.mergedAt, 'merged - ready');
      if (value !== null) yield { at: pull.mergedAt, value, ref: pull.ref };
    }
  },
});
