import type { Random } from '../random.ts';
import type { ChangedFile } from './model.ts';
import type { Area } from './vocabulary.ts';

const NAMES = [
  'index',
  'form',
  'service',
  'client',
  'view',
  'state',
  'format',
  'validate',
  'routes',
  'errors',
];

/** The files of a change: mostly code and its tests, now and then a lock file or generated code. */
export function changedFiles(random: Random, area: Area): ChangedFile[] {
  // Once in a while somebody runs a codemod; its files do not fit one page of 100.
  if (random.chance(0.006)) return codemod(random, area);
  const lines = Math.min(2_500, Math.max(2, Math.round(random.logNormal(70, 1.1))));
  const count = Math.min(12, 1 + Math.floor(random.logNormal(2, 0.7)));
  const paths = random.shuffle(NAMES).slice(0, count);
  const files = paths.map((name, index) => {
    const path = index % 3 === 2 ? `${area.path}/${name}.test.ts` : `${area.path}/${name}.ts`;
    return split(random, path, Math.max(1, Math.round(lines / paths.length)));
  });
  if (random.chance(0.1)) files.push(lockFile(random));
  if (random.chance(0.05)) files.push(split(random, 'src/generated/api-client.ts', random.int(100, 900)));
  return files;
}

/** What an update of a dependency touches. */
export function dependencyFiles(random: Random): ChangedFile[] {
  return [{ path: 'package.json', status: 'modified', additions: 1, deletions: 1 }, lockFile(random)];
}

function lockFile(random: Random): ChangedFile {
  return {
    path: 'package-lock.json',
    status: 'modified',
    additions: random.int(10, 600),
    deletions: random.int(10, 400),
  };
}

function codemod(random: Random, area: Area): ChangedFile[] {
  return Array.from({ length: random.int(105, 140) }, (_, index) =>
    split(random, `${area.path}/legacy/module-${index + 1}.ts`, random.int(2, 8)),
  );
}

function split(random: Random, path: string, lines: number): ChangedFile {
  const additions = Math.round(lines * (0.4 + 0.6 * random.next()));
  const added = random.chance(0.15);
  return {
    path,
    status: added ? 'added' : 'modified',
    additions: Math.max(1, added ? lines : additions),
    deletions: added ? 0 : lines - additions,
  };
}
