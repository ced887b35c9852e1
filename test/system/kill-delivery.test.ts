import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../src/report/message.ts';
import { bundleFor } from '../support/bundle.ts';
import { startJsonServer } from '../support/json-server.ts';
import { createRandom } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';

const KILLS = 200;
/** Of a run that records and delivers one message: before and after it records, counts the attempt, sends and marks. */
const STEPS = 8;

type Kill = { readonly atStep: number } | { readonly afterMs: number };

test(`killed at ${KILLS} moments between and inside the steps of delivery, every message arrives, and a repeat carries the same idempotency key`, async () => {
  const folder = await tempFolder();
  const child = await bundleFor(new URL('../support/delivery-child.ts', import.meta.url), folder);
  const server = await startJsonServer(() => ({ body: {} }));
  onTestFinished(() => server.close());
  const random = createRandom(20261125);
  let kills = 0;
  const killedAt = new Map<number, number>();

  async function run(path: string, kill?: Kill): Promise<string> {
    const step = kill && 'atStep' in kill ? kill.atStep : 0;
    const running = spawn(process.execPath, [child, path, server.url, String(step)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    running.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      if (kill && 'afterMs' in kill && output === 'ready\n')
        setTimeout(() => running.kill('SIGKILL'), kill.afterMs);
    });
    const [, signal] = (await once(running, 'close')) as [number | null, string | null];
    if (signal === 'SIGKILL') {
      kills += 1;
      if (step > 0) killedAt.set(step, (killedAt.get(step) ?? 0) + 1);
    } else expect(output).toContain('done');
    return output;
  }

  // Two at a time, each into a database of its own: the machine has two cores.
  async function lane(name: string): Promise<string> {
    const path = join(folder, `${name}.db`);
    for (let i = 0; kills < KILLS; i += 1) {
      const atStep = 1 + Math.floor(random() * STEPS);
      await run(path, i % 4 === 3 ? { afterMs: random() * 20 } : { atStep });
    }
    // The last failures are waited for no longer than the first: a minute, which a test need not.
    const db = new Database(path);
    db.prepare('UPDATE messages SET next_attempt_at = 0').run();
    db.close();
    await run(path);
    return path;
  }

  const paths = await Promise.all([lane('one'), lane('two')]);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  expect([...killedAt.keys()].sort()).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));

  const received = server.requests.map(({ headers, body }) => ({
    key: headers['idempotency-key'],
    message: body as Message,
  }));
  for (const { key, message } of received) expect(key).toBe(message.id);
  let sent = 0;
  for (const path of paths) {
    const db = new Database(path, { readonly: true });
    const expected = db
      .prepare(`SELECT 'message of check-in ' || id || ' in ' || ? FROM check_ins`)
      .pluck()
      .all(basename(path));
    expect(expected.length).toBeGreaterThan(50);
    const states = db.prepare('SELECT state, count(*) AS count FROM messages GROUP BY state').all();
    expect(states).toEqual([{ state: 'sent', count: expected.length }]);
    const keys = new Set(received.map(({ key }) => key));
    expect(expected.filter((id) => !keys.has(String(id)))).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    sent += expected.length;
    db.close();
  }
  expect(received.length, 'some were killed between sending and marking').toBeGreaterThan(sent);
}, 900_000);
