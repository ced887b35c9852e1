import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../src/metrics/engine/coverage.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import {
  aCommit,
  aMember,
  aPull,
  aRelease,
  aRule,
  aTag,
  aTicket,
  at,
  october,
} from '../../support/records.ts';
import { INCIDENTS } from '../support/examples.ts';

const deployments = aMember({ source: 'ci', stream: 'deployments', yields: ['deployment'] });
const pulls = aMember({ source: 'gh', stream: 'pulls', yields: ['pull_request'] });
const commits = aMember({ source: 'repo', stream: 'commits', yields: ['commit'] });
const issues = aMember({
  source: 'jira',
  stream: 'issues',
  member: 'OPS',
  memberField: 'project',
  yields: ['ticket'],
});

describe('what a rule touches', () => {
  const rule = aRule('change-fail-rate', {
    sources: ['ci'],
    where: { repository: 'acme/web' },
    incidents: { ...INCIDENTS, sources: ['jira'] },
    joins: { pull_request: ['gh'], commit: ['repo'] },
  });
  const touches = (members: readonly ReturnType<typeof aMember>[], of = rule) => {
    const { members: touched, missing } = coverageOf(of, metricOf(of.measure), members, []);
    return [touched.map((one) => one.stream), missing];
  };

  it('are also the incidents and what only helps to place them, wherever they come from', () => {
    expect(touches([deployments, pulls, commits, issues])).toEqual([
      ['deployments', 'issues', 'pulls', 'commits'],
      [],
    ]);
  });

  it('lacks incidents that were never read: no incident read is not no incident', () => {
    expect(touches([deployments, pulls, commits])[1]).toEqual(['jira has not been read yet']);
  });

  it('is not narrowed, on the side of the incidents, by conditions on the deployments', () => {
    const filed = aMember({ source: 'jira', stream: 'issues', member: 'acme/ops', yields: ['ticket'] });
    expect(touches([deployments, filed])[0]).toEqual(['deployments', 'issues']);
    const ofWeb = { ...INCIDENTS, sources: ['jira'], where: { repository: 'acme/shop' } };
    expect(touches([deployments, filed], { ...rule, incidents: ofWeb })[0]).toEqual(['deployments']);
  });

  it('leaves out what the options do not read', () => {
    const tested = (by: object) =>
      aRule('tickets-tested-share', {
        sources: ['jira'],
        options: { tested: by },
        joins: { pull_request: ['gh'] },
      });
    expect(touches([issues, pulls], tested({ label: 'qa' }))[0]).toEqual(['issues']);
    expect(touches([issues, pulls], tested({ pullRequest: true }))[0]).toEqual(['issues', 'pulls']);
  });

  it('waits for no graph of commits where none is to be had', () => {
    const lead = aRule('change-lead-time', { sources: ['ci', 'gh'], joins: { commit: [] } });
    expect(touches([deployments, pulls], lead)).toEqual([['deployments', 'pulls'], []]);
  });
});

describe('a condition over several record types', () => {
  it('finds a field empty in alternatives that do not have it', async () => {
    const records = [
      aCommit({ authoredAt: at('2026-10-05'), lineImpact: 5 }),
      aPull({ mergedAt: at('2026-10-05'), lineImpact: 7, labels: ['big'] }),
    ];
    expect((await october(records, 'line-impact', { where: { labels: 'big' } })).value).toBe(7);
    expect((await october(records, 'line-impact', { where: { labels: { not: 'big' } } })).value).toBe(5);
    const published = [
      aRelease({ publishedAt: at('2026-10-05') }),
      aTag({ repository: 'acme/api', taggedAt: at('2026-10-05') }),
    ];
    expect((await october(published, 'releases', { where: { prerelease: false } })).value).toBe(1);
  });

  it('narrows incidents beside the conditions that make them incidents', async () => {
    const tickets = [
      aTicket({ createdAt: at('2026-10-05'), type: 'Incident' }),
      aTicket({ createdAt: at('2026-10-05'), type: 'Bug' }),
    ];
    const where = { type: 'bug' };
    expect((await october(tickets, 'incidents', { incidents: INCIDENTS, where })).value).toBe(0);
  });
});
