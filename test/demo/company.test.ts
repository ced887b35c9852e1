import { describe, expect, test } from 'vitest';
import { WEEK } from '../../src/demo/company/calendar.ts';
import { issuesOf, type Pull, pullsOf } from '../../src/demo/company/model.ts';
import { type Company, generateCompany } from '../../src/demo/company.ts';
import { NOW } from '../support/github-standin.ts';

const HOUR = 3_600_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

function mergedByPeople(company: Company): Pull[] {
  const pulls = company.repositories.flatMap(pullsOf);
  return pulls.filter((pull) => pull.mergedAt !== null && pull.author?.type === 'User');
}

function cycleHours(pull: Pull): number {
  return ((pull.mergedAt ?? NaN) - (pull.commits[0]?.authoredAt ?? NaN)) / HOUR;
}

/** Everything but the links back, which JSON cannot hold. */
function told(company: Company): string {
  const back = [
    'company',
    'repository',
    'item',
    'pull',
    'deployment',
    'linkedIssues',
    'source',
    'closer',
    'parent',
  ];
  return JSON.stringify(
    company.repositories.map(({ items, ...rest }) => ({ ...rest, items: [...items.values()] })),
    (name, value) => (back.includes(name) ? undefined : value),
  );
}

describe('generateCompany', () => {
  test('the same seed and moment give the same company, and another seed another one', () => {
    const options = { seed: 3, now: NOW, weeks: 4 };
    expect(told(generateCompany(options))).toBe(told(generateCompany(options)));
    expect(told(generateCompany({ ...options, seed: 4 }))).not.toBe(told(generateCompany(options)));
  });

  test('the median cycle time falls from about two days to about a day and a half', () => {
    for (const seed of [1, 2, 2026]) {
      const company = generateCompany({ seed, now: NOW, weeks: 13 });
      const merged = mergedByPeople(company);
      const early = merged.filter((pull) => (pull.mergedAt ?? 0) < NOW - 9 * WEEK);
      const late = merged.filter((pull) => (pull.mergedAt ?? 0) >= NOW - 4 * WEEK);
      expect(median(early.map(cycleHours))).toBeGreaterThan(44);
      expect(median(early.map(cycleHours))).toBeLessThan(66);
      expect(median(late.map(cycleHours))).toBeGreaterThan(25);
      expect(median(late.map(cycleHours))).toBeLessThan(45);
      expect(median(late.map(cycleHours))).toBeLessThan(median(early.map(cycleHours)) - 8);
    }
  });

  test('people merge on working days in working hours', () => {
    for (const pull of mergedByPeople(generateCompany({ seed: 1, now: NOW }))) {
      const at = new Date(pull.mergedAt ?? NaN);
      expect([1, 2, 3, 4, 5]).toContain(at.getUTCDay());
      expect(at.getUTCHours()).toBeGreaterThanOrEqual(7);
      expect(at.getUTCHours()).toBeLessThan(17);
    }
  });

  test('a pull request goes from its first commit over opening, ready and reviews to its end', () => {
    const company = generateCompany({ seed: 5, now: NOW });
    for (const pull of company.repositories.flatMap(pullsOf)) {
      const ready = pull.events.filter((event) => event.kind === 'ready_for_review').at(-1)?.at;
      const reviews = pull.reviews.map((review) => review.submittedAt);
      const course = [
        pull.commits[0]?.authoredAt ?? NaN,
        pull.createdAt,
        ...(ready === undefined ? [] : [ready]),
        ...reviews,
        pull.closedAt ?? company.now,
      ];
      expect(course, `${pull.repository.name}#${pull.number}`).toEqual([...course].sort((a, b) => a - b));
    }
  });

  test('nothing is later than the moment, all times are whole seconds, and numbers follow the creation', () => {
    const company = generateCompany({ seed: 6, now: NOW + 789 });
    for (const repository of company.repositories) {
      const items = [...repository.items.values()].sort((a, b) => a.number - b.number);
      expect(items.map((item) => item.number)).toEqual(items.map((_, index) => index + 1));
      const created = items.map((item) => item.createdAt);
      expect(created).toEqual([...created].sort((a, b) => a - b));
      for (const item of items) {
        const times = [item.createdAt, item.updatedAt, ...item.events.map((event) => event.at)];
        for (const time of times) {
          expect(time % 1000).toBe(0);
          expect(time).toBeLessThanOrEqual(company.now);
        }
        expect(item.updatedAt).toBeGreaterThanOrEqual(item.closedAt ?? item.createdAt);
      }
    }
  });

  test('it has what tells a careful reader from a careless one', () => {
    const company = generateCompany({ seed: 2026, now: NOW });
    const issues = company.repositories.flatMap(issuesOf);
    const pulls = company.repositories.flatMap(pullsOf);
    const releases = company.repositories.flatMap((repository) => repository.releases);
    expect(new Set(issues.map((issue) => issue.stateReason))).toEqual(
      new Set([null, 'completed', 'not_planned', 'duplicate']),
    );
    expect(issues.some((issue) => issue.author === null)).toBe(true);
    expect(issues.some((issue) => issue.events.some((event) => event.kind === 'reopened'))).toBe(true);
    expect(pulls.some((pull) => pull.author?.type === 'Bot')).toBe(true);
    expect(pulls.some((pull) => pull.draft)).toBe(true);
    expect(pulls.some((pull) => pull.state === 'closed' && pull.mergedAt === null)).toBe(true);
    expect(pulls.some((pull) => pull.files.some((file) => file.path === 'package-lock.json'))).toBe(true);
    const reviews = pulls.flatMap((pull) => pull.reviews);
    expect(reviews.some((review) => review.author?.login === 'coderabbitai')).toBe(true);
    expect(reviews.some((review) => review.author?.type === 'Bot')).toBe(true);
    expect(reviews.some((review) => review.author === review.pull.author)).toBe(true);
    expect(releases.some((release) => release.draft)).toBe(true);
    expect(releases.some((release) => release.prerelease)).toBe(true);
  });

  test('sizes are met to the item, over as many repositories as asked for', () => {
    const company = generateCompany({ seed: 1, now: NOW, issues: 501, pulls: 77, repositories: 8 });
    expect(company.repositories).toHaveLength(8);
    expect(company.repositories.flatMap(issuesOf)).toHaveLength(501);
    expect(company.repositories.flatMap(pullsOf)).toHaveLength(77);
    expect(new Set(company.repositories.map((repository) => repository.name)).size).toBe(8);
  });

  test('ids are given once', () => {
    const company = generateCompany({ seed: 1, now: NOW, weeks: 6 });
    const items = company.repositories.flatMap((repository) => [...repository.items.values()]);
    const ids = items.flatMap((item) => [
      item.id,
      ...(item.kind === 'pull' ? [item.pullId, ...item.reviews.map((review) => review.id)] : []),
      ...item.events.map((event) => event.id),
      ...item.comments.map((comment) => comment.id),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
