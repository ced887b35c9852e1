import { execFile } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import { listTemplates, type Starter, type Template, writeStarter } from '../../app/init.ts';
import { UsageError } from '../../app.ts';
import { EXIT, type ExitCode, type Io, print } from '../io.ts';
import { packageRoot } from '../package.ts';
import type { GlobalFlags } from '../session.ts';

export interface InitFlags {
  readonly template?: string;
  readonly repository?: string;
}

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;
/** What most teams can measure on their first day. */
const DEFAULT_AREA = 'quality';

export async function initCommand(io: Io, flags: GlobalFlags, options: InitFlags): Promise<ExitCode> {
  const folder = resolve(io.cwd, flags.config);
  if (/\.ya?ml$/i.test(folder)) {
    throw new UsageError(`init writes a folder, and --config names the file '${flags.config}'`);
  }
  if (options.repository !== undefined && !REPOSITORY.test(options.repository)) {
    throw new UsageError(`--repository takes owner/name, not '${options.repository}'`);
  }
  const templates = join(packageRoot(), 'config', 'templates');
  const known = await listTemplates(templates);
  const origin = options.repository ?? (await originOf(io.cwd));
  const asked = options.template === undefined ? await ask(io, known, origin) : null;
  const area = options.template ?? asked?.area ?? DEFAULT_AREA;
  const repository = asked?.repository ?? origin;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const timezone = io.env.TZ !== undefined && io.env.TZ !== '' ? io.env.TZ : timeZone;
  const starter = await writeStarter({ templates, folder, area, repository, timezone, now: io.now() });
  print(io, told(io, folder, area, repository, known, starter));
  return EXIT.ok;
}

function told(
  io: Io,
  folder: string,
  area: string,
  repository: string | null,
  known: readonly Template[],
  starter: Starter,
): string {
  const { written, kept, variables, tables } = starter;
  const shown = relative(io.cwd, folder) || '.';
  const flag = shown === 'config' ? '' : ` --config ${shown}`;
  const others = known.filter((template) => template.area !== area).map((template) => template.area);
  return [
    ...written.map((name) => `  wrote  ${join(shown, name)}`),
    ...kept.map((name) => `  kept   ${join(shown, name)}`),
    '',
    ...readWords(starter, shown, repository),
    ...(tables.length === 0
      ? []
      : [
          `No row is made up: fill ${tables.map((name) => join(shown, name)).join(', ')}, or point at your own.`,
        ]),
    `Other areas: krsync init --template ${others.join(' | ')}`,
    '',
    'Next:',
    ...variables.map((name) => `  export ${name}=…`),
    `  krsync validate${flag}   what is still wrong, offline`,
    `  krsync doctor${flag}     whether every source can be read`,
    `  krsync update${flag}     the first check-ins`,
  ].join('\n');
}

/** What it reads, as the files say that are there now: one that was kept may name another repository. */
function readWords(
  { namesRepository, keptRepository }: Starter,
  shown: string,
  repository: string | null,
): readonly string[] {
  const targets = 'The targets are examples: put yours in their place.';
  if (keptRepository !== null) {
    const file = join(shown, keptRepository);
    return [`The repositories that it reads are those in ${file}, which stays as it was.`, targets];
  }
  if (!namesRepository) return [targets];
  return repository === null
    ? [
        'The repository in it is an example: put yours in place of acme/web, and your targets in place of ours.',
      ]
    : [`It reads ${repository}. ${targets}`];
}

/** Asks a person for the area and the repository; null where nobody can answer. */
async function ask(
  io: Io,
  known: readonly Template[],
  origin: string | null,
): Promise<{ area: string; repository: string | null } | null> {
  if (io.stdin?.isTTY !== true || io.stdout.isTTY !== true) return null;
  print(io, known.map(({ area, summary }, i) => `  ${i + 1}  ${area.padEnd(22)} ${summary}`).join('\n'));
  const prompt = createInterface({ input: io.stdin, output: io.stdout });
  try {
    const choice = await prompt.question('Which area? [1] ', { signal: io.signal });
    const template =
      known[Number(choice.trim() || 1) - 1] ?? known.find(({ area }) => area === choice.trim());
    if (template === undefined) throw new UsageError(`there is no area '${choice.trim()}'`);
    const hint = origin === null ? '' : ` [${origin}]`;
    const named = (await prompt.question(`Which GitHub repository, as owner/name?${hint} `)).trim();
    if (named !== '' && !REPOSITORY.test(named)) throw new UsageError(`'${named}' is not owner/name`);
    return { area: template.area, repository: named === '' ? origin : named };
  } finally {
    prompt.close();
  }
}

/** The GitHub repository that the working directory is a clone of. */
async function originOf(cwd: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['remote', 'get-url', 'origin'], { cwd });
    return /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/.exec(stdout)?.[1] ?? null;
  } catch {
    // No git, no clone, or no origin: the example stays.
    return null;
  }
}
