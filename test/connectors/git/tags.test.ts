import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Member } from '../../../connectors/contract.ts';
import { git as connector } from '../../../connectors/git/index.ts';
import type { GitSettings } from '../../../connectors/git/settings.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { FIRST, git, scratchRepository } from './scratch.ts';

function pull(path: string, cursor: string | null = null) {
  return drain(connector.streams.tags, pullContext<GitSettings>({ path }), 'acme/web', cursor);
}

async function tagAt(path: string, at: number, args: readonly string[]): Promise<void> {
  await git(path, ['tag', ...args], { GIT_COMMITTER_DATE: `${at} +0000` });
}

test('an annotated tag has its own time, a lightweight one its commit’s, and both the commit’s hash', async () => {
  const scratch = await scratchRepository();
  await scratch.git(['remote', 'add', 'origin', 'git@github.com:acme/web.git']);
  await scratch.write('a.ts', 'one\n');
  const sha = await scratch.commit('first', { at: FIRST });
  await tagAt(scratch.path, FIRST + 100, ['-a', 'v1', '-m', 'The first\n\nbody']);
  await tagAt(scratch.path, FIRST + 200, ['v1-light']);
  await tagAt(scratch.path, FIRST + 300, ['-a', 'nested', '-m', 'of a tag', 'v1']);
  await tagAt(scratch.path, FIRST + 400, ['a-blob', 'HEAD:a.ts']);
  const { records, error } = await pull(scratch.path);
  expect(error).toBeNull();
  const base = { recordType: 'tag', repository: 'acme/web', sha };
  const page = 'https://github.com/acme/web/releases/tag';
  expect(records).toEqual([
    {
      ...base,
      id: 'nested',
      key: 'nested',
      name: 'nested',
      title: 'of a tag',
      url: `${page}/nested`,
      taggedAt: (FIRST + 300) * 1000,
    },
    {
      ...base,
      id: 'v1',
      key: 'v1',
      name: 'v1',
      title: 'The first',
      url: `${page}/v1`,
      taggedAt: (FIRST + 100) * 1000,
    },
    {
      ...base,
      id: 'v1-light',
      key: 'v1-light',
      name: 'v1-light',
      title: null,
      url: `${page}/v1-light`,
      taggedAt: FIRST * 1000,
    },
  ]);
});

test('the next pull brings what is new or moved, and takes back what was deleted', async () => {
  const scratch = await scratchRepository();
  await scratch.commit('first');
  for (const name of ['stays', 'moves', 'goes']) await scratch.git(['tag', name]);
  const first = await pull(scratch.path);
  expect(first.records).toHaveLength(3);
  expect((await pull(scratch.path, first.cursor)).records).toEqual([]);

  const second = await scratch.commit('second');
  await scratch.git(['tag', '-f', 'moves']);
  await scratch.git(['tag', '-d', 'goes']);
  await scratch.git(['tag', 'new']);
  const next = await pull(scratch.path, first.cursor);
  expect(next.records.map((record) => record.id)).toEqual(['moves', 'new']);
  expect(next.records).toMatchObject([{ sha: second }, { sha: second }]);
  expect(next.removed).toEqual([{ recordType: 'tag', id: 'goes' }]);
  expect((await pull(scratch.path, next.cursor)).records).toEqual([]);
});

test('a tag that is moved to what is no commit is taken back, and so is one that went before the settings changed', async () => {
  const scratch = await scratchRepository();
  await scratch.write('a.ts', 'one\n');
  await scratch.commit('first');
  for (const name of ['stays', 'emptied', 'goes']) await scratch.git(['tag', name]);
  const first = await pull(scratch.path);
  await scratch.git(['tag', '-f', 'emptied', 'HEAD:a.ts']);
  const second = await pull(scratch.path, first.cursor);
  expect(second.removed).toEqual([{ recordType: 'tag', id: 'emptied' }]);
  expect(second.records).toEqual([]);
  await scratch.git(['tag', '-d', 'goes']);
  const context = pullContext<GitSettings>(
    { path: scratch.path },
    { storedIds: async () => ['stays', 'goes'] },
  );
  const anew = await drain(connector.streams.tags, context, 'acme/web', null);
  expect(anew.removed).toEqual([{ recordType: 'tag', id: 'goes' }]);
  expect(anew.records.map((record) => record.id)).toEqual(['stays']);
});

async function memberOf(settings: GitSettings): Promise<Member[]> {
  const members: Member[] = [];
  for await (const member of connector.streams.tags?.members(pullContext(settings)) ?? [])
    members.push(member);
  return members;
}

test('the repository is called as the settings say, else as its origin, else as its folder', async () => {
  const scratch = await scratchRepository();
  const { path } = scratch;
  expect(await memberOf({ path })).toEqual([{ id: basename(path), title: basename(path) }]);
  const bare = join(await tempFolder(), 'web.git');
  await git('/', ['init', '-q', '--bare', bare]);
  expect(await memberOf({ path: bare })).toEqual([{ id: 'web', title: 'web' }]);
  await scratch.git(['remote', 'add', 'origin', 'https://github.com/acme/api.git']);
  expect(await memberOf({ path })).toEqual([{ id: 'acme/api', title: 'acme/api' }]);
  expect(await memberOf({ path, repository: 'mine' })).toEqual([{ id: 'mine', title: 'mine' }]);
  const url = 'https://gitlab.example/group/lib.git';
  expect(await memberOf({ url })).toEqual([{ id: 'group/lib', title: 'group/lib' }]);
  expect(await memberOf({ url: 'file:///srv/git/lib.git/' })).toEqual([{ id: 'lib', title: 'lib' }]);
});
