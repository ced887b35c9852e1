import { describe, expect, it } from 'vitest';
import type { IncidentLink } from '../../src/domain/okr.ts';
import type { Deployment, PullRequest, Ticket } from '../../src/domain/records.ts';
import {
  aBuild,
  aCommit,
  aDeployment,
  anAlert,
  aPull,
  aRelease,
  aRule,
  aTag,
  aTicket,
  at,
  evaluateRule,
  october,
  span,
} from '../support/records.ts';
import { INCIDENTS } from './support/examples.ts';

const rolledOut = (time: string, fields: Partial<Deployment> = {}) =>
  aDeployment({ finishedAt: at(time), ...fields });
const weekly = (records: Parameters<typeof october>[0], fields = {}) =>
  october(records, 'deployment-frequency', { aggregate: 'count', ...fields });

/** A pull request whose first commit is 10 hours before its merge. */
const merged = (time: string, mergeCommit: string | null, fields: Partial<PullRequest> = {}) =>
  aPull({
    createdAt: at(time) - 3_600_000,
    firstCommitAt: at(time) - 36_000_000,
    mergedAt: at(time),
    mergeCommit,
    ...fields,
  });

describe('deployment-frequency', () => {
  it('counts successes to what is named production', async () => {
    const records = [
      rolledOut('2026-10-05', { environment: 'Production' }),
      rolledOut('2026-10-05', { environment: 'prod-eu' }),
      rolledOut('2026-10-05', { environment: 'production – web' }),
      rolledOut('2026-10-05', { environment: 'live' }),
      rolledOut('2026-10-05', { environment: 'staging' }),
      rolledOut('2026-10-05', { environment: 'preproduction' }),
      rolledOut('2026-10-05', { status: 'failed' }),
      aDeployment({ status: 'running', finishedAt: null }),
    ];
    expect((await weekly(records)).value).toBe(4);
    expect((await weekly(records, { options: { environments: ['staging'] } })).value).toBe(1);
    expect((await weekly(records, { where: { environment: 'live' } })).value).toBe(1);
  });

  it('counts one pipeline run once, when it first succeeded, whatever regions it reaches', async () => {
    const records = [
      rolledOut('2026-10-05T10:00:00Z', { run: '7' }),
      rolledOut('2026-10-05T11:00:00Z', { run: '7' }),
      rolledOut('2026-10-05T10:30:00Z', { run: '7', environment: 'prod-us' }),
      rolledOut('2026-10-05T10:00:00Z', { run: '7', repository: 'acme/api' }),
      rolledOut('2026-10-05T12:00:00Z', { run: null }),
      rolledOut('2026-10-05T12:00:00Z', { run: null }),
    ];
    const rule = aRule('deployment-frequency', { aggregate: 'count' });
    const { values, observations } = await evaluateRule(records, rule, [span('2026-10-01', '2026-11-01')]);
    expect(values[0]?.value).toBe(4);
    expect(observations(0)[0]?.at).toBe(at('2026-10-05T10:00:00Z'));
  });

  it('is per week of the window', async () => {
    const records = Array.from({ length: 31 }, (_, i) => rolledOut(`2026-10-0${(i % 9) + 1}`));
    expect((await october(records, 'deployment-frequency')).value).toBeCloseTo(7, 12);
  });

  it('lets releases or tags stand for deployments', async () => {
    const records = [
      rolledOut('2026-10-05'),
      aRelease({ publishedAt: at('2026-10-05') }),
      aRelease({ publishedAt: at('2026-10-06'), prerelease: true }),
      aRelease({ publishedAt: null }),
      aTag({ taggedAt: at('2026-10-05') }),
      aTag({ taggedAt: at('2026-10-06') }),
      aTag({ taggedAt: at('2026-10-07') }),
    ];
    const from = (stand: string) => ({ options: { deployments: { from: stand } } });
    expect((await weekly(records, from('releases'))).value).toBe(1);
    expect((await weekly(records, from('tags'))).value).toBe(3);
    const all = { options: { deployments: { from: 'releases' }, prereleases: true } };
    expect((await weekly(records, all)).value).toBe(2);
  });
});

describe('change-lead-time', () => {
  const first = rolledOut('2026-10-01T00:00:00Z', { commit: 'c0' });
  const explained = async (records: Parameters<typeof evaluateRule>[0], options = {}) => {
    const rule = aRule('change-lead-time', { options });
    const { values, rejected, observations } = await evaluateRule(records, rule, [
      span('2026-10-01', '2026-11-01'),
    ]);
    return { value: values[0]?.value, n: observations(0).length, rejected };
  };

  it('runs from the first commit to the deployment of the merge commit', async () => {
    const records = [
      first,
      rolledOut('2026-10-05T14:00:00Z', { commit: 'c1' }),
      merged('2026-10-05T10:00:00Z', 'c1'),
    ];
    expect(await explained(records)).toEqual({ value: 14, n: 1, rejected: [] });
  });

  it('begins with the creation of a pull request whose commits were authored later', async () => {
    const late = merged('2026-10-05T10:00:00Z', 'c1', { firstCommitAt: at('2026-10-05T09:30:00Z') });
    const records = [first, rolledOut('2026-10-05T14:00:00Z', { commit: 'c1' }), late];
    expect((await explained(records)).value).toBe(5);
  });

  it('finds those in between by the commits that the deployment lists', async () => {
    const records = [
      first,
      rolledOut('2026-10-05T12:00:00Z', { commit: 'c3', commits: ['c3', 'c2', 'c1'] }),
      merged('2026-10-05T10:00:00Z', 'c1'),
      merged('2026-10-05T11:00:00Z', 'c2'),
    ];
    expect(await explained(records)).toMatchObject({ value: 11.5, n: 2, rejected: [] });
  });

  it('else by the commit graph since the deployment before, merges of branches included', async () => {
    // c0 - c1 - m - c4, and b1 - b2 merged by m.
    const graph = [
      aCommit({ sha: 'c0' }),
      aCommit({ sha: 'c1', parents: ['c0'] }),
      aCommit({ sha: 'b1', parents: ['c0'] }),
      aCommit({ sha: 'b2', parents: ['b1'] }),
      aCommit({ sha: 'm', parents: ['c1', 'b2'] }),
      aCommit({ sha: 'c4', parents: ['m'], bot: true, author: 'renovate' }),
    ];
    const records = [
      ...graph,
      first,
      rolledOut('2026-10-05T12:00:00Z', { commit: 'm' }),
      rolledOut('2026-10-06T12:00:00Z', { commit: 'c4' }),
      merged('2026-10-05T10:00:00Z', 'b1'),
      merged('2026-10-05T11:00:00Z', 'm'),
      merged('2026-09-20T11:00:00Z', 'c0'),
      merged('2026-10-06T11:00:00Z', 'c4', { bot: true }),
    ];
    expect(await explained(records)).toMatchObject({ value: 11.5, n: 2 });
  });

  it('maps nothing to the first deployment on record, however much history it holds', async () => {
    const graph = [aCommit({ sha: 'a' }), aCommit({ sha: 'b', parents: ['a'] })];
    const records = [
      ...graph,
      rolledOut('2026-10-05', { commit: 'b' }),
      merged('2026-10-02', 'a'),
      merged('2026-10-03', 'b'),
    ];
    expect(await explained(records)).toEqual({
      value: null,
      n: 0,
      rejected: [{ reason: 'it came with the first deployment on record', count: 2 }],
    });
  });

  it('maps nothing over a gap: without the commit deployed before, a walk would take the whole history', async () => {
    const graph = [
      aCommit({ sha: 'old' }),
      aCommit({ sha: 'a', parents: ['old'] }),
      aCommit({ sha: 'b', parents: ['a'] }),
    ];
    const records = [
      ...graph,
      rolledOut('2026-10-01', { commit: 'force-pushed away' }),
      rolledOut('2026-10-05T12:00:00Z', { commit: 'b' }),
      merged('2026-10-05T10:00:00Z', 'b'),
      merged('2026-10-04', 'a'),
      merged('2026-10-03', 'old'),
    ];
    expect(await explained(records)).toEqual({
      value: 12,
      n: 1,
      rejected: [{ reason: 'the commits since the deployment before are not known', count: 2 }],
    });
  });

  it('takes the first deployment that brought it, and none for a rollback or a second environment', async () => {
    const graph = [
      aCommit({ sha: 'c0' }),
      aCommit({ sha: 'c1', parents: ['c0'] }),
      aCommit({ sha: 'c2', parents: ['c1'] }),
    ];
    const records = [
      ...graph,
      first,
      rolledOut('2026-10-01T01:00:00Z', { commit: 'c0', environment: 'prod-us' }),
      rolledOut('2026-10-05T12:00:00Z', { commit: 'c1' }),
      rolledOut('2026-10-05T13:00:00Z', { commit: 'c1', environment: 'prod-us' }),
      rolledOut('2026-10-05T14:00:00Z', { commit: 'c0' }),
      rolledOut('2026-10-06T12:00:00Z', { commit: 'c2' }),
      merged('2026-10-05T10:00:00Z', 'c1'),
      merged('2026-10-06T10:00:00Z', 'c2'),
    ];
    expect(await explained(records)).toEqual({ value: 12, n: 2, rejected: [] });
  });

  it("knows the commits of a run by each region's own deployment before", async () => {
    const graph = ['c0', 'c1', 'c2'].map((sha, i, all) => aCommit({ sha, parents: all.slice(i - 1, i) }));
    const eu = (time: string, run: string, commit: string) =>
      rolledOut(time, { run, commit, environment: 'prod-eu' });
    const us = (time: string, run: string, commit: string) =>
      rolledOut(time, { run, commit, environment: 'prod-us' });
    const records = [
      ...graph,
      eu('2026-10-01T10:00:00Z', '1', 'c0'),
      us('2026-10-01T11:00:00Z', '1', 'c0'),
      // This run reaches the regions the other way round.
      us('2026-10-05T12:00:00Z', '2', 'c2'),
      eu('2026-10-05T13:00:00Z', '2', 'c2'),
      merged('2026-10-05T10:00:00Z', 'c1'),
    ];
    expect(await explained(records)).toEqual({ value: 12, n: 1, rejected: [] });
  });

  it('keeps repositories apart', async () => {
    const records = [
      first,
      rolledOut('2026-10-05', { commit: 'c1' }),
      merged('2026-10-04', 'c1', { repository: 'acme/api' }),
    ];
    expect((await explained(records)).rejected).toEqual([
      { reason: 'its repository has no deployment on record', count: 1 },
    ]);
  });

  it('counts what it could not place, and says why', async () => {
    const records = [
      rolledOut('2026-10-03', { commit: 'c0' }),
      rolledOut('2026-10-10', { commit: 'c9' }),
      merged('2026-10-02', 'x'),
      merged('2026-10-05', 'y'),
      merged('2026-10-12', 'z'),
      merged('2026-10-12', null),
      merged('2026-10-09', 'c9', { firstCommitAt: null }),
      aPull({ createdAt: at('2026-10-05') }),
      merged('2026-09-12', 'before the window'),
    ];
    expect((await explained(records)).rejected).toEqual([
      { reason: 'it was merged before the first deployment on record', count: 1 },
      { reason: 'no deployment is known to hold its merge commit', count: 1 },
      { reason: 'nothing was deployed since its merge', count: 1 },
      { reason: 'its merge commit is not known', count: 1 },
      { reason: 'its first commit is not known', count: 1 },
    ]);
  });

  it('takes releases by the commits of their tags, where they stand for deployments', async () => {
    const records = [
      aRelease({ tag: 'v1', publishedAt: at('2026-10-01') }),
      aRelease({ tag: 'v2', publishedAt: at('2026-10-05T12:00:00Z') }),
      aTag({ name: 'v1', sha: 'c0', taggedAt: at('2026-09-30') }),
      aTag({ name: 'v2', sha: 'c1', taggedAt: at('2026-10-05T11:00:00Z') }),
      merged('2026-10-05T10:00:00Z', 'c1'),
    ];
    expect((await explained(records, { deployments: { from: 'releases' } })).value).toBe(12);
    expect((await explained(records, { deployments: { from: 'tags' } })).value).toBe(11);
  });
});

const outage = (created: string, resolved: string | null, fields: Partial<Ticket> = {}) =>
  aTicket({
    type: 'Incident',
    createdAt: at(created),
    updatedAt: at(resolved ?? created),
    resolvedAt: resolved === null ? null : at(resolved),
    ...fields,
  });
const latest: IncidentLink = { ...INCIDENTS, link: 'latest', services: { Checkout: 'acme/shop' } };

describe('change-fail-rate', () => {
  const good = rolledOut('2026-10-02', { commit: 'aaaaaaa1', key: 'deploy 1' });
  const bad = rolledOut('2026-10-05', { commit: 'bbbbbbb2', key: 'deploy 2' });

  it('is the share of deployments that an incident names: by key, by commit, by pull request', async () => {
    const names: readonly Partial<Ticket>[] = [
      { labels: ['caused-by: deploy 2'] },
      { labels: ['deploy 2'] },
      { title: 'Checkout is down since bbbbbbb, roll back!' },
      { title: 'Broken by (bbbbbbb2).' },
      { closedBy: ['acme/web#7'] },
    ];
    const pull = merged('2026-10-04', 'bbbbbbb2', { key: 'acme/web#7' });
    for (const fields of names) {
      const records = [good, bad, pull, outage('2026-10-06', '2026-10-07', fields)];
      const found = await october(records, 'change-fail-rate', { incidents: INCIDENTS });
      expect(found, JSON.stringify(fields)).toMatchObject({ value: 0.5, n: 2, rejected: 0 });
    }
  });

  it('counts a run to several regions once, whichever of them the incident names', async () => {
    const records = [
      good,
      rolledOut('2026-10-05T10:00:00Z', { run: '7', environment: 'prod-eu', key: 'deploy eu' }),
      rolledOut('2026-10-05T11:00:00Z', { run: '7', environment: 'prod-us', key: 'deploy us' }),
      outage('2026-10-06', '2026-10-07', { labels: ['deploy us'] }),
    ];
    const incidents = INCIDENTS;
    expect(await october(records, 'change-fail-rate', { incidents })).toMatchObject({ value: 0.5, n: 2 });
    // The rest of its own run mends nothing.
    const between = [
      ...records.slice(0, 3),
      outage('2026-10-05T10:30:00Z', null, { labels: ['deploy eu', 'deploy us'] }),
    ];
    expect(await october(between, 'deployment-rework-rate', { incidents })).toMatchObject({ value: 0, n: 2 });
  });

  it('takes a false alarm back from when it was known to be one', async () => {
    const alarm = outage('2026-10-06', '2026-10-08', { labels: ['deploy 2'], resolution: 'Invalid' });
    const true_ = outage('2026-10-07', null, { labels: ['deploy 2'] });
    const rule = aRule('change-fail-rate', { incidents: INCIDENTS });
    const windows = ['2026-10-06', '2026-10-07', '2026-10-09'].map((to) => span('2026-10-01', to));
    const valuesOf = async (...incidents: readonly Ticket[]) =>
      (await evaluateRule([good, bad, ...incidents], rule, windows)).values.map(({ value }) => value);
    expect(await valuesOf(alarm)).toEqual([0, 0.5, 0]);
    expect(await valuesOf(alarm, true_)).toEqual([0, 0.5, 0.5]);
    expect(await valuesOf(true_)).toEqual([0, 0, 0.5]);
  });

  it('does not exceed 1 however many incidents one deployment caused', async () => {
    const incidents = ['06', '07', '08'].map((day) =>
      outage(`2026-10-${day}`, null, { labels: ['deploy 2'] }),
    );
    const found = await october([good, bad, ...incidents], 'change-fail-rate', { incidents: INCIDENTS });
    expect(found.value).toBe(0.5);
  });

  it('knew no failure before the incident was there', async () => {
    const records = [good, bad, outage('2026-10-06', '2026-10-07', { labels: ['deploy 2'] })];
    const windows = ['2026-10-06', '2026-10-06T00:00:01Z'].map((to) => span('2026-10-01', to));
    const { values } = await evaluateRule(
      records,
      aRule('change-fail-rate', { incidents: INCIDENTS }),
      windows,
    );
    expect(values.map((value) => value.value)).toEqual([0, 0.5]);
  });

  it('counts and shows incidents that meet no deployment, and leaves out dropped ones', async () => {
    const records = [
      good,
      outage('2026-10-06', null, { title: 'Nobody knows why' }),
      outage('2026-10-01', null, { labels: ['deploy 1'] }),
      outage('2026-10-06', '2026-10-07', { labels: ['deploy 1'], resolution: 'duplicate' }),
      aTicket({ createdAt: at('2026-10-06'), labels: ['deploy 1'] }),
    ];
    const rule = aRule('change-fail-rate', { incidents: INCIDENTS });
    const { values, rejected } = await evaluateRule(records, rule, [span('2026-10-01', '2026-11-01')]);
    expect(values[0]?.value).toBe(0);
    expect(rejected).toEqual([{ reason: 'the incident meets no deployment before it', count: 2 }]);
  });

  it('else takes the latest deployment before the incident, of the repository behind its component', async () => {
    const shop = rolledOut('2026-10-04', { repository: 'acme/shop' });
    const later = rolledOut('2026-10-08', { repository: 'acme/shop' });
    const records = [
      good,
      bad,
      shop,
      later,
      outage('2026-10-06', '2026-10-07', { components: ['checkout'] }),
    ];
    const { observations } = await evaluateRule(records, aRule('change-fail-rate', { incidents: latest }), [
      span('2026-10-01', '2026-11-01'),
    ]);
    expect(observations(0).map((row) => [row.at, row.value])).toEqual([
      [at('2026-10-02'), 0],
      [at('2026-10-04'), 1],
      [at('2026-10-05'), 0],
      [at('2026-10-08'), 0],
    ]);
  });

  it('takes the repository that an incident is filed in, where no component is mapped', async () => {
    const records = [good, bad, outage('2026-10-06', null, { repository: 'acme/web' })];
    expect((await october(records, 'change-fail-rate', { incidents: latest })).value).toBe(0.5);
    const elsewhere = [good, bad, outage('2026-10-06', null, { repository: null })];
    expect(await october(elsewhere, 'change-fail-rate', { incidents: latest })).toMatchObject({
      value: 0,
      rejected: 1,
    });
  });

  it('is no value without deployments', async () => {
    expect(
      (await october([outage('2026-10-06', null)], 'change-fail-rate', { incidents: latest })).value,
    ).toBeNull();
  });
});

describe('failed-deployment-recovery-time', () => {
  it('runs from the deployment to the resolution of the incident that it caused', async () => {
    const records = [
      rolledOut('2026-10-05T10:00:00Z', { key: 'deploy 2' }),
      outage('2026-10-05T12:00:00Z', '2026-10-05T16:30:00Z', { labels: ['deploy 2'] }),
      outage('2026-10-05T12:00:00Z', null, { labels: ['deploy 2'] }),
      outage('2026-10-05T12:00:00Z', '2026-10-06', { labels: ['unknown'] }),
    ];
    expect(await october(records, 'failed-deployment-recovery-time', { incidents: INCIDENTS })).toMatchObject(
      {
        value: 6.5,
        n: 1,
        rejected: 1,
      },
    );
  });

  it('forgets the recovery of an incident that was reopened', async () => {
    const turn = (time: string, from: string, to: string) => ({
      field: 'statusCategory' as const,
      at: at(time),
      from,
      to,
    });
    const incident = outage('2026-10-05T12:00:00Z', '2026-10-06T10:00:00Z', {
      labels: ['deploy 2'],
      history: [
        turn('2026-10-05T14:00:00Z', 'new', 'done'),
        turn('2026-10-05T15:00:00Z', 'done', 'new'),
        turn('2026-10-06T10:00:00Z', 'new', 'done'),
      ],
    });
    const records = [rolledOut('2026-10-05T10:00:00Z', { key: 'deploy 2' }), incident];
    expect(await october(records, 'failed-deployment-recovery-time', { incidents: INCIDENTS })).toMatchObject(
      { value: 24, n: 1 },
    );
  });
});

describe('deployment-rework-rate', () => {
  it('is the share of deployments that mended what an earlier one had broken', async () => {
    const records = [
      rolledOut('2026-10-05T10:00:00Z', { commit: 'bbbbbbb2', key: 'deploy 2' }),
      rolledOut('2026-10-05T15:00:00Z', { commit: 'ccccccc3' }),
      rolledOut('2026-10-05T18:00:00Z', { commit: 'ddddddd4' }),
      rolledOut('2026-10-05T19:00:00Z', { commit: 'eeeeeee5' }),
      merged('2026-10-05T14:00:00Z', 'ccccccc3', { key: 'acme/web#9' }),
      outage('2026-10-05T12:00:00Z', '2026-10-05T16:00:00Z', {
        labels: ['deploy 2'],
        closedBy: ['acme/web#9'],
      }),
    ];
    expect(await october(records, 'deployment-rework-rate', { incidents: INCIDENTS })).toMatchObject({
      value: 0.25,
      n: 4,
    });
  });

  it('takes the latest deployment before the resolution where incidents name none, and only once it is resolved', async () => {
    const records = [
      rolledOut('2026-10-05T10:00:00Z'),
      rolledOut('2026-10-05T15:00:00Z'),
      rolledOut('2026-10-05T18:00:00Z'),
      outage('2026-10-05T12:00:00Z', '2026-10-05T16:00:00Z'),
      outage('2026-10-05T19:00:00Z', null),
    ];
    const rule = aRule('deployment-rework-rate', { incidents: latest });
    const windows = ['2026-10-05T15:30:00Z', '2026-10-05T17:00:00Z', '2026-10-06'].map((to) =>
      span('2026-10-01', to),
    );
    const { values } = await evaluateRule(records, rule, windows);
    expect(values.map((value) => value.value)).toEqual([0, 0.5, 1 / 3]);
  });
});

describe('builds', () => {
  const built = (time: string, fields: Parameters<typeof aBuild>[0] = {}) =>
    aBuild({ finishedAt: at(time), ...fields });

  it('succeed or fail; cancelled, skipped and running ones do neither', async () => {
    const builds = [
      built('2026-10-05'),
      built('2026-10-05', { status: 'failed', attempt: 3 }),
      built('2026-10-05', { status: 'cancelled' }),
      built('2026-10-05', { status: 'skipped' }),
      built('2026-10-05', { status: 'running', finishedAt: null }),
      built('2026-11-05', { status: 'failed' }),
    ];
    expect(await october(builds, 'build-success-rate')).toMatchObject({ value: 0.5, n: 2 });
    expect(await october(builds, 'build-duration')).toMatchObject({ value: 60_000, n: 2 });
  });

  it('without a duration are counted as such', async () => {
    const builds = [built('2026-10-05', { duration: null }), built('2026-10-05', { duration: -1 })];
    expect(await october(builds, 'build-duration')).toMatchObject({ value: null, rejected: 2 });
  });

  it('of a run that was started again count as its last attempt, for that is the record', async () => {
    const again = [built('2026-10-05', { status: 'succeeded', attempt: 2 })];
    expect(await october(again, 'build-success-rate')).toMatchObject({ value: 1, n: 1 });
  });

  it('recover at once where the success ends with the failure, and each red run by itself', async () => {
    const builds = [
      built('2026-10-05T10:00:00Z', { status: 'failed' }),
      built('2026-10-05T10:00:00Z'),
      built('2026-10-05T11:00:00Z', { status: 'failed' }),
      built('2026-10-05T13:00:00Z'),
    ];
    expect(await october(builds, 'build-recovery-time', { aggregate: 'mean' })).toMatchObject({
      value: 1,
      n: 2,
    });
  });

  it('recover from the first failure of a red run to the first success, branch by branch', async () => {
    const builds = [
      built('2026-09-30T22:00:00Z', { status: 'failed' }),
      built('2026-10-01T01:00:00Z', { status: 'failed' }),
      built('2026-10-01T02:00:00Z', { status: 'cancelled' }),
      built('2026-10-01T03:00:00Z', { branch: 'next' }),
      built('2026-10-01T03:30:00Z', { workflow: 'Lint' }),
      built('2026-10-01T04:00:00Z'), // 6 h after the first failure, which lies before the window
      built('2026-10-01T05:00:00Z'),
      built('2026-10-02T00:00:00Z', { branch: 'next', status: 'failed' }),
      built('2026-10-02T10:00:00Z', { branch: 'next' }), // 10 h
      built('2026-10-03T00:00:00Z', { status: 'failed' }), // not yet mended
    ];
    expect(await october(builds, 'build-recovery-time')).toMatchObject({ value: 8, n: 2 });
  });
});

describe('open-vulnerabilities', () => {
  const alerts = [
    anAlert({ createdAt: at('2024-01-01'), severity: 'critical' }),
    anAlert({ createdAt: at('2026-10-05'), severity: 'low' }),
    anAlert({ createdAt: at('2026-10-05'), resolvedAt: at('2026-10-10'), severity: 'critical' }),
    anAlert({ createdAt: at('2026-10-05'), resolvedAt: at('2026-11-10'), state: 'dismissed' }),
    anAlert({ createdAt: at('2026-11-05') }),
  ];

  it('are those open at the moment, by severity where it is asked for', async () => {
    expect((await october(alerts, 'open-vulnerabilities')).value).toBe(3);
    expect((await october(alerts, 'open-vulnerabilities', { where: { severity: 'critical' } })).value).toBe(
      1,
    );
  });

  it('are open again once they are no longer fixed', async () => {
    const reopened = anAlert({ createdAt: at('2026-10-02'), resolvedAt: null, state: 'open' });
    expect((await october([reopened], 'open-vulnerabilities')).value).toBe(1);
  });

  it('reach a true 0', async () => {
    const where = { severity: 'moderate' };
    expect(await october(alerts, 'open-vulnerabilities', { where })).toMatchObject({ value: 0, n: 0 });
  });
});
