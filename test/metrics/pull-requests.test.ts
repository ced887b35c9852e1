import { describe, expect, it } from 'vitest';
import { aPull, aReview, at, october } from '../support/records.ts';

const created = at('2026-10-05T08:00:00Z');
const hours = (n: number) => created + n * 3_600_000;

describe('pull-requests-merged', () => {
  it('counts merges of people; those of bots only when they are asked for', async () => {
    const pulls = [
      aPull({ mergedAt: hours(5) }),
      aPull({ mergedAt: hours(6), bot: true }),
      aPull({ state: 'closed', closedAt: hours(7) }),
      aPull({ mergedAt: at('2026-11-01') }),
    ];
    expect((await october(pulls, 'pull-requests-merged')).value).toBe(1);
    expect((await october(pulls, 'pull-requests-merged', { where: { bot: [true, false] } })).value).toBe(2);
    expect((await october(pulls, 'pull-requests-merged', { where: { bot: true } })).value).toBe(1);
  });
});

describe('pull-request-cycle-time', () => {
  it('runs from the first commit to the merge', async () => {
    const pull = aPull({ createdAt: created, firstCommitAt: hours(-10), mergedAt: hours(14) });
    expect(await october([pull], 'pull-request-cycle-time')).toMatchObject({ value: 24, n: 1 });
  });

  it('runs from the creation where the first commit was authored later', async () => {
    const pull = aPull({ createdAt: created, firstCommitAt: hours(3), mergedAt: hours(14) });
    expect((await october([pull], 'pull-request-cycle-time')).value).toBe(14);
  });

  it('rejects a pull request whose commits were not read, rather than guess', async () => {
    const pull = aPull({ createdAt: created, firstCommitAt: null, mergedAt: hours(14) });
    expect(await october([pull], 'pull-request-cycle-time')).toMatchObject({
      value: null,
      n: 0,
      rejected: 1,
    });
  });
});

describe('pull-request-time-to-merge', () => {
  it('leaves out the time in draft', async () => {
    const pulls = [
      aPull({ createdAt: created, readyAt: hours(10), mergedAt: hours(14) }),
      aPull({ createdAt: created, mergedAt: hours(8) }),
    ];
    expect(await october(pulls, 'pull-request-time-to-merge')).toMatchObject({ value: 6, n: 2 });
  });
});

describe('a draft', () => {
  it('that never was ready is not picked up by what is said of it', async () => {
    const draft = aPull({
      createdAt: created,
      draft: true,
      updatedAt: hours(9),
      reviews: [aReview({ submittedAt: hours(3) })],
    });
    expect(await october([draft], 'pull-request-pickup-time')).toMatchObject({
      value: null,
      n: 0,
      rejected: 0,
    });
    // Back in draft: its first time is the one that counts.
    const again = { ...draft, readyAt: hours(1) };
    expect((await october([again], 'pull-request-pickup-time')).value).toBe(2);
  });

  it('that was merged as one is counted as such, for nobody knows since when it could have been', async () => {
    const draft = aPull({
      createdAt: created,
      draft: true,
      mergedAt: hours(9),
      reviews: [aReview({ submittedAt: hours(3) })],
    });
    for (const measure of ['pull-request-time-to-merge', 'pull-request-review-time']) {
      expect(await october([draft], measure)).toMatchObject({ value: null, n: 0, rejected: 1 });
    }
    expect((await october([draft], 'pull-requests-merged')).value).toBe(1);
  });
});

describe('a pull request that was closed, reopened and merged', () => {
  it('counts by its merge alone, and one that reverts another by itself', async () => {
    const again = aPull({
      createdAt: created,
      firstCommitAt: hours(-1),
      mergedAt: hours(9),
      closedAt: hours(9),
    });
    const revert = aPull({ createdAt: hours(10), firstCommitAt: hours(10), mergedAt: hours(11) });
    expect((await october([again, revert], 'pull-requests-merged')).value).toBe(2);
    expect(await october([again, revert], 'pull-request-cycle-time')).toMatchObject({ value: 5.5, n: 2 });
  });

  it('has no review time where the first review came after the merge', async () => {
    const pull = aPull({
      createdAt: created,
      mergedAt: hours(2),
      reviews: [aReview({ submittedAt: hours(3) })],
    });
    expect(await october([pull], 'pull-request-review-time')).toMatchObject({ value: null, rejected: 1 });
  });
});

describe('pull-request-pickup-time', () => {
  const pull = (reviews: Parameters<typeof aReview>[0][]) =>
    aPull({
      createdAt: created,
      readyAt: hours(2),
      updatedAt: hours(30),
      mergedAt: hours(30),
      reviews: reviews.map((review) => aReview(review)),
    });

  it('waits for a person who is not the author, once it was ready', async () => {
    const reviewed = pull([
      { submittedAt: hours(1), author: 'ben' },
      { submittedAt: hours(3), author: 'ana' },
      { submittedAt: hours(4), author: 'coderabbitai', authorIsBot: true },
      { submittedAt: hours(9), author: 'ben' },
      { submittedAt: hours(7), author: null },
    ]);
    expect(await october([reviewed], 'pull-request-pickup-time')).toMatchObject({ value: 5, n: 1 });
    const withBots = await october([reviewed], 'pull-request-pickup-time', {
      options: { botReviewers: true },
    });
    expect(withBots.value).toBe(2);
  });

  it('gives no observation, not 0, where nobody reviewed', async () => {
    expect(await october([pull([])], 'pull-request-pickup-time')).toMatchObject({
      value: null,
      n: 0,
      rejected: 0,
    });
  });

  it('counts in the window of the review, not of the merge', async () => {
    const lateMerge = {
      ...pull([{ submittedAt: hours(3) }]),
      mergedAt: at('2026-12-01'),
      updatedAt: at('2026-12-01'),
    };
    expect((await october([lateMerge], 'pull-request-pickup-time')).value).toBe(1);
  });
});

describe('a comment outside any review', () => {
  const pull = aPull({
    createdAt: created,
    updatedAt: hours(30),
    mergedAt: hours(30),
    reviews: [
      aReview({ submittedAt: hours(2), state: 'conversation' }),
      aReview({ submittedAt: hours(3), state: 'conversation', author: 'helper', authorIsBot: true }),
      aReview({ submittedAt: hours(6), state: 'commented' }),
    ],
  });
  const chatter = { ...pull, reviews: pull.reviews?.slice(0, 1) ?? [] };

  it('is no review, however many there are', async () => {
    expect((await october([pull], 'pull-request-pickup-time')).value).toBe(6);
    expect((await october([pull], 'pull-request-review-time')).value).toBe(24);
    for (const measure of ['pull-request-pickup-time', 'pull-request-review-time']) {
      expect(await october([chatter], measure)).toMatchObject({ value: null, n: 0, rejected: 0 });
    }
  });

  it('picks a pull request up where the rule says so', async () => {
    const options = { comments: true };
    expect((await october([pull], 'pull-request-pickup-time', { options })).value).toBe(2);
    expect((await october([chatter], 'pull-request-pickup-time', { options })).value).toBe(2);
    // The review time runs from that same first review.
    expect((await october([pull], 'pull-request-review-time', { options })).value).toBe(28);
  });
});

describe('pull-request-review-time', () => {
  it('runs from that first review to the merge', async () => {
    const pull = aPull({
      createdAt: created,
      mergedAt: hours(30),
      reviews: [aReview({ submittedAt: hours(6) })],
    });
    expect((await october([pull], 'pull-request-review-time')).value).toBe(24);
  });
});

describe('pull-request-size', () => {
  it('adds added and deleted lines, and rejects what was not read', async () => {
    const pulls = [
      aPull({ mergedAt: hours(1), additions: 30, deletions: 12 }),
      aPull({ mergedAt: hours(1), additions: null, deletions: null }),
    ];
    expect(await october(pulls, 'pull-request-size')).toMatchObject({ value: 42, n: 1, rejected: 1 });
  });
});
