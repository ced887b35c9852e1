import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { StatusModel } from '../../src/report/model.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { serveIn } from '../support/serve.ts';
import { tempFolder } from '../support/temp.ts';

const SECRET = 'canary+secret/value';

function configuration(tables: string, schedule = 'schedule: "15 6 * * *"'): string {
  return `
timezone: Europe/Stockholm
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2036-12-31 }]
database: ../krsync.db
${schedule}
sources: [{ id: growth, kind: csv, token: "\${TOKEN}", tables: [{ ${tables}, series: signups, map: { time: day, value: n } }] }]
objectives:
  - id: grow
    title: "We grow </pre><script>alert(1)</script>"
    keyResults:
      - { id: signups, title: New accounts, start: 0, target: 40, metric: { measure: signups, source: growth } }
`;
}

const env = { TOKEN: SECRET };
const FILE = 'path: ../growth.csv';

async function project(text: string): Promise<string> {
  const folder = await tempFolder();
  await writeProject(folder, {
    'config/okrs.yaml': text,
    'growth.csv': 'day,n\n2026-10-05,3\n2026-10-06,5\n',
  });
  return folder;
}

describe('krsync serve', () => {
  it('runs at once on a new database, shows what `status` prints, and stops with 0', async () => {
    const folder = await project(configuration(FILE));
    const served = await serveIn(folder, [], { env });
    await served.logged(/next run at/);
    const { asOf: _now, ...shown } = JSON.parse((await served.get('/api/status')).body) as StatusModel;
    const printed = await krsync(folder, ['status', '--json'], { env });
    const { asOf: _then, cycle: _elapsed, ...expected } = JSON.parse(printed.stdout) as StatusModel;
    expect(shown).toMatchObject(expected);
    expect(shown.objectives[0]?.keyResults[0]?.current).toBe(8);
    const ready = JSON.parse((await served.get('/readyz')).body) as Record<string, unknown>;
    expect(ready).toMatchObject({ ready: true, reasons: [], runningSince: null });
    expect(ready.nextRunAt).toMatch(/T0[45]:15:00.000Z$/);
    for (const name of ['signups', 'grow/signups', 'grow%2Fsignups']) {
      const explained = await served.get(`/api/key-results/${name}/explain`);
      expect(JSON.parse(explained.body), name).toMatchObject({ value: 8, keyResult: { id: 'signups' } });
    }
    const history = JSON.parse((await served.get('/api/key-results/signups/history')).body) as {
      days: unknown[];
    };
    expect(history.days.length).toBeGreaterThan(30);
    expect((await served.get('/api/key-results/nothing/explain')).status).toBe(404);
    expect(await served.stop()).toBe(0);
    expect(served.log()).toContain('"msg":"stopped"');
  });

  it('the dashboard shows titles as text and runs no script that a title brought', async () => {
    const served = await serveIn(await project(configuration(FILE)), [], { env });
    await served.logged(/next run at/);
    const { status, body } = await served.get('/');
    expect(status).toBe(200);
    expect(body).toContain('New accounts');
    expect(body).not.toContain('<script>alert(1)');
  });

  it('counts its runs and its sources for Prometheus', async () => {
    const served = await serveIn(await project(configuration(FILE)), [], { env });
    await served.logged(/next run at/);
    const { body } = await served.get('/metrics');
    expect(body).toContain('krsync_runs_total{outcome="ok"} 1');
    expect(body).toContain('krsync_records_pulled_total 2');
    expect(body).toContain('krsync_key_result_progress{objective="grow",key_result="signups"} 0.2');
    expect(body).toMatch(/^krsync_next_run_timestamp_seconds \d+$/m);
    expect(body).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('a failing source: the run is counted as failed, and no page and no log line holds the secret', async () => {
    const refusing = createServer((request, response) => {
      response.statusCode = 401;
      response.end(`who is ${request.headers.authorization}?`);
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const served = await serveIn(
      await project(configuration(`url: "http://127.0.0.1:${port}/growth.csv"`)),
      ['--log-level', 'debug'],
      { env },
    );
    await served.logged(/next run at/);
    const pages = await Promise.all(
      ['/', '/readyz', '/metrics', '/api/status', '/api/key-results/signups/explain'].map(served.get),
    );
    expect(pages[2]?.body).toContain('krsync_runs_total{outcome="failed"} 1');
    expect(pages[2]?.body).toContain('krsync_source_failing{source="growth",kind="csv"} 1');
    expect(pages[2]?.body).toContain('krsync_requests_total{host="127.0.0.1",status="401"} 1');
    const all = pages.map(({ body }) => body).join('\n') + served.log();
    for (const form of [
      SECRET,
      Buffer.from(SECRET).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(SECRET),
      Buffer.from(SECRET).toString('hex'),
    ]) {
      expect(all).not.toContain(form);
    }
  });

  it('a failing channel: the run failed in the log, in /readyz, in /metrics and in the database alike, as `update` exits with 1', async () => {
    const refusing = createServer((_, response) => {
      response.statusCode = 503;
      response.end();
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const channel = `channels: [{ id: leads, kind: webhook, url: "http://127.0.0.1:${port}/hook", digest: { schedule: "* * * * *", always: true } }]`;
    const folder = await project(configuration(FILE) + channel);
    const daysAgo = (days: number) => ({ env, now: () => Date.now() - days * DAY });
    expect((await krsync(folder, ['update'], daysAgo(6))).code).toBe(0);
    expect((await krsync(folder, ['update'], daysAgo(4))).code).toBe(1);
    const served = await serveIn(folder, [], { env });
    await served.logged(/next run at/);
    expect(served.log()).toMatch(/run ended after [\d.]+ s: not everything was sent to leads"/);
    const ready = await served.get('/readyz');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toMatchObject({ ready: true, lastRunOutcome: 'failed' });
    const { body } = await served.get('/metrics');
    expect(body).toContain('krsync_runs_total{outcome="failed"} 1');
    expect(body).toContain('krsync_runs_total{outcome="ok"} 0');
    expect(body).toContain('krsync_last_run_failed 1');
    expect(body).toContain('krsync_channel_failing{channel="leads",kind="webhook"} 1');
    const database = new Database(join(folder, 'krsync.db'), { readonly: true });
    const outcomes = database.prepare('SELECT outcome FROM v_runs').pluck().all();
    database.close();
    expect(outcomes).toEqual(['ok', 'failed', 'failed']);
  });

  it('goes on with the last good configuration while the files have faults, says so, and takes them up when they are mended', async () => {
    const folder = await project(configuration(FILE));
    let skew = 0;
    const served = await serveIn(folder, [], { env, now: () => Date.now() + skew });
    await served.logged(/next run at/);
    await writeFile(
      join(folder, 'config/okrs.yaml'),
      configuration(FILE).replace('target: 40', 'tarket: 40'),
    );
    skew = 20_000;
    const broken = await served.get('/readyz');
    expect(broken.status).toBe(503);
    expect(broken.body).toContain('unknown key `tarket`');
    expect((await served.get('/api/status')).status).toBe(200);
    expect((await served.get('/metrics')).body).toContain('krsync_configuration_valid 0');
    await writeFile(
      join(folder, 'config/okrs.yaml'),
      configuration(FILE).replace('target: 40', 'target: 80'),
    );
    skew = 40_000;
    expect((await served.get('/readyz')).status).toBe(200);
    const status = JSON.parse((await served.get('/api/status')).body) as StatusModel;
    expect(status.objectives[0]?.keyResults[0]?.target).toBe(80);
  });

  it('while another run holds the database it waits, says who holds it, and still shows', async () => {
    const folder = await project(configuration(FILE));
    const lock = acquireLock(join(folder, 'krsync.db'), {
      command: 'update',
      now: () => Date.UTC(2026, 10, 24),
    });
    const served = await serveIn(folder, [], { env });
    await served.logged(/no run: .*in use by `krsync update`/);
    expect((await served.get('/healthz')).status).toBe(200);
    expect((await served.get('/readyz')).status).toBe(503);
    expect((await served.get('/metrics')).body).toContain('krsync_runs_total{outcome="locked"} 1');
    lock.release();
  });

  it('--no-schedule shows, and runs nothing', async () => {
    const folder = await project(configuration(FILE, ''));
    expect((await krsync(folder, ['update'], { env })).code).toBe(0);
    const served = await serveIn(folder, ['--no-schedule'], { env });
    expect((await served.get('/api/status')).status).toBe(200);
    expect((await served.get('/metrics')).body).toContain('krsync_runs_total{outcome="ok"} 0');
    expect(await served.stop()).toBe(0);
  });

  it.each([
    ['no schedule', configuration(FILE, ''), [], 'has no `schedule`'],
    ['a fault', configuration(FILE).replace('target', 'tarket'), [], 'unknown key `tarket`'],
    ['a port that is none', configuration(FILE), ['--port', '70000'], '--port takes'],
    ['a jitter that is none', configuration(FILE), ['--jitter', 'often'], '--jitter takes'],
    ['a host that is none', configuration(FILE), ['--host', '192.0.2.1'], 'not an address of this machine'],
    ['a past time', configuration(FILE), ['--as-of', '2026-11-24T05:15:00Z'], '--as-of'],
    ['a database in no folder', configuration(FILE), ['--database', 'no/such/k.db'], 'there is no folder'],
  ])('refuses to start with %s, and says what to do', async (_what, text, args, message) => {
    const { code, stderr } = await krsync(await project(text), ['serve', '--port', '0', ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('serving at');
  });

  it('refuses to start where its folder cannot be written, before it says that it serves', async () => {
    const folder = await project(configuration(FILE));
    // As SQLite meets a folder in which it may make no file; this test may run as a user who may do all.
    await mkdir(join(folder, 'krsync.db-lock'));
    const { code, stderr } = await krsync(folder, ['serve', '--port', '0'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'cannot be opened. Let the user that krsync runs as read and write the file and its folder',
    );
    expect(stderr).not.toContain('serving at');
  });

  it('refuses a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const folder = await project(configuration(FILE));
    const { code, stderr } = await krsync(folder, ['serve', '--port', String(port)], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken`);
  });
});
