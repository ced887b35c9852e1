import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Instant } from '../domain/records.ts';
import { addDays, addMonths, localDate } from '../domain/time.ts';
import { UsageError } from './context.ts';

/** A shipped set of key results for one area in which engineers set them. */
export interface Template {
  /** Name of its file, as `--template` takes it. */
  readonly area: string;
  /** The first line of its file. */
  readonly summary: string;
}

export interface StarterOptions {
  /** Folder of the shipped templates. */
  readonly templates: string;
  /** Folder to write the configuration into; made when it is missing. */
  readonly folder: string;
  readonly area: string;
  /** `owner/name` in place of the example's, where it is known. */
  readonly repository: string | null;
  readonly timezone: string;
  readonly now: Instant;
}

export interface Starter {
  /** Names of the files in the folder. */
  readonly written: readonly string[];
  /** Those that were there and stayed as they were. */
  readonly kept: readonly string[];
  /** Environment variables that the files refer to. */
  readonly variables: readonly string[];
  /** Whether a written file names the repository, or its example. */
  readonly namesRepository: boolean;
  /** The file that was there and says which repositories are read; null where none does. */
  readonly keptRepository: string | null;
  /** The tables that were written, all without a row. */
  readonly tables: readonly string[];
}

const EXAMPLE_REPOSITORY = 'acme/web';
const COMMON = 'krsync.yaml';

export async function listTemplates(folder: string): Promise<readonly Template[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const [first = ''] = (await readFile(join(folder, name), 'utf8')).split('\n');
      return { area: name.replace(/\.yaml$/, ''), summary: first.replace(/^#\s*/, '') };
    }),
  );
}

/**
 * Writes a configuration for one area: what all teams share, a file for each source that its key results need, and
 * the key results. A file that is there already is kept, so that a second area joins the first.
 *
 * @throws {UsageError} when there is no such template, or the folder has its key results already. Nothing is written.
 */
export async function writeStarter(options: StarterOptions): Promise<Starter> {
  const { templates, folder, area, repository } = options;
  const known = await listTemplates(templates);
  if (!known.some((template) => template.area === area)) {
    throw new UsageError(
      `there is no template '${area}'; there are ${known.map((template) => template.area).join(', ')}`,
    );
  }
  const objectives = await readFile(join(templates, `${area}.yaml`), 'utf8');
  const files = new Map([[COMMON, commonFile(options)]]);
  for (const source of sourcesOf(objectives)) {
    const text = await readFile(join(templates, 'sources', `${source}.yaml`), 'utf8');
    files.set(`source-${source}.yaml`, text);
    // Tables with a header and no row: no number is made up.
    for (const [table] of text.matchAll(/\bdata\/\w+\.csv\b/g)) {
      files.set(table, await readFile(join(templates, table), 'utf8'));
    }
  }
  files.set(`okrs-${area}.yaml`, objectives);

  const present = await contentOf(folder);
  if (present.files.has(`okrs-${area}.yaml`)) {
    throw new UsageError(`${join(folder, `okrs-${area}.yaml`)} is there already; nothing was written`);
  }
  const written: string[] = [];
  const kept: string[] = [];
  const variables = new Set<string>();
  let namesRepository = false;
  let keptRepository: string | null = null;
  for (const [name, text] of files) {
    const given = name === COMMON ? present.cyclesIn : (present.sources.get(sourceIn(name)) ?? null);
    const holder = given ?? (present.files.has(name) ? name : null);
    const named = text.includes(EXAMPLE_REPOSITORY);
    if (holder !== null) {
      if (!kept.includes(holder)) kept.push(holder);
      if (named) keptRepository = holder;
      continue;
    }
    if (named) namesRepository = true;
    const own = repository === null ? text : text.replaceAll(EXAMPLE_REPOSITORY, repository);
    try {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), own, { flag: 'wx' });
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      throw new UsageError(
        `${join(folder, name)} cannot be written (${code}): name another folder with --config`,
      );
    }
    written.push(name);
    for (const [, variable = ''] of own.matchAll(/\$\{(\w+)\}/g)) variables.add(variable);
  }
  const tables = written.filter((name) => name.endsWith('.csv'));
  return { written, kept, variables: [...variables], namesRepository, keptRepository, tables };
}

/** The quarter that is running and the next, as the starter's cycles. */
function commonFile({ timezone, now }: StarterOptions): string {
  const today = localDate(now, timezone);
  const month = Number(today.slice(5, 7));
  const first = `${today.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
  const cycles = [first, addMonths(first, 3)].map((start) => {
    const id = `${start.slice(0, 4)}-Q${Math.ceil(Number(start.slice(5, 7)) / 3)}`;
    return `  - { id: ${id}, start: ${start}, end: ${addDays(addMonths(start, 3), -1)} }\n`;
  });
  return `# What all teams share. Every *.yaml in this folder is read as one configuration; lists are joined.
# For completion in your editor: krsync schema > krsync.schema.json

timezone: ${timezone} # of cycles, days and schedules; stored times are UTC

cycles: # local dates, both inclusive; the id keys the check-ins, so it never changes
${cycles.join('')}
database: ../krsync.db # relative to this file; KRSYNC_DATABASE and --database win
`;
}

/** The sources that the rules of a template name, in their order. */
function sourcesOf(template: string): readonly string[] {
  const found = template.matchAll(/\bsource: ([\w-]+)/g);
  return [...new Set(Array.from(found, ([, source = '']) => source))];
}

function sourceIn(name: string): string {
  return /^source-(.+)\.yaml$/.exec(name)?.[1] ?? '';
}

interface Present {
  readonly files: ReadonlySet<string>;
  /** The file that declares each source. */
  readonly sources: ReadonlyMap<string, string>;
  /** The file that has the cycles; null where none does. */
  readonly cyclesIn: string | null;
}

/** What the folder says already, as far as its files can be read: what cannot is for `validate` to tell. */
async function contentOf(folder: string): Promise<Present> {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).map(String);
  const sources = new Map<string, string>();
  let cyclesIn: string | null = null;
  for (const name of names.filter((one) => /^[^/\\]+\.ya?ml$/i.test(one))) {
    const tree: unknown = parseOrNull(await readFile(join(folder, name), 'utf8'));
    if (typeof tree !== 'object' || tree === null) continue;
    if ('cycles' in tree) cyclesIn = name;
    if (!('sources' in tree) || !Array.isArray(tree.sources)) continue;
    for (const source of tree.sources) if (typeof source?.id === 'string') sources.set(source.id, name);
  }
  return { files: new Set(names), sources, cyclesIn };
}

function parseOrNull(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
