import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KeyResultCheck } from '../../src/app.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { startGitHubStandIn } from '../../src/demo/github/index.ts';
import type { StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');
const SECRET = 'ghp_a-secret-of-the-test';

const answer =
  (
    status: number,
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

const CASES: readonly { readonly name: string; readonly server: RequestListener; readonly says: RegExp }[] = [
  { name: 'answers 401', server: answer(401, '{"message":"Bad credentials"}'), says: /token/i },
  { name: 'answers 404', server: answer(404, '{"message":"Not Found"}'), says: /does not exist|cannot see/i },
  { name: 'answers 500', server: answer(500, '{"message":"Server Error"}'), says: /500/ },
  {
    name: 'resets the connection',
    server: (request) => request.socket.destroy(),
    says: /connection|reset|socket/i,
  },
  {
    name: 'sends a page instead of JSON',
    server: answer(200, '<html><body>Sign in to the proxy</body></html>', { 'content-type': 'text/html' }),
    says: /JSON|HTML/i,
  },
  { name: 'sends truncated JSON', server: answer(200, '[{"id": 1, "number":'), says: /JSON/i },
  {
    name: 'sends JSON of another shape',
    server: answer(200, '[{"id":1,"node_id":"x","number":"seven"}]'),
    says: /number|shape|expected/i,
  },
];

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const REPORT = `TN:\nSF:a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nDA:4,1\nLF:4\nLH:3\nend_of_record\n`;

const configuration = (url: string) => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources:
  - { id: gh, kind: github, url: "${url}", token: "\${TOKEN}", repositories: [acme/web] }
  - { id: cov, kind: coverage, reports: [{ path: ../lcov.info, subject: web, date: 2026-11-23T12:00:00Z }] }
objectives:
  - id: o
    title: O
    keyResults:
      - { id: closed, title: Closed, start: 0, target: 40, metric: { measure: tickets-closed } }
      - { id: lead, title: Lead, start: 100, target: 50, metric: { measure: ticket-lead-time } }
      - { id: coverage, title: Coverage, start: 50%, target: 100%, metric: { measure: test-coverage } }
`;

describe('a source that', () => {
  it.each(CASES)(
    '$name fails alone: what happened, where and what to do, and never a 0',
    async ({ server, says }) => {
      const url = await listen(server);
      const folder = await tempFolder();
      await writeProject(folder, { 'config/okrs.yaml': configuration(url), 'lcov.info': REPORT });
      const env = { TOKEN: SECRET };
      const { code, stderr, stdout } = await krsync(folder, ['update'], { env, now: () => NOW });
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(says);
      expect(stderr).toContain('gh');
      expect(stderr).toContain(`${url}/repos/acme/web`);
      expect(stderr).toContain('to do ');
      expect(stderr).not.toMatch(/\n\s+at \w.*:\d+:\d+/);
      expect(stdout + stderr).not.toContain(SECRET);
      const printed = await krsync(folder, ['status', '--json'], { env, now: () => NOW });
      const status = JSON.parse(printed.stdout) as StatusModel;
      const [closed, lead, coverage] = status.objectives[0]?.keyResults ?? [];
      for (const broken of [closed, lead]) {
        expect(broken).toMatchObject({ current: null, progress: null, status: 'no_data' });
        expect(broken?.note).toContain('never read completely');
      }
      expect(coverage).toMatchObject({ current: 0.75, progress: 0.5, status: 'at_risk' });
      expect(status.objectives[0]).toMatchObject({ withData: 1, of: 3 });
    },
  );

  it('hangs is given up, and does not hold the others', async () => {
    const url = await listen(() => undefined);
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(url), 'lcov.info': REPORT });
    const stop = new AbortController();
    const running = krsync(folder, ['update'], {
      env: { TOKEN: SECRET },
      now: () => NOW,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 1500);
    expect((await running).code).toBe(130);
  });

  it('worked before keeps its last value and goes stale', async () => {
    let works = true;
    const { url, close } = await startGitHubStandIn({
      company: generateCompany({ seed: 3, now: NOW, weeks: 8, issues: 60, pulls: 20 }),
      token: SECRET,
      now: () => NOW,
      faults: () => (works ? undefined : { status: 500, body: { message: 'Server Error' } }),
    });
    onTestFinished(close);
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(url), 'lcov.info': REPORT });
    const env = { TOKEN: SECRET };
    const first = await krsync(folder, ['update'], { env, now: () => NOW });
    expect(first.code, first.stderr).toBe(0);
    const fresh = await krsync(folder, ['status', '--json'], { env, now: () => NOW });
    const [before] = (JSON.parse(fresh.stdout) as StatusModel).objectives[0]?.keyResults ?? [];
    expect(before?.current).toBeGreaterThan(0);
    works = false;
    const later = NOW + 6 * 86_400_000;
    expect((await krsync(folder, ['update'], { env, now: () => later })).code).toBe(1);
    const printed = await krsync(folder, ['status', '--json'], { env, now: () => later });
    const [closed, , coverage] = (JSON.parse(printed.stdout) as StatusModel).objectives[0]?.keyResults ?? [];
    expect(closed).toMatchObject({
      current: before?.current,
      status: 'stale',
      measuredAt: '2026-11-24T05:15:00.000Z',
    });
    expect(closed?.note).toContain('500');
    expect(coverage?.status).not.toBe('stale');
  });
});

describe('krsync doctor', () => {
  it('says of each source what it lacks and what to do, and of each key result why it has no data', async () => {
    const url = await listen(answer(401, '{"message":"Bad credentials"}'));
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(url), 'lcov.info': REPORT });
    const env = { TOKEN: SECRET };
    const before = await krsync(folder, ['doctor'], { env, now: () => NOW });
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/gh \(github\): .*token/s);
    expect(before.stdout).toContain('cov (coverage): all it needs is there');
    expect(before.stdout).toContain('nothing was pulled yet: run krsync update');
    await krsync(folder, ['update'], { env, now: () => NOW });
    const after = await krsync(folder, ['doctor', '--json'], { env, now: () => NOW });
    expect(after.code).toBe(1);
    const { keyResults } = JSON.parse(after.stdout) as { keyResults: readonly KeyResultCheck[] };
    expect(keyResults.map(({ keyResult, value, problems }) => [keyResult, value, problems.length])).toEqual([
      ['o/closed', null, 1],
      ['o/lead', null, 1],
      ['o/coverage', 0.75, 0],
    ]);
    expect(keyResults[0]?.problems[0]).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('issues of acme/web (gh) were never read completely'),
    });
    expect(before.stdout + after.stdout).not.toContain(SECRET);
  });
});
