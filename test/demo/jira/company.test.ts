import { describe, expect, test } from 'vitest';
import { generateTracker } from '../../../src/demo/jira/index.ts';
import { type JqlContext, parseJql } from '../../../src/demo/jira/jql.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const tracker = generateTracker({ seed: 3, now: NOW, weeks: 13 });
const issues = [...tracker.issues.values()];

describe('the made-up site', () => {
  test('is the same for the same seed, and another for another', () => {
    const keysOf = (seed: number) =>
      [...generateTracker({ seed, now: NOW, weeks: 4 }).issues.values()].map(
        ({ key, summary, status, updated }) => `${key} ${summary} ${status.name} ${updated}`,
      );
    expect(keysOf(1)).toEqual(keysOf(1));
    expect(keysOf(1)).not.toEqual(keysOf(2));
  });

  test('has lives that could have been: nothing after now, and each status follows the one before it', () => {
    expect(issues.length).toBeGreaterThan(190);
    for (const issue of issues) {
      let before: string | null = null;
      let at = issue.created;
      for (const { created, items } of issue.changelog) {
        expect(created, issue.key).toBeGreaterThanOrEqual(at);
        at = created;
        for (const item of items.filter(({ field }) => field === 'status')) {
          if (before !== null) expect(item.from, issue.key).toBe(before);
          before = item.to;
        }
      }
      expect(issue.updated, issue.key).toBeLessThanOrEqual(NOW);
      if (before !== null) expect(issue.status.id, issue.key).toBe(before);
    }
  });

  test('has what a team’s Jira has: sprints of every state, points, epics, sub-tasks, incidents, what was dropped', () => {
    expect(new Set(tracker.sprints.map(({ state }) => state))).toEqual(
      new Set(['closed', 'active', 'future']),
    );
    const some = (test: (issue: (typeof issues)[number]) => boolean) => issues.filter(test).length;
    expect(some(({ points }) => points !== null)).toBeGreaterThan(80);
    expect(some(({ epic }) => epic !== null)).toBeGreaterThan(20);
    expect(some(({ type }) => type.subtask)).toBeGreaterThan(3);
    expect(some(({ type }) => type.name === 'Incident')).toBeGreaterThan(10);
    expect(some(({ resolution }) => resolution?.name === "Won't Do")).toBeGreaterThan(1);
    expect(some(({ sprints }) => sprints.length > 1)).toBeGreaterThan(2);
    expect(some(({ worklogs }) => worklogs.length > 0)).toBeGreaterThan(50);
  });
});

describe('its JQL', () => {
  const context = (ambiguous: JqlContext['ambiguous']): JqlContext => ({ tracker, now: NOW, ambiguous });
  const count = (jql: string) => issues.filter(parseJql(jql, context('later')).matches).length;

  test('joins, negates and nests', () => {
    expect(count('project = WEB') + count('project = OPS')).toBe(issues.length);
    expect(count('NOT project = WEB')).toBe(count('project = OPS'));
    expect(count('project = OPS AND issuetype = Incident OR project = WEB')).toBe(
      count('(project = OPS AND issuetype = Incident) OR (project = WEB)'),
    );
    expect(count('statusCategory = Done')).toBe(
      issues.filter(({ status }) => status.category === 'done').length,
    );
  });

  test('reads times in the user’s zone, and either of two hours that it gives twice', () => {
    const at = (ambiguous: JqlContext['ambiguous'], time: number) => {
      const issue = { ...issues[0], updated: time } as (typeof issues)[number];
      return parseJql('updated >= "2026-10-25 02:30"', context(ambiguous)).matches(issue);
    };
    expect(at('earlier', Date.parse('2026-10-25T00:30Z'))).toBe(true);
    expect(at('later', Date.parse('2026-10-25T00:30Z'))).toBe(false);
    expect(at('later', Date.parse('2026-10-25T01:30Z'))).toBe(true);
  });

  test.each([
    ['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
    ['colour = red', "Field 'colour' does not exist"],
    ['project = WEB AND', 'Expecting more'],
    ['(project = WEB', 'Error in the JQL Query'],
    ['updated >= yesterday', "Date value 'yesterday'"],
  ])('refuses %s', (jql, message) => {
    expect(() => parseJql(jql, context('later'))).toThrow(message);
  });
});
