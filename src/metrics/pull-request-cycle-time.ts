import { defineMetric } from './contract.ts';
import { noOptions } from './engine/samples.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-request-cycle-time',
  title: 'Pull request cycle time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    "Hours from a pull request's first commit (authored) to its merge, or from its creation if that came first.",
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['mergedAt', 'createdAt', 'firstCommitAt'] },
  where: { bot: false },
  latest: { pull_request: 'mergedAt' },
  scope: 'record',
  options: noOptions,
  *observe(pulls, _options, reject, { time }) {
    for (const { ref, mergedAt, createdAt, firstCommitAt } of pulls) {
      if (mergedAt === null) continue;
      if (firstCommitAt === null) {
        reject('its first commit is not known', mergedAt);
        continue;
      }
      // Commits may be authored after the pull request was opened from an older branch point.
      const begun = Math.min(firstCommitAt, createdAt);
      const value = time.hours(begun, mergedAt, 'merged - first commit');
      if (value !== null) yield { at: mergedAt, value, ref };
    }
  },
});
