import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { bundleFor } from '../support/bundle.ts';
import { createRandom } from '../support/random.ts';
import { countRecords, readRows } from '../support/rows.ts';
import { tempFolder } from '../support/temp.ts';

const KILLS = 50;
/** Long enough that no run ends by itself between two kills. */
const SETTINGS = { projects: ['WEB', 'API', 'LIB'], batches: 700, perBatch: 4 };

interface Run {
  readonly output: string;
  readonly killed: boolean;
}

/** When to kill: some while after the child was started, or after it has stored so many batches. */
type Kill = { readonly afterMs: number } | { readonly afterBatches: number };

async function run(child: string, path: string, kill?: Kill): Promise<Run> {
  const running = spawn(process.execPath, [child, path, JSON.stringify(SETTINGS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let batches = 0;
  if (kill && 'afterMs' in kill) setTimeout(() => running.kill('SIGKILL'), kill.afterMs);
  running.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    batches += text.toString().split('batch').length - 1;
    // What the child did since it said so makes the moment a random one.
    if (kill && 'afterBatches' in kill && batches >= kill.afterBatches) running.kill('SIGKILL');
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

  const random = createRandom(20261124);
  let kills = 0;
  let most = 0;
  while (kills < KILLS) {
    // Some while it starts, migrates and takes the lock; most while it stores batches.
    const early = kills % 5 === 0;
    const kill = early ? { afterMs: random() * 200 } : { afterBatches: 1 + Math.floor(random() * 12) };
    const { killed, output } = await run(child, disturbed, kill);
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
