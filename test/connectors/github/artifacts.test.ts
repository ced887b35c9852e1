import { afterEach, describe, expect, test } from 'vitest';
import { artifacts } from '../../../connectors/github/artifacts.ts';
import type { ArtifactSettings } from '../../../connectors/github/artifacts-settings.ts';
import { github } from '../../../connectors/github/index.ts';
import { settingsSchema } from '../../../connectors/github/settings.ts';
import { leaveArtifact, type NewArtifact } from '../../../src/demo/company/artifacts.ts';
import type { WorkflowRun } from '../../../src/demo/company/delivery-model.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { fingerprintOf } from '../../../src/sync/fingerprint.ts';
import { repositoryOf, smallCompany, standInFor, TOKEN } from '../../support/github-standin.ts';
import { archiveOf, zipByHand } from '../../support/zip.ts';
import { type ContextOptions, contextFor, type Loopback, pullAll, rejection, serve } from './support.ts';

const COVERAGE = { name: 'coverage', kind: 'coverage', subject: 'web' } as const;
const loopbacks: Loopback[] = [];

afterEach(async () => {
  for (const each of loopbacks.splice(0)) await each.close();
});

function lcov(covered: number, total = 10): string {
  const lines = Array.from({ length: total }, (_, index) => `DA:${index + 1},${index < covered ? 1 : 0}`);
  return `SF:src/pay/a.ts\n${lines.join('\n')}\nend_of_record\n`;
}

/** A company whose runs of the default branch leave what a test says. */
async function company(largestPage?: number) {
  const all = smallCompany();
  const web = repositoryOf(all, 'web');
  const branch = web.defaultBranch;
  const done = web.runs.filter((run) => run.branch === branch && run.status === 'completed');
  const byCommit = [...new Map(done.map((run) => [run.sha, run])).values()];
  const elsewhere = web.runs.find((run) => run.branch !== branch);
  const [one, two, three] = byCommit;
  if (!one || !two || !three || !elsewhere) throw new Error('the company has too few runs');
  const standIn = await standInFor({ company: all, ...(largestPage ? { largestPage } : {}) });
  const lines: string[] = [];
  let stored: readonly string[] = [];

  function context(entries: readonly ArtifactSettings[], more: Partial<ContextOptions> = {}) {
    return contextFor({
      url: standIn.url,
      start: '2026-01-01T00:00:00Z',
      settings: { token: TOKEN, artifacts: [...entries] },
      log: (line) => void lines.push(line),
      stored: { sample: stored },
      ...more,
    });
  }

  return {
    standIn,
    web,
    runs: { one, two, three, elsewhere },
    branch,
    logs: () => lines.join(''),
    leave: (run: WorkflowRun, artifact: NewArtifact) => leaveArtifact(all, run, artifact),
    async pull(entries: readonly ArtifactSettings[], cursor: string | null = null) {
      standIn.resetLog();
      const pulled = await pullAll(artifacts, context(entries), cursor);
      const kept = new Set(stored);
      for (const { id } of pulled.removed) kept.delete(id);
      for (const { id } of pulled.records) kept.add(id);
      stored = [...kept];
      return pulled;
    },
    context,
    stored: () => stored,
    paths: () =>
      standIn.requests.map((request) => `${request.status} ${request.path.replace('/repos/acme/web', '')}`),
  };
}

/** `series of subject = value at commit`, of the lines alone where nothing else is asked for. */
function shown(records: readonly EngineeringRecord[], series = 'coverage-lines'): string[] {
  return records.flatMap((record) =>
    record.recordType === 'sample' && record.series === series
      ? [`${record.subject} = ${record.value} at ${record.commit}`]
      : [],
  );
}

describe('the artifacts of runs', () => {
  test('are read per commit of the default branch, with run, commit and time', async () => {
    const { leave, runs, pull, branch } = await company();
    leave(runs.one, {
      name: 'coverage',
      zip: await archiveOf({ 'coverage/lcov.info': lcov(6), 'index.html': '<p>' }),
    });
    leave(runs.two, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(7) }) });
    leave(runs.elsewhere, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(1) }) });
    leave(runs.two, { name: 'dist', zip: await archiveOf({ 'lcov.info': lcov(2) }) });
    leave(runs.three, {
      name: 'coverage',
      zip: await archiveOf({ 'lcov.info': lcov(3) }),
      fork: { repositoryId: 5 },
    });
    const { records } = await pull([COVERAGE]);
    expect(shown(records)).toEqual([`web = 0.6 at ${runs.one.sha}`, `web = 0.7 at ${runs.two.sha}`]);
    expect(records[0]).toMatchObject({
      recordType: 'sample',
      subject: 'web',
      of: 10,
      branch,
      commit: runs.one.sha,
      measuredAt: Math.floor(runs.one.updatedAt / 1000) * 1000,
      url: expect.stringMatching(new RegExp(`/acme/web/actions/runs/${runs.one.id}$`)),
      labels: { format: 'lcov' },
    });
  });

  test('of another branch are read where the settings name it, and of a subject that is the repository by default', async () => {
    const { leave, runs, pull } = await company();
    leave(runs.elsewhere, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(1) }) });
    const { records } = await pull([{ name: 'coverage', kind: 'coverage', branch: runs.elsewhere.branch }]);
    expect(shown(records)).toEqual([`acme/web = 0.1 at ${runs.elsewhere.sha}`]);
  });

  test('that did not change cost one request for each name, answered 304', async () => {
    const { leave, runs, pull, paths } = await company();
    leave(runs.one, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(6) }) });
    leave(runs.one, {
      name: 'junit',
      zip: await archiveOf({ 'junit.xml': '<testsuite><testcase/></testsuite>' }),
    });
    const entries = [COVERAGE, { name: 'junit', kind: 'junit', subject: 'web' } as const];
    const first = await pull(entries);
    const again = await pull(entries, first.cursor);
    expect(again.batches).toEqual([]);
    expect(paths()).toEqual([
      '304 /actions/artifacts?name=coverage&per_page=100',
      '304 /actions/artifacts?name=junit&per_page=100',
    ]);
  });

  test('that are new are the only ones fetched, and those of a commit that was built again take the place of the old', async () => {
    const { leave, runs, pull, paths, stored } = await company();
    const branches = 'BRDA:1,0,0,1\n';
    leave(runs.one, {
      name: 'coverage',
      zip: await archiveOf({ 'lcov.info': lcov(6).replace('end', `${branches}end`) }),
    });
    leave(runs.two, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(7) }) });
    const first = await pull([COVERAGE]);
    expect(stored()).toHaveLength(3);
    const newer = leave(runs.one, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(9) }) });
    const second = await pull([COVERAGE], first.cursor);
    expect(shown(second.records)).toEqual([`web = 0.9 at ${runs.one.sha}`]);
    expect(paths().filter((path) => path.includes('/zip'))).toEqual([
      `302 /actions/artifacts/${newer.id}/zip`,
    ]);
    // The branches of the first run are told by the second no more.
    expect(second.removed).toHaveLength(1);
    expect(stored()).toHaveLength(2);
  });

  test('are read on where a pull was stopped, over several pages', async () => {
    const { leave, runs, pull, context } = await company(1);
    for (const [index, run] of [runs.one, runs.two, runs.three].entries()) {
      leave(run, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(index + 1) }) });
    }
    const stopped = await pullAll(artifacts, context([COVERAGE]), null, 2);
    expect(shown(stopped.records)).toHaveLength(2);
    const resumed = await pull([COVERAGE], stopped.cursor);
    expect(shown(resumed.records)).toEqual([`web = 0.3 at ${runs.three.sha}`]);
  });

  test('are all read by a glob, and are parts of one report', async () => {
    const { leave, runs, pull } = await company();
    const part = (file: string, hit: number) =>
      archiveOf({ 'lcov.info': `SF:${file}\nDA:1,${hit}\nend_of_record\n` });
    leave(runs.one, { name: 'coverage-1', zip: await part('a.ts', 1) });
    leave(runs.one, { name: 'coverage-2', zip: await part('b.ts', 0) });
    const entry = { ...COVERAGE, name: 'coverage-*' };
    const first = await pull([entry]);
    expect(shown(first.records)).toEqual([`web = 0.5 at ${runs.one.sha}`]);
    leave(runs.one, { name: 'coverage-2', zip: await part('b.ts', 1) });
    const second = await pull([entry], first.cursor);
    expect(shown(second.records)).toEqual([`web = 1 at ${runs.one.sha}`]);
  });

  test('that a glob names wait for the end of their run: a part is no report', async () => {
    const { leave, runs, pull, logs } = await company();
    leave(runs.two, { name: 'coverage-1', zip: await archiveOf({ 'lcov.info': lcov(4) }) });
    runs.two.status = 'in_progress';
    leave(runs.one, { name: 'coverage-1', zip: await archiveOf({ 'lcov.info': lcov(5) }) });
    const entry = { ...COVERAGE, name: 'coverage-*' };
    const first = await pull([entry]);
    expect(shown(first.records)).toEqual([`web = 0.5 at ${runs.one.sha}`]);
    expect(logs()).toContain('waits for its run to end');
    runs.two.status = 'completed';
    leave(runs.two, { name: 'other', zip: await archiveOf({}) });
    const second = await pull([entry], first.cursor);
    // What was read beyond the run that was waited for is not read again.
    expect(shown(second.records)).toEqual([`web = 0.4 at ${runs.two.sha}`]);
    expect((await pull([entry], second.cursor)).batches).toEqual([]);
  });

  test('that have expired are passed over and told', async () => {
    const { leave, runs, pull, logs } = await company();
    leave(runs.one, { name: 'coverage', zip: await archiveOf({}), expired: true });
    const { records } = await pull([COVERAGE]);
    expect(records).toEqual([]);
    expect(logs()).toContain('acme/web: 1 artifacts named coverage have expired');
  });
});

describe('the reports in an artifact', () => {
  test('of coverage tell components and flags too', async () => {
    const { leave, runs, pull } = await company();
    const other = 'SF:src/b.ts\nDA:1,0\nend_of_record\n';
    leave(runs.one, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(6) + other }) });
    const { records } = await pull([{ ...COVERAGE, flag: 'unit', components: { pay: 'src/pay/**' } }]);
    expect(shown(records)).toEqual([`web = ${6 / 11} at ${runs.one.sha}`, `pay = 0.6 at ${runs.one.sha}`]);
    expect(records[0]).toMatchObject({ labels: { flag: 'unit' } });
  });

  test('of JUnit are one run, with its own time', async () => {
    const { leave, runs, pull } = await company();
    const suite = (inside: string) =>
      `<testsuite timestamp="2026-11-01T10:00:00" time="2">${inside}</testsuite>`;
    const zip = await archiveOf({
      'TEST-a.xml': suite('<testcase name="a"/>'),
      'TEST-b.xml': suite('<testcase name="b"><failure/></testcase>'),
    });
    leave(runs.one, { name: 'junit', zip });
    const { records } = await pull([{ name: 'junit', kind: 'junit', subject: 'web' }]);
    expect(shown(records, 'tests')).toEqual([`web = 2 at ${runs.one.sha}`]);
    expect(shown(records, 'test-pass-rate')).toEqual([`web = 0.5 at ${runs.one.sha}`]);
    expect(shown(records, 'test-duration')).toEqual([`web = 4000 at ${runs.one.sha}`]);
    expect(records[0]).toMatchObject({ measuredAt: Date.parse('2026-11-01T10:00:00Z') });
  });

  test('of Lighthouse are runs, each of the page that it names', async () => {
    const { leave, runs, pull } = await company();
    const run = (lcp: number) =>
      JSON.stringify({
        lighthouseVersion: '12.8.2',
        fetchTime: '2026-11-01T10:00:00.000Z',
        requestedUrl: 'https://acme.example/',
        audits: { 'largest-contentful-paint': { numericValue: lcp } },
        categories: {},
      });
    leave(runs.one, {
      name: 'lhci',
      zip: await archiveOf({ 'lhr-1.json': run(2000), 'lhr-2.json': run(3000), 'manifest.json': '[]' }),
    });
    const { records } = await pull([{ name: 'lhci', kind: 'lighthouse' }]);
    expect(shown(records, 'lighthouse-lcp')).toEqual([
      `https://acme.example/ = 2000 at ${runs.one.sha}`,
      `https://acme.example/ = 3000 at ${runs.one.sha}`,
    ]);
  });

  test('that are none are an error which names the artifact, the file and the line, and are looked at again', async () => {
    const { leave, runs, pull, context } = await company();
    leave(runs.one, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(6) }) });
    leave(runs.two, { name: 'coverage', zip: await archiveOf({ 'lcov.info': 'SF:a.ts\nDA:1,x\n' }) });
    const error = await rejection(pullAll(artifacts, context([COVERAGE])));
    expect(error).toMatchObject({
      code: 'shape',
      endpoint: expect.stringMatching(/^acme\/web artifact coverage \(\d+\): lcov\.info:2:4$/),
    });
    const batches = [];
    let cursor: string | null = null;
    for await (const batch of artifacts.pull(context([COVERAGE]), 'acme/web', null)) {
      batches.push(batch);
      cursor = batch.cursor ?? cursor;
      if (batches.length === 2) break;
    }
    expect(shown(batches.flatMap((batch) => batch.records))).toEqual([`web = 0.6 at ${runs.one.sha}`]);
    // Once a newer report is there, the bad one is passed over.
    leave(runs.three, { name: 'coverage', zip: await archiveOf({ 'lcov.info': lcov(8) }) });
    const later = await pull([COVERAGE], cursor);
    expect(shown(later.records)).toEqual([`web = 0.8 at ${runs.three.sha}`]);
  });

  test.each([
    [
      'an entry that leaves it',
      () => zipByHand([{ path: '../lcov.info', content: lcov(1) }]),
      'invalid relative path',
    ],
    [
      'a bomb',
      () => zipByHand([{ path: 'lcov.info', content: 'x', says: 2 ** 31, method: 8 }]),
      'more than 200 MB',
    ],
    ['no archive', () => Buffer.from('<html>'), 'refused'],
    ['nothing that is a report', () => archiveOf({ 'index.html': '<p>' }), 'it holds index.html'],
  ])('that are %s are refused', async (_, zip, message) => {
    const { leave, runs, context } = await company();
    leave(runs.one, { name: 'coverage', zip: await zip() });
    expect(await rejection(pullAll(artifacts, context([COVERAGE])))).toMatchObject({
      code: 'shape',
      message: expect.stringContaining(message),
    });
  });
});

describe('a download', () => {
  const row = {
    id: 9,
    name: 'coverage',
    size_in_bytes: 100,
    expired: false,
    created_at: '2026-11-01T10:00:00Z',
    workflow_run: {
      id: 3,
      repository_id: 1,
      head_repository_id: 1,
      head_branch: 'main',
      head_sha: 'f'.repeat(40),
    },
  };

  async function servers(answer: { readonly status?: number; readonly zip?: Buffer }) {
    const tokens: (string | undefined)[] = [];
    const store = await serve(({ headers }) => {
      tokens.push(headers.authorization);
      return (response) =>
        void response.writeHead(answer.status ?? 200, { 'content-type': 'application/zip' }).end(answer.zip);
    });
    const api = await serve(({ url }) =>
      url.pathname.endsWith('/zip')
        ? (response) => void response.writeHead(302, { location: `${store.url}/blob?sig=very-secret` }).end()
        : { json: { total_count: 1, artifacts: [row] } },
    );
    loopbacks.push(api, store);
    const settings = { token: TOKEN, artifacts: [{ ...COVERAGE, branch: 'main' }] };
    return { tokens, context: contextFor({ url: api.url, start: '2026-01-01T00:00:00Z', settings }) };
  }

  test('leaves the token behind when it goes to another host', async () => {
    const { tokens, context } = await servers({ zip: await archiveOf({ 'lcov.info': lcov(5) }) });
    const { records } = await pullAll(artifacts, context);
    expect(shown(records)).toEqual([`web = 0.5 at ${'f'.repeat(40)}`]);
    expect(tokens).toEqual([undefined]);
  });

  test.each([
    [403, 'forbidden'],
    [429, 'rate_limit'],
    [500, 'server'],
  ])(
    'that the store answers %i is an error %s without the signature, and is tried again by the next run',
    async (status, code) => {
      const { context } = await servers({ status });
      const error = await rejection(pullAll(artifacts, context));
      expect(error).toMatchObject({ code, status, endpoint: expect.stringMatching(/^GET http:.*\/blob$/) });
      expect(JSON.stringify(error) + String((error as Error).message)).not.toContain('very-secret');
    },
  );

  test('that GitHub itself says has expired meanwhile is passed over', async () => {
    const api = await serve(({ url }) =>
      url.pathname.endsWith('/zip')
        ? { status: 410, json: { message: 'Artifact has expired' } }
        : { json: { total_count: 1, artifacts: [row] } },
    );
    loopbacks.push(api);
    const settings = { token: TOKEN, artifacts: [{ ...COVERAGE, branch: 'main' }] };
    const { records, cursor } = await pullAll(
      artifacts,
      contextFor({ url: api.url, start: '2026-01-01T00:00:00Z', settings }),
    );
    expect(records).toEqual([]);
    expect(cursor).toContain('"reached":9');
  });

  test('follows a renamed repository with the token, to where GitHub signs', async () => {
    const zip = await archiveOf({ 'lcov.info': lcov(5) });
    const seen: (string | undefined)[] = [];
    const api = await serve(({ url, headers }) => {
      if (url.pathname.startsWith('/repositories/7/')) seen.push(headers.authorization);
      if (url.pathname === '/blob') return (response) => void response.writeHead(200).end(zip);
      const location = url.pathname.startsWith('/repositories/7/')
        ? '/blob'
        : `/repositories/7/actions/artifacts/9/zip`;
      if (url.pathname.endsWith('/zip'))
        return (response) => void response.writeHead(location === '/blob' ? 302 : 301, { location }).end();
      return { json: { total_count: 1, artifacts: [row] } };
    });
    loopbacks.push(api);
    const settings = { token: TOKEN, artifacts: [{ ...COVERAGE, branch: 'main' }] };
    const { records } = await pullAll(
      artifacts,
      contextFor({ url: api.url, start: '2026-01-01T00:00:00Z', settings }),
    );
    expect(shown(records)).toHaveLength(1);
    expect(seen).toEqual([`token ${TOKEN}`]);
  });

  test('that is gone since it was listed is passed over', async () => {
    const { context } = await servers({ status: 404 });
    expect((await pullAll(artifacts, context)).records).toEqual([]);
  });
});

describe('the settings', () => {
  const base = { token: 'x', repositories: ['acme/web'] };
  const faults = (settings: object) =>
    settingsSchema
      .safeParse({ ...base, ...settings })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  test('want a token, and a repository for a subject that several would share', () => {
    expect(faults({ artifacts: [COVERAGE] })).toEqual([]);
    expect(faults({ token: undefined, artifacts: [COVERAGE] })).toEqual([
      expect.stringContaining('artifacts: GitHub hands'),
    ]);
    const several = { repositories: ['acme/web', 'acme/api'] };
    expect(faults({ ...several, artifacts: [COVERAGE] })).toEqual([
      expect.stringContaining('artifacts.0.subject: '),
    ]);
    expect(faults({ repositories: ['acme/*'], artifacts: [COVERAGE] })).toHaveLength(1);
    expect(faults({ ...several, artifacts: [{ ...COVERAGE, repository: 'acme/web' }] })).toEqual([]);
    expect(faults({ ...several, artifacts: [{ name: 'coverage', kind: 'coverage' }] })).toEqual([]);
  });

  test('refuse components of anything but coverage', () => {
    const artifact = { name: 'junit', kind: 'junit', components: { pay: 'src/**' } };
    expect(faults({ artifacts: [artifact] })).toEqual([expect.stringContaining('artifacts.0.components')]);
  });

  test('begin no other stream anew, and their own for the repository that they are of', () => {
    const [before, after] = [base, { ...base, artifacts: [COVERAGE] }].map((one) =>
      settingsSchema.parse(one),
    );
    const printOf = (settings: unknown) => fingerprintOf({ kind: 'github', version: 1, settings });
    expect(printOf(after)).toBe(printOf(before));
    const own = (settings: typeof before, member: string) =>
      settings && artifacts.definition?.(settings, member);
    expect(own(after, 'acme/web')).not.toEqual(own(before, 'acme/web'));
  });

  test('make `krsync doctor` name the permission that is missing', async () => {
    const standIn = await standInFor({ lacks: ['actions'] });
    const context = contextFor({
      url: standIn.url,
      settings: { token: TOKEN, streams: ['releases'], artifacts: [{ ...COVERAGE }] },
    });
    expect(await rejection(github.check(context))).toMatchObject({
      message: expect.stringContaining('The stream `artifacts` of acme/web is blocked'),
      remedy: expect.stringContaining('`actions: read`'),
    });
  });

  test('of one repository are no other’s, and the stream has no member without any', async () => {
    const membersOf = async (artifactSettings: object) => {
      const context = contextFor({
        url: 'http://127.0.0.1:1',
        settings: { token: 'x', repositories: ['acme/web', 'acme/api'], ...artifactSettings },
      });
      const found: string[] = [];
      for await (const { id } of artifacts.members(context)) found.push(id);
      return found;
    };
    expect(await membersOf({})).toEqual([]);
    expect(await membersOf({ artifacts: [{ ...COVERAGE, repository: 'acme/api' }] })).toEqual(['acme/api']);
  });
});
