import { defineMetric } from './contract.ts';
import { firstReview, readyForReview, reviewOptions } from './engine/pulls.ts';
import { LEVELS } from './engine/spans.ts';

export const metric = defineMetric({
  id: 'pull-request-pickup-time',
  title: 'Pull request pickup time',
  unit: 'hours',
  better: 'down',
  kind: 'flow',
  aggregate: 'median',
  aggregates: [...LEVELS],
  definition:
    'Hours from when a pull request was ready for review to the first review by a person who is not its author.',
  source: 'https://docs.github.com/en/rest/pulls/pulls',
  reads: { pull_request: ['createdAt', 'readyAt', 'draft', 'author', 'reviews', 'updatedAt'] },
  where: { bot: false },
  latest: { pull_request: 'updatedAt' },
  scope: 'record',
  options: reviewOptions,
  *observe(pulls, options, reject, { time }) {
    for (const pull of pulls) {
      if (pull.reviews === null) {
        reject('its reviews are not known', pull.updatedAt);
        continue;
      }
      const ready = readyForReview(pull);
      if (ready === null) continue;
      const review = firstReview(pull, ready, options);
      if (review === null) continue;
      const value = time.hours(ready, review.submittedAt, 'first review - ready');
      if (value !== null) yield { at: review.submittedAt, value, ref: pull.ref };
    }
  },
});
