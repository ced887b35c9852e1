import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { connectors } from '../../connectors/index.ts';
import type { App } from '../../src/app.ts';
import { status } from '../../src/app.ts';
import { type Configuration, loadConfiguration } from '../../src/config/index.ts';
import { keepConfiguration } from '../../src/daemon/configuration.ts';
import type { EndedRun } from '../../src/daemon/contract.ts';
import { startDaemon } from '../../src/daemon/index.ts';
import { DAY, isoTime } from '../../src/domain/time.ts';
import { metrics as catalogue } from '../../src/metrics/index.ts';
import { openStore } from '../../src/store/index.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { VirtualTime } from './virtual-time.ts';

/**
 * Child process: the daemon with its real store, configuration, connector and metrics, for so many simulated days; a
 * new row every day. Prints when each run began, and the heap after a collection on the days that are asked for.
 */
const [, , folder = '', from = '', days = '', ...measured] = process.argv;
const start = Date.parse(from);
const database = join(folder, 'krsync.db');
const time = new VirtualTime(start);
const { now } = time;

mkdirSync(join(folder, 'config'), { recursive: true });
writeFileSync(
  join(folder, 'config/okrs.yaml'),
  `
timezone: Europe/Stockholm
cycles:
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
  - { id: 2027-Q1, start: 2027-01-01, end: 2027-03-31 }
  - { id: 2027-Q2, start: 2027-04-01, end: 2027-06-30 }
since: 2026-09-01
schedule: "30 2 * * *"
sources: [{ id: growth, kind: csv, tables: [{ path: ../growth.csv, series: signups, map: { time: day, value: n } }] }]
objectives:
  - id: grow
    title: We grow
    keyResults:
      - { id: signups, title: New accounts, start: 0, target: 4000, metric: { measure: signups, source: growth } }
`,
);

function writeRows(until: number): void {
  const rows = ['day,n'];
  for (let at = start - 10 * DAY, n = 0; at <= until; at += DAY, n++) {
    rows.push(`${isoTime(at).slice(0, 10)},${10 + (n % 7)}`);
  }
  writeFileSync(join(folder, 'growth.csv'), `${rows.join('\n')}\n`);
}

const load = (): Promise<Configuration> =>
  loadConfiguration({
    path: join(folder, 'config'),
    cwd: folder,
    env: {},
    now: now(),
    connectors,
    metrics: catalogue,
  });

const controller = new AbortController();
const { signal } = controller;
const logger = pino({ enabled: false });
let busy = 0;

function withApp(mode: 'read' | 'write') {
  return async <T>(configuration: Configuration, work: (app: App) => Promise<T>): Promise<T> => {
    busy += 1;
    const lock = mode === 'write' ? acquireLock(database, { command: 'serve', now }) : null;
    const store = await openStore({ path: database, readonly: mode === 'read', now });
    try {
      return await work({ configuration, store, signal, logger, now, fetch: globalThis.fetch });
    } finally {
      await store.close();
      lock?.release();
      busy -= 1;
    }
  };
}

const runs: EndedRun[] = [];
const metrics = createMetrics('0.0.0', { process: false });
writeRows(start);
const keeper = keepConfiguration(await load(), load, now);
const daemon = startDaemon({
  keeper,
  runs: true,
  now,
  timers: time.timers,
  delay: 0,
  signal,
  read: withApp('read'),
  write: withApp('write'),
  counts: {
    ...metrics,
    runEnded(run) {
      runs.push(run);
      metrics.runEnded(run);
    },
  },
  logger,
});
await daemon.prepare();
const ended = daemon.run();

const heap: Record<string, number> = {};
for (let day = 1; day <= Number(days); day++) {
  writeRows(now());
  // Configuration and update read files between two looks at the database.
  let quiet = 0;
  await time.advanceTo(start + day * DAY, () => {
    quiet = busy === 0 && time.waiting > 0 ? quiet + 1 : 0;
    return quiet > 0;
  });
  const model = await withApp('read')(keeper.current(), (app) => status(app, now()));
  await metrics.render({ now: now(), status: model, ...(await daemon.state()) });
  if (measured.includes(String(day))) {
    globalThis.gc?.();
    globalThis.gc?.();
    heap[day] = process.memoryUsage().heapUsed;
  }
}
controller.abort();
await ended;
const outcomes = [...new Set(runs.map(({ outcome, message }) => message ?? outcome))];
process.stdout.write(JSON.stringify({ begun: runs.map((run) => isoTime(run.startedAt)), outcomes, heap }));
rmSync(folder, { recursive: true, force: true });
