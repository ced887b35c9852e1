import * as z from 'zod';
import type { Instant, Review } from '../../domain/records.ts';

export const reviewOptions = z.strictObject({
  botReviewers: z.boolean().default(false).describe('Whether a review by a bot counts as the first review.'),
  comments: z.boolean().default(false).describe('Whether a comment outside any review counts as one.'),
});
type ReviewOptions = z.infer<typeof reviewOptions>;

/**
 * When a pull request could be reviewed: when it last left draft, or its creation when it never was one. Null while it
 * is a draft that never was ready.
 */
export function readyForReview(pull: {
  readonly createdAt: Instant;
  readonly readyAt: Instant | null;
  readonly draft: boolean;
}): Instant | null {
  return pull.readyAt ?? (pull.draft ? null : pull.createdAt);
}

export const MERGED_AS_DRAFT = 'it was merged as a draft, never ready for review';

/** The first review submitted after `ready` by someone who is not the author and, by default, not a bot. */
export function firstReview(
  pull: { readonly author: string | null; readonly reviews: readonly Review[] | null },
  ready: Instant,
  options: ReviewOptions,
): Review | null {
  let first: Review | null = null;
  for (const review of pull.reviews ?? []) {
    if (review.submittedAt < ready) continue;
    if (review.state === 'conversation' && !options.comments) continue;
    if (review.authorIsBot && !options.botReviewers) continue;
    if (review.author !== null && review.author === pull.author) continue;
    if (first === null || review.submittedAt < first.submittedAt) first = review;
  }
  return first;
}
