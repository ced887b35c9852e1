import { beforeEach, describe, expect, test } from 'vitest';
import {
  closeIssue,
  commentOn,
  editLabels,
  openIssue,
  reopenIssue,
  setMilestone,
} from '../../src/demo/company/changes.ts';
import { deleteAccount, deleteIssue, transferIssue } from '../../src/demo/company/departures.ts';
import type { Company, Item, Repository } from '../../src/demo/company/model.ts';
import {
  convertToDraft,
  markReady,
  mergePull,
  openPull,
  submitReview,
} from '../../src/demo/company/pull-changes.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { NOW } from '../support/github-standin.ts';

const MINUTE = 60_000;
let company: Company;
let web: Repository;
let api: Repository;

beforeEach(() => {
  company = generateCompany({ seed: 1, now: NOW, weeks: 2, issues: 12, pulls: 8 });
  const [first, second] = company.repositories;
  if (!first || !second) throw new Error('the company has no two repositories');
  web = first;
  api = second;
});

function by(minutes: number) {
  return { at: NOW + minutes * MINUTE + 345, by: company.people[0] ?? null };
}

function newIssue() {
  return openIssue(web, { title: 'Checkout keeps spinning', author: company.people[1] ?? null, at: NOW });
}

/** Whether a change moves `updated_at` to its own whole second, and the company's version. */
function moves(item: Item, minutes: number, change: () => void): void {
  const before = company.version;
  change();
  expect(item.updatedAt).toBe(NOW + minutes * MINUTE);
  expect(company.version).toBeGreaterThan(before);
}

describe('an issue', () => {
  test('each change moves its updated time to the whole second', () => {
    const issue = newIssue();
    const [label] = web.labels;
    const milestone = web.milestones.at(-1);
    if (!label || !milestone) throw new Error('nothing to label with');
    moves(issue, 1, () => closeIssue(issue, by(1), 'not_planned'));
    moves(issue, 2, () => reopenIssue(issue, by(2)));
    moves(issue, 3, () => editLabels(issue, { add: [label] }, by(3)));
    moves(issue, 4, () => editLabels(issue, { remove: [label] }, by(4)));
    moves(issue, 5, () => setMilestone(issue, milestone, by(5)));
    moves(issue, 6, () => commentOn(issue, 'Seen on staging too', by(6)));
    expect(issue.events.map((event) => event.kind)).toEqual([
      'closed',
      'reopened',
      'labeled',
      'unlabeled',
      'milestoned',
    ]);
  });

  test('closing keeps the reason, reopening takes the end away', () => {
    const issue = newIssue();
    closeIssue(issue, by(1), 'duplicate');
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'duplicate', closedAt: NOW + MINUTE });
    reopenIssue(issue, by(2));
    expect(issue).toMatchObject({ state: 'open', stateReason: 'reopened', closedAt: null });
  });

  test('a milestone counts its open and closed issues through every change', () => {
    const milestone = web.milestones.at(-1);
    if (!milestone) throw new Error('no milestone');
    const { openIssues, closedIssues } = milestone;
    const issue = newIssue();
    setMilestone(issue, milestone, by(1));
    expect(milestone).toMatchObject({ openIssues: openIssues + 1, closedIssues });
    closeIssue(issue, by(2));
    expect(milestone).toMatchObject({ openIssues, closedIssues: closedIssues + 1 });
    deleteIssue(issue);
    expect(milestone).toMatchObject({ openIssues, closedIssues });
  });

  test('a transferred one gets a new number, keeps its history and leaves its old place', () => {
    const issue = newIssue();
    closeIssue(issue, by(1));
    const moved = transferIssue(issue, api, by(2));
    expect(web.items.has(issue.number)).toBe(false);
    expect(web.gone.get(issue.number)).toBe(moved);
    expect(moved).toMatchObject({ repository: api, createdAt: NOW, closedAt: NOW + MINUTE, state: 'closed' });
    expect(moved.id).not.toBe(issue.id);
    expect(moved.events.map((event) => event.kind)).toEqual(['closed', 'transferred']);
    expect(moved.updatedAt).toBe(NOW + 2 * MINUTE);
  });
});

describe('a pull request', () => {
  function newPull(draft: boolean) {
    return openPull(web, {
      title: 'fix(cart): keep the voucher',
      author: company.people[1] ?? null,
      at: NOW,
      draft,
      headBranch: 'keep-the-voucher',
      commits: [
        { message: 'Keep the voucher', authoredAt: NOW - 90 * MINUTE, author: company.people[1] ?? null },
      ],
      files: [{ path: 'src/cart/index.ts', status: 'modified', additions: 3, deletions: 1 }],
    });
  }

  test('goes from draft over review to merged, each step dated', () => {
    const pull = newPull(true);
    moves(pull, 1, () => markReady(pull, by(1)));
    moves(pull, 2, () => convertToDraft(pull, by(2)));
    moves(pull, 3, () => markReady(pull, by(3)));
    moves(pull, 4, () => submitReview(pull, 'APPROVED', by(4)));
    moves(pull, 5, () => mergePull(pull, by(5)));
    expect(pull).toMatchObject({ state: 'closed', draft: false, mergedAt: NOW + 5 * MINUTE });
    expect(pull.mergeCommit?.sha).toMatch(/^[0-9a-f]{40}$/);
    expect(pull.events.map((event) => event.kind)).toEqual([
      'ready_for_review',
      'convert_to_draft',
      'ready_for_review',
      'merged',
      'closed',
    ]);
  });

  test('a merged one can neither be merged nor opened again', () => {
    const pull = newPull(false);
    mergePull(pull, by(1));
    const { version } = pull;
    mergePull(pull, by(2));
    reopenIssue(pull, by(3));
    expect(pull).toMatchObject({ state: 'closed', mergedAt: NOW + MINUTE, version });
  });
});

test('deleting an account leaves its work without an author, and no updated time moves', () => {
  const issue = newIssue();
  const author = issue.author;
  if (!author) throw new Error('no author');
  const { updatedAt } = issue;
  deleteAccount(company, author);
  expect(issue.author).toBeNull();
  expect(issue.updatedAt).toBe(updatedAt);
  const left = company.repositories.flatMap((one) => [...one.items.values()]);
  expect(left.filter((item) => item.author === author || item.closedBy === author)).toEqual([]);
});
