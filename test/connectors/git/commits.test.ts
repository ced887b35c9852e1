import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { git as connector } from '../../../connectors/git/index.ts';
import { nameOf } from '../../../connectors/git/repository.ts';
import type { GitSettings } from '../../../connectors/git/settings.ts';
import type { Commit } from '../../../src/domain/records.ts';
import { drain, type Pulled, pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { addManyCommits, FIRST, git, scratchRepository } from './scratch.ts';

// Git is started many times, which a busy machine makes wait.
vi.setConfig({ testTimeout: 120_000 });

function pull(
  path: string,
  cursor: string | null = null,
  settings: Partial<GitSettings> = {},
  overrides: Partial<PullContext<GitSettings>> = {},
): Promise<Pulled> {
  const context = pullContext<GitSettings>({ path, ...settings }, overrides);
  return drain(connector.streams.commits, context, 'acme/web', cursor);
}

/** A context whose store holds what was pulled. */
function storing(pulled: Pulled): Partial<PullContext<GitSettings>> {
  return { storedIds: async () => pulled.records.map((record) => record.id) };
}

function commitsOf(pulled: Pulled): ReadonlyMap<string, Commit> {
  expect(pulled.error).toBeNull();
  const commits = pulled.records.filter((record) => record.recordType === 'commit');
  return new Map(commits.map((commit) => [commit.title ?? '', commit]));
}

describe('line counts', () => {
  test('are those of git, with none for a merge, a binary file and a rename', async () => {
    const scratch = await scratchRepository();
    await scratch.write('a.ts', 'one\ntwo\nthree\nfour\nfive\nsix\n');
    await scratch.commit('first');
    await scratch.git(['checkout', '-q', '-b', 'side']);
    await scratch.write('b.ts', 'one\ntwo\n');
    await scratch.write('image.png', new Uint8Array([0, 1, 2, 0, 255]));
    await scratch.commit('side');
    await scratch.git(['checkout', '-q', 'main']);
    await scratch.git(['mv', 'a.ts', 'odd "name"\tof é.ts']);
    await scratch.commit('rename');
    await scratch.git(['merge', '-q', '--no-ff', '-m', 'merge', 'side']);
    await scratch.write('odd "name"\tof é.ts', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n');
    await scratch.git(['mv', 'odd "name"\tof é.ts', 'c.ts']);
    await scratch.commit('rename and edit');

    const commits = commitsOf(await pull(scratch.path));
    const counts = [...commits.values()].map((c) => [
      c.title,
      c.merge,
      c.additions,
      c.deletions,
      c.lineImpact,
    ]);
    expect(counts.sort()).toEqual([
      ['first', false, 6, 0, 6],
      ['merge', true, 0, 0, 0],
      ['rename and edit', false, 1, 0, 1],
      ['rename', false, 0, 0, 0],
      ['side', false, 2, 0, 2],
    ]);
  });

  test('leave lock files out of the impact alone', async () => {
    const scratch = await scratchRepository();
    await scratch.write('src/a.ts', 'one\ntwo\n');
    await scratch.write('package-lock.json', '{\n}\n');
    await scratch.write('packages/x/yarn.lock', 'a\nb\nc\n');
    await scratch.commit('first');
    await scratch.git(['mv', 'src/a.ts', 'package-lock.json', 'packages/x/']);
    await scratch.write('packages/x/package-lock.json', '{\n  "a": 1\n}\n');
    await scratch.commit('renamed into a lock file');
    const commits = commitsOf(await pull(scratch.path));
    expect(commits.get('first')).toMatchObject({ additions: 7, deletions: 0, lineImpact: 2 });
    expect(commits.get('renamed into a lock file')?.lineImpact).toBe(0);
  });

  test('follow what .gitattributes says is generated, vendored, or neither', async () => {
    const scratch = await scratchRepository();
    await scratch.write(
      '.gitattributes',
      [
        '# a comment',
        '*.gen.ts linguist-generated',
        'api/** linguist-generated=true',
        'api/own.ts -linguist-generated',
        '/third/*.ts linguist-vendored text=auto',
        'yarn.lock linguist-generated=false',
        '',
      ].join('\n'),
    );
    await scratch.commit('attributes');
    for (const name of ['src/a.gen.ts', 'api/deep/b.ts', 'third/c.ts']) await scratch.write(name, 'one\n');
    await scratch.commit('left out');
    for (const name of ['api/own.ts', 'third/deep/c.ts', 'lib/yarn.lock']) await scratch.write(name, 'one\n');
    await scratch.commit('counted');
    const commits = commitsOf(await pull(scratch.path));
    expect(commits.get('left out')).toMatchObject({ additions: 3, lineImpact: 0 });
    expect(commits.get('counted')).toMatchObject({ additions: 3, lineImpact: 3 });
  });

  test("do not depend on the repository's own configuration of diffs and logs", async () => {
    const scratch = await scratchRepository();
    await scratch.write('a.ts', 'a\nb\nc\n');
    await scratch.write('deep/b.ts', 'a\n');
    await scratch.commit('first');
    // What is checked out is not what is read.
    await scratch.write('names', 'Someone Else <ana@acme.dev>\n');
    await scratch.write('.mailmap', 'Someone Else <ana@acme.dev>\n');
    await scratch.write('attributes', '*.ts binary\n');
    await scratch.write('.gitattributes', '*.ts binary\n');
    await scratch.git(['mv', 'a.ts', 'z.ts']);
    await scratch.git(['commit', '-q', '-m', 'rename']);
    for (const [name, value] of [
      ['diff.renames', 'false'],
      ['diff.relative', 'true'],
      ['mailmap.file', join(scratch.path, 'names')],
      ['core.attributesFile', join(scratch.path, 'attributes')],
      ['diff.external', 'false'],
      ['log.showRoot', 'false'],
      ['log.showSignature', 'true'],
      ['color.ui', 'always'],
    ] as const) {
      await scratch.git(['config', name, value]);
    }
    const commits = commitsOf(await pull(join(scratch.path, 'deep')));
    expect(commits.get('first')).toMatchObject({ author: 'Ana', additions: 4, lineImpact: 4 });
    expect(commits.get('rename')).toMatchObject({ additions: 0, deletions: 0 });
  });
});

describe('a commit', () => {
  test('keeps its author, both its times and the page of its origin', async () => {
    const scratch = await scratchRepository();
    await scratch.git(['remote', 'add', 'origin', 'https://ana:s3cret@github.com/acme/web.git']);
    await scratch.write('.mailmap', 'Ben Real <ben@acme.dev> <ben@home.example>\n');
    const sha = await scratch.commit('feat: ünïcode\n\nA body.', {
      at: FIRST + 100,
      authoredAt: FIRST,
      author: 'ben <ben@home.example>',
    });
    const pulled = await pull(scratch.path);
    expect(pulled.error).toBeNull();
    expect(pulled.records).toEqual([
      {
        recordType: 'commit',
        id: sha,
        key: sha,
        title: 'feat: ünïcode',
        url: `https://github.com/acme/web/commit/${sha}`,
        repository: 'acme/web',
        sha,
        author: 'Ben Real',
        authorEmail: 'ben@acme.dev',
        bot: false,
        authoredAt: FIRST * 1000,
        committedAt: (FIRST + 100) * 1000,
        parents: [],
        merge: false,
        coAuthors: [],
        additions: 1,
        deletions: 0,
        lineImpact: 1,
      },
    ]);
  });

  test('names its co-authors as .mailmap does, without its author and automations', async () => {
    const scratch = await scratchRepository();
    await scratch.write(
      '.mailmap',
      'Ben Real <ben@acme.dev> <ben@home.example>\nAna <ana@acme.dev> <ana@home.example>\n',
    );
    const trailers = [
      'Co-authored-by: ben <ben@home.example>',
      'Co-Authored-By: Ben <BEN@acme.dev>',
      'co-authored-by: Eva Ünal <eva@acme.dev>',
      'Co-authored-by: me <ana@home.example>',
      'Co-authored-by: dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>',
      'Co-authored-by: Claude <noreply@anthropic.com>',
      'Co-authored-by: nobody in particular',
      'Signed-off-by: Zoe <zoe@acme.dev>',
    ];
    await scratch.commit(`feat: paired\n\nA body.\n\n${trailers.join('\n')}`);
    await scratch.commit('alone\n\nCo-authored-by: Zoe <zoe@acme.dev>\n\nThat was no trailer.');
    const commits = commitsOf(await pull(scratch.path));
    expect(commits.get('feat: paired')?.coAuthors).toEqual(['Ben Real', 'Eva Ünal']);
    expect(commits.get('alone')?.coAuthors).toEqual([]);
  });

  test('knows its parents, the first one first', async () => {
    const scratch = await scratchRepository();
    const base = await scratch.commit('base');
    await scratch.git(['checkout', '-q', '-b', 'side']);
    const side = await scratch.commit('side');
    await scratch.git(['checkout', '-q', 'main']);
    const main = await scratch.commit('main');
    await scratch.git(['merge', '-q', '--no-ff', '-m', 'merge', 'side']);
    const commits = commitsOf(await pull(scratch.path));
    expect(commits.get('merge')).toMatchObject({ parents: [main, side], merge: true });
    expect(commits.get('side')).toMatchObject({ parents: [base], merge: false });
  });

  test('is a bot by its name, its address or the settings', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('app', {
      author: 'dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>',
    });
    await scratch.commit('renamed app', { author: 'Updates <1+renovate[bot]@users.noreply.github.com>' });
    await scratch.commit('plain name', { author: 'Renovate Bot <bot@renovateapp.com>' });
    await scratch.commit('own', { author: 'Release Train <train@acme.dev>' });
    await scratch.commit('person', { author: 'Bot Willems <bot@acme.dev>' });
    const commits = commitsOf(await pull(scratch.path, null, { bots: ['Train@acme.dev'] }));
    expect(Object.fromEntries([...commits].map(([title, commit]) => [title, commit.bot]))).toEqual({
      app: true,
      'renamed app': true,
      'plain name': true,
      own: true,
      person: false,
    });
  });
});

describe('since', () => {
  test('is judged by the time of the commit, and a wrong clock hides nothing behind it', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('too old', { at: FIRST - 1 });
    await scratch.commit('just in time', { at: FIRST, authoredAt: FIRST - 9999 });
    await scratch.commit('wrong clock', { at: FIRST - 86_400 });
    await scratch.commit('newest', { at: FIRST + 60 });
    const commits = commitsOf(await pull(scratch.path, null, {}, { start: FIRST * 1000 }));
    expect([...commits.keys()].sort()).toEqual(['just in time', 'newest']);
  });
});

describe('the next pull', () => {
  test('of an unchanged clone brings nothing', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('first');
    const first = await pull(scratch.path);
    const second = await pull(scratch.path, first.cursor);
    expect(second.error).toBeNull();
    expect(second.batches).toEqual([{ records: [], cursor: null, coveredFrom: 0 }]);
  });

  test('brings the new commits alone, those of a merged old branch among them', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('base');
    await scratch.git(['checkout', '-q', '-b', 'old']);
    await scratch.commit('on the branch');
    await scratch.git(['checkout', '-q', 'main']);
    await scratch.commit('second');
    const first = await pull(scratch.path);
    await scratch.git(['merge', '-q', '--no-ff', '-m', 'merge', 'old']);
    const next = await pull(scratch.path, first.cursor);
    expect([...commitsOf(next).keys()].sort()).toEqual(['merge', 'on the branch']);
  });

  test('after a force push takes back what the branch has left and reads it anew', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('base');
    const lost = [await scratch.commit('lost 1'), await scratch.commit('lost 2')];
    const first = await pull(scratch.path);
    await scratch.git(['reset', '-q', '--hard', 'HEAD~2']);
    await scratch.commit('instead');
    const next = await pull(scratch.path, first.cursor, {}, storing(first));
    expect([...commitsOf(next).keys()].sort()).toEqual(['base', 'instead']);
    expect(next.removed.map((ref) => ref.id).sort()).toEqual(lost.sort());
  });

  test('after a force push whose old commits are gone from the clone takes them back all the same', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('base');
    const lost = await scratch.commit('lost');
    const first = await pull(scratch.path);
    await scratch.git(['reset', '-q', '--hard', 'HEAD~1']);
    await scratch.git(['reflog', 'expire', '--expire=now', '--all']);
    await scratch.git(['gc', '-q', '--prune=now']);
    await expect(scratch.git(['cat-file', '-e', lost])).rejects.toThrow();
    const next = await pull(scratch.path, first.cursor, {}, storing(first));
    expect(next.removed).toEqual([{ recordType: 'commit', id: lost }]);
  });

  test('after a change of the settings takes back what another branch had brought', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('base');
    await scratch.git(['checkout', '-q', '-b', 'next']);
    const other = await scratch.commit('on next');
    const first = await pull(scratch.path, null, { branch: 'next' });
    const anew = await pull(scratch.path, null, { branch: 'main' }, storing(first));
    expect([...commitsOf(anew).keys()]).toEqual(['base']);
    expect(anew.removed).toEqual([{ recordType: 'commit', id: other }]);
  });

  test('reads all anew when .mailmap or any .gitattributes says something else', async () => {
    const scratch = await scratchRepository();
    await scratch.write('api/a.ts', 'one\n');
    await scratch.commit('first');
    const first = await pull(scratch.path);
    await scratch.write('api/.gitattributes', '* linguist-generated\n');
    await scratch.commit('generated');
    const second = await pull(scratch.path, first.cursor);
    expect(commitsOf(second).get('first')).toMatchObject({ author: 'Ana', lineImpact: 0 });
    await scratch.write('.mailmap', 'Ana Real <ana@acme.dev>\n');
    await scratch.commit('named');
    const third = await pull(scratch.path, second.cursor);
    expect(commitsOf(third).get('first')).toMatchObject({ author: 'Ana Real' });
    await scratch.commit('neither');
    expect([...commitsOf(await pull(scratch.path, third.cursor)).keys()]).toEqual(['neither']);
  });

  test('goes on where one that was killed stopped, and takes in what came meanwhile', async () => {
    const scratch = await scratchRepository();
    await addManyCommits(scratch, 2100);
    const whole = await pull(scratch.path);
    expect(whole.records).toHaveLength(2100);
    expect(whole.batches.map((batch) => batch.records.length)).toEqual([1000, 1000, 100, 0]);
    expect(whole.batches[2]?.total).toBe(2100);

    await scratch.git(['reset', '-q', '--hard']);
    await scratch.commit('came meanwhile', { at: FIRST + 2200 * 60 });
    const rest = await pull(scratch.path, whole.batches[0]?.cursor ?? null);
    expect(rest.error).toBeNull();
    expect(rest.records).toHaveLength(1101);
    const all = [...(whole.batches[0]?.records ?? []), ...rest.records];
    expect(new Set(all.map((record) => record.id)).size).toBe(2101);
    expect((await pull(scratch.path, rest.cursor)).records).toEqual([]);
  });

  test('goes back to the start when the branch was rewritten under a pull that was killed', async () => {
    const scratch = await scratchRepository();
    await addManyCommits(scratch, 1200);
    const whole = await pull(scratch.path);
    await scratch.git(['reset', '-q', '--hard', 'main~1']);
    const kept = (await scratch.git(['rev-list', 'HEAD'])).split('\n');
    const next = await pull(scratch.path, whole.batches[0]?.cursor ?? null, {}, storing(whole));
    expect(next.error).toBeNull();
    expect(next.removed.map((ref) => ref.id)).toEqual([whole.records[0]?.id]);
    expect(next.records.map((record) => record.id)).toEqual(kept);
  });
});

describe('the branch', () => {
  test("is the origin's default, whatever is checked out", async () => {
    const origin = await scratchRepository();
    await origin.commit('on main');
    const folder = await tempFolder();
    await git(folder, ['clone', '-q', origin.path, 'web']);
    const path = join(folder, 'web');
    await git(path, ['checkout', '-q', '-b', 'mine']);
    await git(path, ['commit', '-q', '--allow-empty', '-m', 'mine']);
    expect([...commitsOf(await pull(path)).keys()]).toEqual(['on main']);
    expect([...commitsOf(await pull(path, null, { branch: 'mine' })).keys()].sort()).toEqual([
      'mine',
      'on main',
    ]);
  });

  test('of a linked work tree is the one that is checked out there', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('on main');
    const folder = join(await tempFolder(), 'linked');
    await scratch.git(['worktree', 'add', '-q', '-b', 'side', folder]);
    await git(folder, ['commit', '-q', '--allow-empty', '-m', 'on side']);
    expect([...commitsOf(await pull(folder)).keys()].sort()).toEqual(['on main', 'on side']);
    expect([...commitsOf(await pull(scratch.path)).keys()]).toEqual(['on main']);
    expect(await nameOf(pullContext<GitSettings>({ path: folder }))).toBe('scratch');
  });

  test('is HEAD in a bare repository', async () => {
    const origin = await scratchRepository();
    await origin.commit('on main');
    const folder = await tempFolder();
    await git(folder, ['init', '-q', '--bare', 'web.git']);
    await git(origin.path, ['push', '-q', join(folder, 'web.git'), 'main']);
    await git(join(folder, 'web.git'), ['symbolic-ref', 'HEAD', 'refs/heads/main']);
    expect([...commitsOf(await pull(join(folder, 'web.git'))).keys()]).toEqual(['on main']);
  });

  test('is not another repository for the variables that git sets inside a hook', async () => {
    const other = await scratchRepository();
    await other.commit('other');
    const scratch = await scratchRepository();
    await scratch.commit('mine');
    vi.stubEnv('GIT_DIR', join(other.path, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other.path);
    try {
      expect([...commitsOf(await pull(scratch.path)).keys()]).toEqual(['mine']);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('a fault', () => {
  test.each([
    ['a folder that is no repository', 'plain', undefined, 'input', 'is not a git repository'],
    ['a folder that is not there', 'nowhere', undefined, 'not_found', 'There is no folder'],
    ['a repository without a commit', 'empty', undefined, 'input', 'has no commit to read'],
    ['an unknown branch', 'full', 'nope', 'not_found', 'has no branch nope'],
  ])('of %s names itself and its remedy', async (_, folder, branch, code, message) => {
    const root = await tempFolder();
    await git(root, ['init', '-q', '-b', 'main', 'empty']);
    await git(root, ['init', '-q', '-b', 'main', 'full']);
    await git(join(root, 'full'), ['commit', '-q', '--allow-empty', '-m', 'first']);
    const path = folder === 'plain' ? root : join(root, folder);
    const context = pullContext<GitSettings>(branch ? { path, branch } : { path });
    for (const error of [
      (await drain(connector.streams.commits, context, 'acme/web')).error,
      await connector.check(context).catch((caught: unknown) => caught),
    ]) {
      expect(error).toMatchObject({
        name: 'ConnectorError',
        code,
        message: expect.stringContaining(message),
      });
      expect(error).toHaveProperty('endpoint', expect.stringContaining(path));
      expect(error).toHaveProperty('remedy', expect.stringMatching(/\w/));
    }
  });

  test('of a branch that is unknown says which there are', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('first');
    const { error } = await pull(scratch.path, null, { branch: 'master' });
    expect(error).toHaveProperty('remedy', expect.stringContaining('there are main'));
  });

  test('of a machine without git says so', async () => {
    const scratch = await scratchRepository();
    await scratch.commit('first');
    vi.stubEnv('PATH', scratch.path);
    try {
      const { error } = await pull(scratch.path);
      expect(error).toMatchObject({ code: 'not_found', message: 'git is not installed.' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('of a clone that lacks objects says so', async () => {
    const scratch = await scratchRepository();
    await scratch.write('a.ts', 'one\n');
    await scratch.commit('first');
    await scratch.write('a.ts', 'two\n');
    await scratch.commit('second');
    const blob = await scratch.git(['rev-parse', 'HEAD~1:a.ts']);
    await rm(join(scratch.path, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const { error } = await pull(scratch.path);
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('Objects are missing') });
  });
});

test('a pull that is stopped ends at once with nothing running', async () => {
  const scratch = await scratchRepository();
  await addManyCommits(scratch, 2100);
  const stop = new AbortController();
  const context = pullContext<GitSettings>({ path: scratch.path }, { signal: stop.signal });
  const pulling = connector.streams.commits?.pull(context, 'acme/web', null)[Symbol.asyncIterator]();
  await pulling?.next();
  stop.abort();
  await expect(
    (async () => {
      while (!(await pulling?.next())?.done);
    })(),
  ).rejects.toMatchObject({ code: 'aborted' });
});
