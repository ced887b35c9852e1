import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { bundleFor } from '../support/bundle.ts';
import { countRecords, readRows } from '../support/rows.ts';
import { tempFolder } from '../support/temp.ts';

const KILLS = 50;
/** Long enough that no run ends by itself between two kills. */
const SETTINGS = { projects: ['WEB', 'API', 'LIB'], batches: 700, perBatch: 4 };

/** The same moments in every run of the test (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Run {
  readonly output: string;
  readonly killed: boolean;
}

/** Runs the child; kills it `afterMs` from the moment it says it has started, or from its very start. */
async function run(
  child: string,
  path: string,
  kill?: { from: 'start' | 'work'; afterMs: number },
): Promise<Run> {
  const running = spawn(process.execPath, [child, path, JSON.stringify(SETTINGS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const end = () => void setTimeout(() => running.kill('SIGKILL'), kill?.afterMs);
  if (kill?.from === 'start') end();
  let armed = false;
  running.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (kill?.from !== 'work' || armed || !output.includes('started')) return;
    armed = true;
    end();
  });
  const [, signal] = (await once(running, 'close')) as [number | null, string | null];
  return { output, killed: signal === 'SIGKILL' };
}

test(`killed at ${KILLS} random moments and resumed each time, a sync ends with the rows of an undisturbed one`, async () => {
  const folder = await tempFolder();
  const child = await bundleFor(new URL('../support/kill-child.ts', import.meta.url), folder);
  const undisturbed = join(folder, 'undisturbed.db');
  const disturbed = join(folder, 'disturbed.db');
  expect((await run(child, undisturbed)).output).toContain('done');

  const random = seeded(20261124);
  let kills = 0;
  let most = 0;
  while (kills < KILLS) {
    // Some while it starts, migrates and takes the lock; most while it stores batches.
    const from = kills % 5 === 0 ? 'start' : 'work';
    const { killed, output } = await run(child, disturbed, {
      from,
      afterMs: random() * (from === 'start' ? 200 : 12),
    });
    expect(killed, `it was still at work: ${output}`).toBe(true);
    kills += 1;
    const rows = recordsIn(disturbed);
    expect(rows, 'what was stored stays').toBeGreaterThanOrEqual(most);
    most = rows;
  }
  expect(most, 'the kills met a run that had come far').toBeGreaterThan(100);

  expect((await run(child, disturbed)).output).toContain('done');
  const expected = readRows(undisturbed);
  expect(countRecords(expected)).toBeGreaterThan(5000);
  expect(readRows(disturbed)).toEqual(expected);
  const db = new Database(disturbed, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
}, 180_000);

/** Records in a database that may have been killed before it had a schema. */
function recordsIn(path: string): number {
  try {
    return countRecords(readRows(path));
  } catch {
    return 0;
  }
}
