import { defineMetric } from './contract.ts';
import { firstReview, MERGED_AS_DRAFT, readyForReview, reviewOptions } from './engine/pulls.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-request-review-time',
  title: 'Pull request review time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition: 'Hours from the first review by a person who is not the author to the merge.',
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['createdAt', 'readyAt', 'draft', 'mergedAt', 'author', 'reviews'] },
  where: { bot: false },
  latest: { pull_request: 'mergedAt' },
  scope: 'record',
  options: reviewOptions,
  *observe(pulls, options, reject, { time }) {
    for (const pull of pulls) {
      if (pull.mergedAt === null) continue;
      if (pull.reviews === null) {
        reject('its reviews are not known', pull.mergedAt);
        continue;
      }
      const ready = readyForReview(pull);
      if (ready === null) {
        reject(MERGED_AS_DRAFT, pull.mergedAt);
        continue;
      }
      const review = firstReview(pull, ready, options);
      if (review === null) continue;
      const value = time.hours(review.submittedAt, pull.mergedAt, 'merged - first review');
      if (value !== null) yield { at: pull.mergedAt, value, ref: pull.ref };
    }
  },
});
