import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, isoTime, localDate } from '../../src/domain/time.ts';
import { writeProject } from '../support/cli.ts';
import { startKrsync } from '../support/cli-process.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');
const MEGABYTE = 1024 * 1024;

/** Bundled inside the project, where it finds the packages that stay outside the bundle. */
async function childBundle(): Promise<string> {
  const out = join(root, 'node_modules/.cache/krsync-serve-days');
  const { bundle } = (await import('../../scripts/bundle.mjs' as string)) as {
    bundle(out: string, entries: Record<string, string>): Promise<void>;
  };
  await bundle(out, { child: join(root, 'test/support/serve-days-child.ts') });
  onTestFinished(() => rm(out, { recursive: true, force: true }));
  return join(out, 'child.js');
}

describe('krsync serve over a quarter', () => {
  it('200 simulated days with both clock changes: each run exactly once, and no more memory after them than after 50', async () => {
    const from = '2026-10-01T12:00:00Z';
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', await childBundle(), await tempFolder(), from, '200', '50', '200'],
      { maxBuffer: 10 * MEGABYTE },
    );
    const { begun, outcomes, heap } = JSON.parse(stdout) as {
      begun: string[];
      outcomes: string[];
      heap: Record<string, number>;
    };
    expect(outcomes).toEqual(['ok']);
    // The first is the one of a new database, at once.
    expect(begun[0]).toBe(isoTime(at(from)));
    const dates = begun.slice(1).map((run) => localDate(at(run), 'Europe/Stockholm'));
    expect(dates).toEqual(
      Array.from({ length: 200 }, (_, day) => localDate(at(from) + (day + 1) * DAY, 'Europe/Stockholm')),
    );
    expect(begun).toContain('2026-10-25T00:30:00.000Z');
    expect(begun).toContain('2027-03-28T01:00:00.000Z');
    expect((heap['200'] ?? Number.NaN) - (heap['50'] ?? Number.NaN)).toBeLessThan(3 * MEGABYTE);
  }, 600_000);
});

describe('stopping krsync serve', () => {
  const configuration = (url: string): string => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2036-12-31 }]
database: ../krsync.db
schedule: "15 6 * * *"
sources: [{ id: slow, kind: csv, tables: [{ url: "${url}", series: signups, map: { time: day, value: n } }] }]
objectives:
  - id: o
    title: O
    keyResults:
      - { id: k, title: K, start: 0, target: 40, metric: { measure: signups, source: slow } }
`;

  /** A source that takes a request and never answers. */
  async function silence(): Promise<{ readonly url: string; readonly asked: Promise<void> }> {
    let ask = (): void => undefined;
    const asked = new Promise<void>((done) => {
      ask = done;
    });
    const server = createServer(() => ask());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/growth.csv`, asked };
  }

  it('by SIGTERM in the middle of a run: it ends with 0 in time, and the next start goes on', async () => {
    const folder = await tempFolder();
    const { url, asked } = await silence();
    await writeProject(folder, { 'config/okrs.yaml': configuration(url) });
    const { child, finished } = startKrsync(folder, ['serve', '--port', '0']);
    await asked;
    const told = Date.now();
    child.kill('SIGTERM');
    const { code, signal, stderr } = await finished;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    // What Docker waits before it kills.
    expect(Date.now() - told).toBeLessThan(10_000);
    expect(stderr).toContain('"outcome":"interrupted"');
    expect(stderr).toContain('"msg":"stopped"');
    const database = new Database(join(folder, 'krsync.db'), { readonly: true });
    const outcomes = database.prepare('SELECT outcome FROM runs').pluck().all();
    database.close();
    expect(outcomes).toEqual(['interrupted']);

    // Not taken for a run: the next start begins one at once.
    const again = startKrsync(folder, ['serve', '--port', '0']);
    let log = '';
    again.child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    while (!log.includes('run begins') && again.child.exitCode === null) await sleep(20);
    again.child.kill('SIGTERM');
    await again.finished;
    expect(log).toContain('run begins');
  });

  it('two processes over one database: the second waits its turn, and a second signal ends it at once', async () => {
    const folder = await tempFolder();
    const { url, asked } = await silence();
    await writeProject(folder, { 'config/okrs.yaml': configuration(url) });
    const first = startKrsync(folder, ['serve', '--port', '0']);
    await asked;
    const second = startKrsync(folder, ['serve', '--port', '0']);
    let log = '';
    second.child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    while (!log.includes('"outcome":"locked"') && second.child.exitCode === null) await sleep(20);
    expect(log).toContain(`in use by \`krsync serve\` (process ${first.child.pid} on`);
    for (const { child } of [first, second]) {
      child.kill('SIGTERM');
      child.kill('SIGTERM');
    }
    for (const { finished } of [first, second]) expect([0, 130]).toContain((await finished).code);
  });
});
