import { expect, onTestFinished, test } from 'vitest';
import { jenkins } from '../../../connectors/jenkins/index.ts';
import { type JenkinsSettings, settingsSchema } from '../../../connectors/jenkins/settings.ts';
import type { RecordOf, RecordType } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext } from '../../support/pull-context.ts';
import { actions, TESTS } from './company.ts';
import { build, type Row, type StandInJob, startJenkins } from './standin.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TOKEN = '11nobody0gave1this2token';

async function bench(jobs: StandInJob[], given: Partial<JenkinsSettings> = {}) {
  const server = await startJenkins({ jobs, credentials: `ana:${TOKEN}` });
  onTestFinished(() => server.close());
  const settings = settingsSchema.parse({
    url: server.url,
    user: 'ana',
    token: TOKEN,
    jobs: ['web'],
    ...given,
  });
  // A new signal for each run: what a glob matched is asked for once in a run.
  const context = () =>
    pullContext(settings, { fetch: globalThis.fetch, start: NOW - 30 * DAY, now: () => NOW });
  let run = context();
  return {
    server,
    nextRun: () => {
      run = context();
    },
    pull: (stream: 'builds' | 'reports', member = 'web', cursor: string | null = null) =>
      drain(jenkins.streams[stream], run, member, cursor),
    async members() {
      const found: string[] = [];
      for await (const { id } of jenkins.streams.builds?.members(run) ?? []) found.push(id);
      return found;
    },
    check: () => jenkins.check(run),
  };
}

function only<T extends RecordType>(pulled: Pulled, type: T): RecordOf<T>[] {
  if (pulled.error) throw pulled.error;
  return pulled.records.filter((record): record is RecordOf<T> => record.recordType === type);
}

const job = (...builds: Row[]): StandInJob => ({ name: 'web', builds });

test('results are told as what they mean, and an unstable build as the settings say', async () => {
  const results = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED', 'NOT_BUILT', null];
  const builds = results
    .map((result, index) => build(index + 1, NOW - (10 - index) * HOUR, result))
    .reverse();
  const { pull } = await bench([job(...builds)]);
  const found = only(await pull('builds'), 'build');
  expect(found.map(({ status }) => status)).toEqual([
    'succeeded',
    'failed',
    'failed',
    'cancelled',
    'skipped',
    'running',
  ]);
  expect(found[0]).toMatchObject({
    id: `web#1:${NOW - 10 * HOUR}`,
    key: 'web #1',
    project: 'web',
    workflow: 'web',
    event: 'scm_trigger',
    createdAt: NOW - 10 * HOUR,
    finishedAt: NOW - 10 * HOUR + 90_000,
    duration: 90_000,
  });
  expect(found[5]).toMatchObject({ finishedAt: null, duration: null });
  const lenient = await bench([job(...builds)], { unstable: 'succeeded' });
  expect(only(await lenient.pull('builds'), 'build')[1]?.status).toBe('succeeded');
});

test('a pipeline that has a result and goes on is still running', async () => {
  const { pull } = await bench([job(build(1, NOW - HOUR, 'FAILURE', { building: true }))]);
  expect(only(await pull('builds'), 'build')[0]).toMatchObject({ status: 'running', finishedAt: null });
});

test('the branches of a pipeline are one workflow, each with its own name', async () => {
  const branch = (name: string): StandInJob => ({
    name,
    isBranch: true,
    builds: [build(1, NOW - HOUR, 'SUCCESS', { actions: actions() })],
  });
  const jobs = [
    {
      name: 'acme',
      jobs: [{ name: 'shop', isMultibranch: true, jobs: [branch('main'), branch('feature%2Fpay')] }],
    },
    { name: 'other', builds: [] },
  ];
  const { pull, members } = await bench(jobs, { jobs: ['acme/shop/*'] });
  expect(await members()).toEqual(['acme/shop/feature%2Fpay', 'acme/shop/main']);
  const [found] = only(await pull('builds', 'acme/shop/feature%2Fpay'), 'build');
  expect(found).toMatchObject({
    project: 'acme/shop/feature%2Fpay',
    workflow: 'acme/shop',
    branch: 'feature/pay',
    commit: 'abc123',
    event: 'timer_trigger',
  });
});

test('the commit of a build that checked out several repositories is not guessed', async () => {
  const library = {
    _class: 'hudson.plugins.git.util.BuildData',
    lastBuiltRevision: { SHA1: 'fff', branch: [{ name: 'main' }] },
    remoteUrls: ['https://git.example/library.git'],
  };
  const { pull } = await bench([
    job(
      build(2, NOW - HOUR, 'SUCCESS', { actions: actions(library) }),
      build(1, NOW - 2 * HOUR, 'SUCCESS', { actions: actions() }),
    ),
  ]);
  const found = only(await pull('builds'), 'build');
  expect(found.map(({ commit, branch }) => [commit, branch])).toEqual([
    ['abc123', 'main'],
    [null, null],
  ]);
});

test('more than a hundred builds are read in pages, and none from before the start', async () => {
  const builds = Array.from({ length: 400 }, (_, index) =>
    build(400 - index, NOW - index * 3 * HOUR, 'SUCCESS'),
  );
  const { pull, server } = await bench([job(...builds)]);
  const found = only(await pull('builds'), 'build');
  expect(found).toHaveLength(241);
  expect(new Set(found.map(({ id }) => id)).size).toBe(241);
  expect(server.requests).toHaveLength(3);
});

test('a build that ran is read again until it ended, though others came since', async () => {
  const web = job(build(1, NOW - 5 * HOUR, null));
  const { pull } = await bench([web]);
  const first = await pull('builds');
  expect(only(first, 'build').map(({ status }) => status)).toEqual(['running']);
  const later = Array.from({ length: 120 }, (_, index) =>
    build(121 - index, NOW - index * 60_000, 'SUCCESS'),
  );
  web.builds = [...later, build(1, NOW - 5 * HOUR, null)];
  const second = await pull('builds', 'web', first.cursor);
  expect(only(second, 'build').filter(({ status }) => status === 'running')).toHaveLength(1);
  expect(only(second, 'build')).toHaveLength(121);
  web.builds = [...later, build(1, NOW - 5 * HOUR, 'SUCCESS')];
  const third = await pull('builds', 'web', second.cursor);
  expect(only(third, 'build').map(({ key, status }) => [key, status])).toEqual([['web #1', 'succeeded']]);
  expect((await pull('builds', 'web', third.cursor)).batches).toEqual([]);
});

test('a running build that was thrown away is asked for no more', async () => {
  const web = job(build(1, NOW - 5 * HOUR, null));
  const { pull } = await bench([web]);
  const first = await pull('builds');
  web.builds = [build(2, NOW - HOUR, 'SUCCESS')];
  const second = await pull('builds', 'web', first.cursor);
  expect(only(second, 'build').map(({ key }) => key)).toEqual(['web #2']);
  expect(second.cursor).toContain('"unfinished":[]');
});

test('builds that were thrown away stay on record, and the job is complete from the oldest that was read', async () => {
  const web = job(build(8, NOW - 2 * DAY, 'SUCCESS'), build(7, NOW - 3 * DAY, 'SUCCESS'));
  const { pull } = await bench([web]);
  const first = await pull('builds');
  expect(first.batches.at(-1)?.coveredFrom).toBe(NOW - 3 * DAY);
  web.builds = [build(9, NOW - HOUR, 'SUCCESS')];
  const second = await pull('builds', 'web', first.cursor);
  expect(second.removed).toEqual([]);
  expect(second.batches.at(-1)?.coveredFrom).toBeUndefined();
  web.builds = [build(12, NOW - 60_000, 'SUCCESS')];
  const third = await pull('builds', 'web', second.cursor);
  expect(third.batches.at(-1)?.coveredFrom).toBe(NOW - 60_000);
});

test('a job that has all its builds is complete, and so is one that never ran', async () => {
  const { pull } = await bench([job(build(1, NOW - DAY, 'SUCCESS')), { name: 'new', builds: [] }]);
  for (const member of ['web', 'new'])
    expect((await pull('builds', member)).batches.map(({ coveredFrom }) => coveredFrom)).not.toContain(NOW);
  expect((await pull('builds')).batches.at(-1)?.coveredFrom).toBeUndefined();
});

test('a job that was made anew under its name is read from its first build, beside the old ones', async () => {
  const web = job(build(2, NOW - 3 * DAY, 'SUCCESS'), build(1, NOW - 4 * DAY, 'SUCCESS'));
  const { pull } = await bench([web]);
  const first = await pull('builds');
  web.builds = [build(2, NOW - HOUR, 'FAILURE'), build(1, NOW - 2 * HOUR, 'SUCCESS')];
  const second = await pull('builds', 'web', first.cursor);
  expect(only(second, 'build').map(({ id }) => id)).toEqual([
    `web#1:${NOW - 2 * HOUR}`,
    `web#2:${NOW - HOUR}`,
  ]);
});

test('jobs of a glob without a new build cost no request beside the one list', async () => {
  const web = job(build(1, NOW - HOUR, 'SUCCESS'));
  const one = await bench([web, { name: 'api', builds: [build(4, NOW - HOUR, 'SUCCESS')] }], { jobs: ['*'] });
  expect(await one.members()).toEqual(['api', 'web']);
  const cursors = new Map<string, string | null>();
  for (const member of ['api', 'web']) cursors.set(member, (await one.pull('builds', member)).cursor);
  one.nextRun();
  web.builds = [build(2, NOW - 60_000, 'SUCCESS'), ...(web.builds ?? [])];
  const before = one.server.requests.length;
  await one.members();
  for (const member of ['api', 'web']) {
    const { batches } = await one.pull('builds', member, cursors.get(member));
    expect(batches.flatMap(({ records }) => records)).toHaveLength(member === 'web' ? 1 : 0);
  }
  expect(one.server.requests.length - before).toBe(2);
});

test('tests and coverage of each plugin are samples with the sizes that shares are of', async () => {
  const plugin = (kind: string) =>
    build(1, NOW - HOUR, 'UNSTABLE', { actions: actions(TESTS, { _class: kind }) });
  const pages: Record<string, Row> = {
    '1/testReport': { duration: 12.5 },
    '1/jacoco': { lineCoverage: { covered: 90, total: 120 }, branchCoverage: { covered: 0, total: 0 } },
    '1/cobertura': {
      results: {
        elements: [
          { name: 'Lines', numerator: 3, denominator: 4 },
          { name: 'Conditionals', numerator: 1, denominator: 2 },
        ],
      },
    },
    '1/coverage': { projectStatistics: { line: '91.02%', branch: '-' } },
    '1/coverage/result': { results: { elements: [{ name: 'Line', numerator: 1, denominator: 8 }] } },
  };
  const measured = async (kind: string) => {
    const { pull } = await bench([{ ...job(plugin(kind)), pages }]);
    return only(await pull('reports'), 'sample').map(({ series, value, of }) => [series, value, of]);
  };
  const tests = [
    ['tests', 12, null],
    ['test-pass-rate', 0.9, 10],
    ['test-duration', 12_500, null],
  ];
  expect(await measured('hudson.plugins.jacoco.JacocoBuildAction')).toEqual([
    ...tests,
    ['coverage-lines', 0.75, 120],
  ]);
  expect(await measured('hudson.plugins.cobertura.CoberturaBuildAction')).toEqual([
    ...tests,
    ['coverage-lines', 0.75, 4],
    ['coverage-branches', 0.5, 2],
  ]);
  const [, , , line] = await measured('io.jenkins.plugins.coverage.metrics.steps.CoverageBuildAction');
  expect(line).toEqual(['coverage-lines', expect.closeTo(0.9102, 10), null]);
  expect((await measured('io.jenkins.plugins.coverage.CoverageAction')).at(-1)).toEqual([
    'coverage-lines',
    0.125,
    8,
  ]);
  expect(await measured('something.Else')).toEqual(tests);
  // Early versions of the plugin tell nothing but percentages, 0 of nothing among them.
  pages['1/jacoco'] = { lineCoverage: { percentage: 0 } };
  expect(await measured('hudson.plugins.jacoco.JacocoBuildAction')).toEqual(tests);
});

test('a build without tests, one that was stopped and one whose report is gone bring no sample of them', async () => {
  const { pull } = await bench([
    job(
      build(4, NOW - HOUR, null, { actions: actions(TESTS) }),
      build(3, NOW - 2 * HOUR, 'ABORTED', { actions: actions(TESTS) }),
      build(2, NOW - 3 * HOUR, 'SUCCESS', { actions: actions({ ...TESTS, skipCount: 12 }) }),
      build(1, NOW - 4 * HOUR, 'SUCCESS'),
    ),
  ]);
  const samples = only(await pull('reports'), 'sample');
  expect(samples.map(({ key, series, value }) => [key, series, value])).toEqual([['web #2', 'tests', 12]]);
  expect(samples[0]).toMatchObject({
    subject: 'web',
    branch: 'main',
    commit: 'abc123',
    measuredAt: NOW - 3 * HOUR + 90_000,
  });
});

test('a deleted job is told by name and a folder with what to write instead', async () => {
  const { pull, check } = await bench([{ name: 'acme', jobs: [] }], { jobs: ['gone/web'] });
  expect((await pull('builds', 'gone/web')).error).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('gone/web'),
  });
  expect((await pull('builds', 'acme')).error).toMatchObject({
    code: 'input',
    remedy: expect.stringContaining('`acme/*`'),
  });
  await expect(check()).rejects.toMatchObject({ code: 'not_found' });
});

test('a wrong token, a stranger, a sign-in page and a move are told apart, and the token goes nowhere else', async () => {
  const { pull, server } = await bench([job(build(1, NOW - HOUR, 'SUCCESS'))], { token: 'wrong' });
  expect((await pull('builds')).error).toMatchObject({ code: 'auth' });
  const stranger = await startJenkins({ jobs: [], credentials: 'x:y' });
  onTestFinished(() => stranger.close());
  const context = pullContext(settingsSchema.parse({ url: stranger.url, jobs: ['web'] }), {
    fetch: globalThis.fetch,
  });
  const { error } = await drain(jenkins.streams.builds, context, 'web');
  expect(error).toMatchObject({ code: 'forbidden', remedy: expect.stringContaining('strangers') });
  server.refusals.push({ status: 302, headers: { location: '/jenkins/login?from=%2F' } });
  expect((await pull('builds')).error).toMatchObject({ code: 'auth', message: 'Jenkins wants a sign-in' });
  server.refusals.push({ status: 302, headers: { location: `${stranger.url}/api/json` } });
  expect((await pull('builds')).error).toMatchObject({ code: 'input' });
  expect(stranger.requests).toHaveLength(1);
  server.refusals.push({ status: 200, body: '<html>Sign in</html>' });
  expect((await pull('builds')).error).toMatchObject({ code: 'shape' });
});
