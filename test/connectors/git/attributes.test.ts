import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeReader } from '../../../connectors/git/attributes.ts';
import { git, scratchRepository } from './scratch.ts';

const NAMES = ['linguist-generated', 'linguist-vendored', 'diff'];

/** What git itself says of each path, unspecified ones left out. */
async function ask(path: string, paths: readonly string[]): Promise<Map<string, string[]>> {
  const answer = await git(path, ['check-attr', '--stdin', '-z', ...NAMES], {}, `${paths.join('\0')}\0`);
  const said = new Map<string, string[]>(paths.map((each) => [each, []]));
  const fields = answer.split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name = '', attribute = '', value = ''] = fields.slice(at, at + 3);
    if (value !== 'unspecified') said.get(name)?.push(`${attribute}=${value}`);
  }
  return said;
}

function read(files: Readonly<Record<string, string>>, paths: readonly string[]): Map<string, string[]> {
  const reader = attributeReader(Object.entries(files).map(([folder, text]) => ({ folder, text })));
  const word = (state: unknown) => (state === true ? 'set' : state === false ? 'unset' : String(state));
  return new Map(
    paths.map((path) => {
      const states = reader.of(path);
      const known = NAMES.filter((name) => (states.get(name) ?? null) !== null);
      return [path, known.map((name) => `${name}=${word(states.get(name))}`)];
    }),
  );
}

async function expectAsGit(files: Readonly<Record<string, string>>, paths: readonly string[]): Promise<void> {
  const scratch = await scratchRepository();
  for (const [folder, text] of Object.entries(files)) {
    await scratch.write(`${folder === '' ? '' : `${folder}/`}.gitattributes`, text);
  }
  const expected = await ask(scratch.path, paths);
  const differing = [...read(files, paths)].flatMap(([path, said]) => {
    const folder = path.slice(0, path.indexOf('/'));
    const git = expected.get(path) ?? [];
    return said.join() === git.join() ? [] : [{ path, pattern: files[folder], said, git }];
  });
  expect(differing).toEqual([]);
}

test('attributes of nested files, macros, quotes and denials are read as git reads them', async () => {
  const files = {
    '': [
      '# a comment',
      '[attr]made linguist-generated -diff',
      '[attr]theirs linguist-vendored=true',
      '*.gen.ts made',
      '/third/** theirs',
      '*.svg binary',
      '*.svg !diff',
      'docs/ linguist-vendored',
      '"odd name.ts" linguist-generated',
      '"\\303\\251.ts" linguist-generated',
      '\ttab.ts\tlinguist-generated=false  -linguist-vendored',
      '!never.ts linguist-generated',
      'own.ts -made',
      'both.ts linguist-generated -linguist-generated',
    ].join('\r\n'),
    api: '* linguist-generated\n/own.ts -linguist-generated\n[attr]made linguist-vendored\nx.ts made\n',
    'api/deep': '*.ts !linguist-generated\nsub/*.ts linguist-vendored\n',
  };
  const names = [
    'a.gen.ts',
    'own.ts',
    'b.svg',
    'x.ts',
    'odd name.ts',
    'é.ts',
    'tab.ts',
    'never.ts',
    'both.ts',
  ];
  const folders = ['', 'third/', 'third/deep/', 'docs/', 'api/', 'api/deep/', 'api/deep/sub/', 'apis/'];
  await expectAsGit(
    files,
    folders.flatMap((folder) => names.map((name) => folder + name)),
  );
});

test('any pattern matches what it matches to git', async () => {
  const part = fc.constantFrom(
    '*',
    '**',
    '?',
    'a',
    'b',
    '[ab]',
    '[!a]',
    '[a-c]',
    '[]a]',
    '[[:digit:]]',
    '\\*',
    '.',
    '{a,b}',
    '+(a)',
    '[a',
    '/',
    '/',
    '**/',
    '/**',
  );
  const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  const segment = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '.', '*', '1', '{', '+', '-'),
    minLength: 1,
    maxLength: 3,
  });
  const path = fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .filter((parts) => parts.every((each) => each !== '.' && each !== '..' && each !== '.git'))
    .map((parts) => parts.join('/'));
  const patterns = fc.sample(pattern, { numRuns: 150, seed: 7 });
  const paths = [...new Set(fc.sample(path, { numRuns: 150, seed: 7 }))];
  const usable = patterns.filter((each) => !each.includes('//'));
  // Each pattern gives a value of its own to one folder, so that one question of git's answers them all.
  const files = Object.fromEntries(usable.map((each, index) => [`p${index}`, `${each} diff=seen\n`]));
  const asked = usable.flatMap((_, index) => paths.map((each) => `p${index}/${each}`));
  await expectAsGit(files, asked);
}, 60_000);
