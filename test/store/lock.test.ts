import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { acquireLock, LockHeldError } from '../../src/store/lock.ts';
import { bundleFor } from '../support/bundle.ts';
import { makeTempFolder, type TempFolder, tempFolder } from '../support/temp.ts';

let bundles: TempFolder;
let child: string;

beforeAll(async () => {
  bundles = await makeTempFolder();
  child = await bundleFor(new URL('../support/lock-child.ts', import.meta.url), bundles.path);
});
afterAll(() => bundles.dispose());

async function startChild(path: string, command: string) {
  const running: ChildProcessWithoutNullStreams = spawn(process.execPath, [child, path, command]);
  onTestFinished(() => void running.kill('SIGKILL'));
  const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<string> => (await lines.next()).value ?? '';
  return { running, said };
}

function take(path: string, now = 1000) {
  return acquireLock(path, { command: 'update', now: () => now });
}

function holderOf(path: string) {
  try {
    take(path).release();
    return 'free';
  } catch (error) {
    if (error instanceof LockHeldError) return error.holder;
    throw error;
  }
}

test('a second run in the same process is refused and told who is first; after the release it may go', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  const lock = take(path, Date.UTC(2026, 10, 24, 6, 15));
  const holder = {
    pid: process.pid,
    host: hostname(),
    command: 'update',
    since: Date.UTC(2026, 10, 24, 6, 15),
  };
  expect(holderOf(path)).toEqual(holder);
  expect(() => take(path)).toThrow(/`krsync update` \(process \d+ on .*, since 2026-11-24T06:15:00.000Z\)/);
  lock.release();
  lock.release();
  expect(holderOf(path)).toBe('free');
});

test('another process is refused while one holds the lock, and may go once that has let go', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  const first = await startChild(path, 'sync gh');
  expect(await first.said()).toBe('held');
  expect(holderOf(path)).toMatchObject({ pid: first.running.pid, command: 'sync gh' });
  const second = await startChild(path, 'update');
  expect(await second.said()).toMatch(new RegExp(`^refused: .*"pid":${first.running.pid}`));
  first.running.stdin.write('go\n');
  expect(await first.said()).toBe('released');
  expect(holderOf(path)).toBe('free');
});

test('a holder that is killed holds the lock no longer', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  const { running, said } = await startChild(path, 'update');
  expect(await said()).toBe('held');
  running.kill('SIGKILL');
  await once(running, 'exit');
  expect(holderOf(path)).toBe('free');
});

test('of many that start at once exactly one gets the lock', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  const children = await Promise.all(
    Array.from({ length: 6 }, (_, index) => startChild(path, `run ${index}`)),
  );
  const answers = await Promise.all(children.map(({ said }) => said()));
  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  expect(answers.filter((answer) => answer.startsWith('refused'))).toHaveLength(5);
});

test('a link to the database leads to the same lock', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'krsync.db'), '');
  await symlink(join(folder, 'real'), join(folder, 'folder'));
  await symlink(join(folder, 'real', 'krsync.db'), join(folder, 'link.db'));
  const lock = take(join(folder, 'real', 'krsync.db'));
  expect(holderOf(join(folder, 'folder', 'krsync.db'))).toMatchObject({ pid: process.pid });
  expect(holderOf(join(folder, 'link.db'))).toMatchObject({ pid: process.pid });
  lock.release();
});

test('a missing folder and a damaged lock file are told apart from a held lock', async () => {
  const folder = await tempFolder();
  expect(() => take(join(folder, 'nowhere', 'krsync.db'))).toThrow(/there is no folder .*nowhere/);
  await writeFile(
    join(folder, 'krsync.db-lock'),
    'this is no database, and long enough to be seen as none'.repeat(20),
  );
  expect(() => take(join(folder, 'krsync.db'))).toThrow(/lock file .* is damaged. Delete it/);
});
