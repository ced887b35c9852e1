import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StatusModel } from '../../src/report/model.ts';
import { openStore } from '../../src/store/index.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const BEGAN = at('2026-11-24T05:15:00Z');

/** A tool that measures when it is asked, and a clock that goes on meanwhile. */
async function measuring() {
  let clock = BEGAN;
  const now = () => {
    clock += 1000;
    return clock;
  };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/csv');
    response.end(`when,length\n${new Date(now()).toISOString()},7\n`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const folder = await tempFolder();
  await writeProject(folder, {
    'config/okrs.yaml': `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources:
  - id: queue
    kind: csv
    tables: [{ url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/q.csv", series: queue, map: { time: when, value: length } }]
objectives:
  - id: o
    title: O
    keyResults:
      - { id: queue, title: Queue, start: 10, target: 5, metric: { measure: sample, options: { series: queue } } }
`,
  });
  return { folder, run: (args: readonly string[]) => krsync(folder, args, { now }) };
}

async function lastRun(folder: string) {
  const store = await openStore({ path: join(folder, 'krsync.db'), readonly: true, now: () => BEGAN });
  const run = await store.lastRun();
  const checkIns = await store.checkIns('2026-Q4');
  await store.close();
  return { run, checkIns };
}

it('update counts what a source measured during the run, and says as of when', async () => {
  const { folder, run } = await measuring();
  const updated = await run(['update']);
  expect(updated.code, updated.stderr).toBe(0);
  const status = JSON.parse((await run(['status', '--json'])).stdout) as StatusModel;
  expect(status.objectives[0]?.keyResults[0]?.current).toBe(7);
  const last = await lastRun(folder);
  expect(last.run?.asOf).toBe(last.checkIns.at(-1)?.asOf);
  expect(last.run?.startedAt).toBeLessThan(last.run?.asOf ?? 0);
  expect(updated.stdout).toMatch(/\b7\b.*60 %/);
});

it('update --as-of computes as of that moment, whatever was measured since, and a second time writes nothing', async () => {
  const { folder, run } = await measuring();
  const asOf = ['--as-of', new Date(BEGAN).toISOString()];
  await run(['update', ...asOf]);
  const first = await lastRun(folder);
  expect(first.run?.asOf).toBe(BEGAN);
  expect(first.checkIns.at(-1)?.value ?? null).toBeNull();
  await run(['update', ...asOf]);
  expect((await lastRun(folder)).checkIns).toHaveLength(first.checkIns.length);
});
