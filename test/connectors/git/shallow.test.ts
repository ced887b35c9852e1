import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { git as connector } from '../../../connectors/git/index.ts';
import type { GitSettings } from '../../../connectors/git/settings.ts';
import type { Commit } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { FIRST, git, type Scratch, scratchRepository } from './scratch.ts';

vi.setConfig({ testTimeout: 120_000 });

const HOUR = 3600;

/** Commits `1` to `count`, an hour apart from FIRST on. */
async function grow(scratch: Scratch, from: number, to: number): Promise<void> {
  for (let each = from; each <= to; each++) {
    await scratch.write('a.ts', 'line\n'.repeat(each));
    await scratch.commit(String(each), { at: FIRST + each * HOUR });
  }
}

async function clone(origin: Scratch, depth: number): Promise<string> {
  const path = join(await tempFolder(), 'shallow');
  await git(origin.path, ['clone', '-q', '--depth', String(depth), `file://${origin.path}`, path]);
  return path;
}

function pull(path: string, cursor: string | null = null, stream: 'commits' | 'tags' = 'commits') {
  return drain(connector.streams[stream], pullContext<GitSettings>({ path }), 'acme/web', cursor);
}

function summary(pulled: Pulled): { titles: string[]; from: number | undefined; removed: number } {
  expect(pulled.error).toBeNull();
  const commits = pulled.records.filter((record): record is Commit => record.recordType === 'commit');
  const from = pulled.batches.at(-1)?.coveredFrom;
  return {
    titles: commits.map((commit) => commit.title ?? '').sort(),
    from: from === undefined ? from : (from / 1000 - FIRST) / HOUR,
    removed: pulled.removed.length,
  };
}

/** Just after the commit at the cut, whose lines are not known. */
const after = (commit: number) => commit + 1 / HOUR;

test('a shallow clone is told of, its cut-off commit did not write everything, and it is complete only from there on', async () => {
  const origin = await scratchRepository();
  await grow(origin, 1, 5);
  const path = await clone(origin, 3);
  const context = pullContext<GitSettings>({ path });
  const first = await drain(connector.streams.commits, context, 'acme/web');
  expect(summary(first)).toEqual({ titles: ['4', '5'], from: after(3), removed: 0 });
  expect(context.warnings.join()).toContain('git fetch --unshallow');
  const checked = pullContext<GitSettings>({ path });
  await connector.check(checked);
  expect(checked.warnings.join()).toContain('shallow');

  // What is said once holds for later pulls that bring nothing, or more of the newest.
  expect(summary(await pull(path, first.cursor))).toEqual({ titles: [], from: after(3), removed: 0 });
  await grow(origin, 6, 6);
  await git(path, ['pull', '-q']);
  const next = await pull(path, first.cursor);
  expect(summary(next)).toEqual({ titles: ['6'], from: after(3), removed: 0 });

  await git(path, ['fetch', '-q', '--deepen', '1']);
  const deeper = await pull(path, next.cursor);
  expect(summary(deeper)).toMatchObject({ titles: ['3', '4', '5', '6'], from: after(2) });
  await git(path, ['fetch', '-q', '--unshallow']);
  const whole = await pull(path, deeper.cursor);
  expect(summary(whole).titles).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(whole.batches.at(-1)?.coveredFrom).toBe(0);
});

test('a clone that a job makes anew each time keeps what it covered while it meets the last one, and begins again where it does not', async () => {
  const origin = await scratchRepository();
  await grow(origin, 1, 4);
  const first = await pull(await clone(origin, 3));
  expect(summary(first)).toMatchObject({ titles: ['3', '4'], from: after(2) });
  await grow(origin, 5, 6);
  const second = await pull(await clone(origin, 4), first.cursor);
  expect(summary(second)).toEqual({ titles: ['4', '5', '6'], from: after(2), removed: 0 });
  await grow(origin, 7, 12);
  const third = await pull(await clone(origin, 3), second.cursor);
  expect(summary(third)).toEqual({ titles: ['11', '12'], from: after(10), removed: 0 });
});

test('a rewritten branch takes back what the shallow clone still shows, and nothing that may lie behind its cut', async () => {
  const origin = await scratchRepository();
  await grow(origin, 1, 5);
  const path = await clone(origin, 3);
  const first = await pull(path);
  await origin.git(['reset', '-q', '--hard', 'HEAD~1']);
  await origin.commit('instead', { at: FIRST + 6 * HOUR });
  await git(path, ['fetch', '-q']);
  const rewritten = await pull(path, first.cursor);
  expect(summary(rewritten)).toEqual({ titles: ['4', 'instead'], from: after(3), removed: 1 });

  const anew = await clone(origin, 2);
  const context = pullContext<GitSettings>({ path: anew }, { storedIds: async () => ['a'.repeat(40)] });
  const unrelated = await drain(connector.streams.commits, context, 'acme/web', first.cursor);
  expect(summary(unrelated).removed).toBe(0);
  expect(context.warnings.join()).toContain('stay counted');
});

test('tags of a shallow clone are complete from the cut on, and those behind it are not taken for deleted', async () => {
  const origin = await scratchRepository();
  await grow(origin, 1, 3);
  await origin.git(['tag', 'old', 'HEAD~2']);
  await origin.git(['tag', 'new']);
  const first = await pull(origin.path, null, 'tags');
  expect(first.records.map((record) => record.id)).toEqual(['new', 'old']);
  expect(first.batches.at(-1)?.coveredFrom).toBe(0);
  const second = await pull(await clone(origin, 2), first.cursor, 'tags');
  expect(second.removed).toEqual([]);
  expect(second.batches.at(-1)?.coveredFrom).toBe((FIRST + 2 * HOUR + 1) * 1000);
});
