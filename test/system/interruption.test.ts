import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCompany } from '../../src/demo/company.ts';
import { type GitHubStandIn, startGitHubStandIn } from '../../src/demo/github/index.ts';
import { writeProject } from '../support/cli.ts';
import { startKrsync } from '../support/cli-process.ts';
import { createRandom } from '../support/random.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T05:15:00Z');
const KILLS = 50;
const UPDATE_KILLS = 6;

const configuration = (url: string) => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
since: 2026-08-01
database: ../krsync.db
sources:
  - { id: gh, kind: github, url: "${url}", token: t, repositories: [acme/web, acme/api, acme/mobile] }
objectives:
  - id: o
    title: O
    keyResults:
      - { id: merged, title: Merged, start: 0, target: 400, metric: { measure: pull-requests-merged } }
`;

/** Everything a sync stores, by the records' own ids: rows are numbered in the order they came. */
function contents(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readonly: true });
  const views = ['v_tickets', 'v_pull_requests', 'v_reviews', 'v_releases'];
  const all = views.map((view) => {
    const rows = database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${view}`).all();
    const texts = rows.map(({ id: _row, record_id: _parent, ...facts }) => JSON.stringify(facts));
    return [view, texts.sort()] as const;
  });
  database.close();
  return Object.fromEntries(all);
}

/** All that was recorded, without which run recorded it and when. */
function checkIns(path: string): readonly string[] {
  const database = new Database(path, { readonly: true });
  const rows = database.prepare<[], Record<string, unknown>>('SELECT * FROM v_check_ins').all();
  database.close();
  return rows
    .map(({ id: _row, run_id: _run, recorded_at: _when, recorded_at_ms: _time, ...facts }) =>
      JSON.stringify(facts),
    )
    .sort();
}

describe('an interrupted run', () => {
  let server: GitHubStandIn;

  beforeAll(async () => {
    const company = generateCompany({ seed: 11, now: NOW, weeks: 14, issues: 900, pulls: 700 });
    // Slow enough that a kill finds a sync at work.
    server = await startGitHubStandIn({
      company,
      token: 't',
      now: () => NOW,
      latencyMs: 15,
      limits: { authenticated: 1e9, graphql: 1e9 },
    });
  });

  afterAll(() => server.close());

  it(`killed at ${KILLS} random moments and resumed, it ends with the rows of an undisturbed run`, async () => {
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(server.url) });
    const calm = await startKrsync(folder, ['sync', '--database', join(folder, 'calm.db')]).finished;
    expect(calm.code, calm.stderr).toBe(0);
    const random = createRandom(20261124);
    let killed = 0;
    let fresh = 0;
    while (killed < KILLS) {
      // A new database now and then: the first pull is where most can go wrong.
      const database = join(folder, `killed-${fresh}.db`);
      const { child, finished } = startKrsync(folder, ['sync', '--database', database]);
      await sleep(80 + random() * 700);
      child.kill('SIGKILL');
      const { signal } = await finished;
      if (signal === 'SIGKILL') killed++;
      else fresh++;
      if (existsSync(database)) expect(integrity(database)).toBe('ok');
    }
    const expected = contents(join(folder, 'calm.db'));
    for (let n = 0; n <= fresh; n++) {
      const database = join(folder, `killed-${n}.db`);
      const resumed = await startKrsync(folder, ['sync', '--database', database]).finished;
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(contents(database), `after ${killed} kills, database ${n}`).toEqual(expected);
    }
  });

  it('an update killed at random moments, from its sync to its check-ins, records what an undisturbed one does', async () => {
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(server.url) });
    const update = (name: string) =>
      startKrsync(folder, ['update', '--as-of', '2026-11-24T05:15:00Z', '--database', join(folder, name)]);
    const begin = performance.now();
    const calm = await update('calm.db').finished;
    const length = performance.now() - begin;
    expect(calm.code, calm.stderr).toBe(0);
    const random = createRandom(20261125);
    const databases = ['killed-0.db', 'killed-1.db'];
    for (let kill = 0; kill < UPDATE_KILLS; kill++) {
      const { child, finished } = update(databases[kill % databases.length] ?? '');
      await sleep(100 + random() * length);
      child.kill('SIGKILL');
      await finished;
    }
    const expected = { ...contents(join(folder, 'calm.db')), checkIns: checkIns(join(folder, 'calm.db')) };
    expect(expected.checkIns.length).toBeGreaterThan(50);
    for (const name of databases) {
      const resumed = await update(name).finished;
      expect(resumed.code, resumed.stderr).toBe(0);
      const path = join(folder, name);
      expect(integrity(path)).toBe('ok');
      expect({ ...contents(path), checkIns: checkIns(path) }).toEqual(expected);
    }
  });

  it('by Ctrl-C it ends with 130, the lock released, and the next run goes on', async () => {
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(server.url) });
    const { child, finished } = startKrsync(folder, ['update']);
    await sleep(700);
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(stderr).not.toMatch(/\n\s+at /);
    const next = await startKrsync(folder, ['update']).finished;
    expect(next.code, next.stderr).toBe(0);
  });

  it('holds off a second one, which says who is at work', async () => {
    const folder = await tempFolder();
    await writeProject(folder, { 'config/okrs.yaml': configuration(server.url) });
    const first = startKrsync(folder, ['update']);
    await sleep(500);
    const second = await startKrsync(folder, ['update']).finished;
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(String(first.child.pid));
    const reading = await startKrsync(folder, ['status']).finished;
    expect(reading.code, reading.stderr).toBe(0);
    expect((await first.finished).code).toBe(0);
  });
});

function integrity(path: string): unknown {
  const database = new Database(path);
  const [row] = database.pragma('integrity_check') as { integrity_check: string }[];
  database.close();
  return row?.integrity_check;
}
