import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRandom, type Random } from '../src/demo/random.ts';
import type { Bench } from './measure.ts';

const FILES = 800;
/** 2015-01-01T00:00:00Z; a commit every half hour from there. */
const FIRST = 1_420_070_400;
const PACE = 1800;

const PEOPLE = Array.from({ length: 40 }, (_, index) => `Person ${index} <person${index}@acme.dev>`);
const BOT = 'dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>';

/** The text of one file, changed a few lines at a time. */
interface Source {
  readonly path: string;
  readonly lines: string[];
}

/**
 * A bare repository as a team leaves it: commits of one to four files of some 100 lines in a tree of 800, every 25th a
 * merge, lock files, automations, co-authors, a .mailmap and .gitattributes. The same for the same count.
 */
export async function makeHistory(bench: Bench, folder: string, commits: number): Promise<void> {
  const { signal } = bench;
  const init = spawn('git', ['init', '--quiet', '--bare', '-b', 'main', folder], {
    signal,
    stdio: 'inherit',
  });
  await ended(init);
  const importer = spawn('git', ['-C', folder, 'fast-import', '--quiet', '--done'], {
    signal,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const done = ended(importer);
  done.catch(() => undefined);
  for (const piece of history(commits)) {
    if (!importer.stdin.write(piece)) await Promise.race([once(importer.stdin, 'drain'), done]);
  }
  importer.stdin.end('done\n');
  await done;
}

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

function* history(commits: number): Generator<string> {
  const random = createRandom(2026);
  const sources = Array.from({ length: FILES }, (_, index) => newSource(index, random));
  const lock: Source = { path: 'package-lock.json', lines: [] };
  yield commit({
    number: 1,
    author: PEOPLE[0] ?? '',
    message: 'chore: begin',
    files: [
      { path: '.mailmap', lines: ['Person One <person1@acme.dev> <person2@acme.dev>'] },
      { path: '.gitattributes', lines: ['src/area-3/** linguist-generated', '*.svg -diff'] },
      { path: 'src/area-4/.gitattributes', lines: ['*.ts linguist-vendored'] },
    ],
  });
  for (let number = 2; number <= commits; number++) {
    const merges = number > 60 && number % 25 === 0;
    const author = random.chance(0.05) ? BOT : random.pick(PEOPLE);
    const files = author === BOT ? [lock] : some(sources, random);
    if (!merges) for (const file of files) edit(file, random);
    const coAuthor = random.chance(0.1) ? `\n\nCo-authored-by: ${random.pick(PEOPLE)}` : '';
    yield commit({
      number,
      author,
      message: `feat: change ${number} of the product in some respect that matters (#${number})\n\nWhy it was done, in a sentence or two.${coAuthor}`,
      files: merges ? [] : files,
      ...(merges ? { merges: number - 20 } : {}),
    });
  }
}

function newSource(index: number, random: Random): Source {
  const length = random.int(60, 140);
  return {
    path: `src/area-${index % 12}/part-${index % 60}/file-${index}.ts`,
    lines: Array.from({ length }, () => line(random)),
  };
}

function some(sources: readonly Source[], random: Random): Source[] {
  const count = random.int(1, 4);
  return [...new Set(Array.from({ length: count }, () => random.pick(sources)))];
}

/** A few lines go, a few more come, at one place. */
function edit({ lines }: Source, random: Random): void {
  const added = random.int(1, 12);
  const at = random.int(0, lines.length);
  const removed = lines.length > 140 ? added : random.int(0, 7);
  lines.splice(at, removed, ...Array.from({ length: added }, () => line(random)));
}

function line(random: Random): string {
  return `  const value${random.int(0, 999_999)} = compute(${random.int(0, 9999)});`;
}

interface Change {
  readonly number: number;
  readonly author: string;
  readonly message: string;
  readonly files: readonly Source[];
  /** An older commit that is merged once more. */
  readonly merges?: number;
}

function commit({ number, author, message, files, merges }: Change): string {
  const at = FIRST + number * PACE;
  const lines = [
    'commit refs/heads/main',
    `mark :${number}`,
    `author ${author} ${at} +0000`,
    `committer ${author} ${at + 60} +0000`,
    data(message),
    ...(number > 1 ? [`from :${number - 1}`] : []),
    ...(merges === undefined ? [] : [`merge :${merges}`]),
  ];
  for (const file of files) lines.push(`M 100644 inline ${file.path}`, data(`${file.lines.join('\n')}\n`));
  return `${lines.join('\n')}\n\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
