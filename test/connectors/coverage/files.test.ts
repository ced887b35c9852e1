import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { findFiles, readChunks, readText } from '../../../connectors/files.ts';
import { tempFolder } from '../../support/temp.ts';

const signal = new AbortController().signal;

async function folderWith(...files: string[]): Promise<string> {
  const folder = join(await tempFolder(), 'a [folder] (with) {signs}');
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  return folder;
}

test.each([
  ['a.json', ['a.json']],
  ['*.json', ['a.json', 'b.json']],
  ['{a,c}.*', ['a.json', 'c.txt']],
  ['*/*.json', ['one/d.json']],
  ['**/*.json', ['a.json', 'b.json', 'one/d.json', 'one/two/e.json']],
  ['one/**', ['one/d.json', 'one/two/e.json']],
  ['.lighthouseci/lhr-*.json', ['.lighthouseci/lhr-1.json']],
  ['.*/lhr-*.json', ['.lighthouseci/lhr-1.json']],
  ['node_modules/*/f.json', ['node_modules/x/f.json']],
  ['odd[1].json', ['odd[1].json']],
])('%s finds %j, and what is hidden or installed only when it is named', async (pattern, expected) => {
  const folder = await folderWith(
    'b.json',
    'a.json',
    'c.txt',
    'odd[1].json.txt',
    'one/d.json',
    'one/two/e.json',
    '.lighthouseci/lhr-1.json',
    'node_modules/x/f.json',
    ...(pattern.startsWith('odd') ? ['odd[1].json'] : []),
  );
  for (const given of [pattern, join(folder, pattern)]) {
    const found = await findFiles(given, folder, signal);
    expect(found.map((file) => relative(folder, file))).toEqual(expected);
  }
});

test('a pattern may lead out of the folder, and links to folders are not followed in circles', async () => {
  const folder = await folderWith('reports/a.json', 'config/krsync.yaml');
  await symlink(folder, join(folder, 'reports/circle'));
  await symlink(join(folder, 'reports/a.json'), join(folder, 'reports/link.json'));
  const found = await findFiles('../reports/**/*.json', join(folder, 'config'), signal);
  expect(found.map((file) => relative(folder, file))).toEqual(['reports/a.json', 'reports/link.json']);
});

test('a file that is larger than the bound is refused', async () => {
  const folder = await folderWith('large.json');
  const file = join(folder, 'large.json');
  await writeFile(file, 'x'.repeat(2_000_000));
  await expect(readText(file, 1_000_000, signal)).rejects.toMatchObject({ code: 'input', endpoint: file });
  const read = async () => {
    for await (const _ of readChunks(file, 1_000_000, signal));
  };
  await expect(read()).rejects.toMatchObject({ code: 'input', message: 'The file is larger than 1 MB.' });
  await expect(readText(join(folder, 'gone'), 10, signal)).rejects.toMatchObject({ code: 'not_found' });
});
