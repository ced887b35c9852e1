import { spawn } from 'node:child_process';
import { ConnectorError } from '../errors.ts';
import { stopIfAborted } from '../files.ts';
import { explain, GitRefusal, notStarted } from './explain.ts';

export interface GitPlace {
  /** What messages call it: the clone's folder, or the address that is fetched from. */
  readonly name: string;
  /** Where git runs. */
  readonly folder: string;
  /**
   * `folder` is the repository's own folder (`.git`, or a bare one): git runs as in a bare repository, so that
   * the answer depends on commits alone and not on what is checked out.
   */
  readonly bare: boolean;
  readonly signal: AbortSignal;
  /** The commit or blob whose .mailmap holds, as `mailmap.blob` wants it. */
  readonly mailmap?: string;
}

export interface GitOptions {
  /** What git reads from standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Configuration that the command line must not show. */
  readonly secretConfig?: readonly (readonly [name: string, value: string])[];
  /** How a stop reaches git: SIGTERM lets it remove its lock files. @default 'SIGKILL' */
  readonly stopWith?: 'SIGTERM' | 'SIGKILL';
}

/**
 * What would make the answer depend on who asks: the user's settings that change a diff or a log. An empty tree is
 * where newer versions look for attributes, which older ones never do in a bare repository.
 */
const STEADY = [
  'attr.tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  'core.attributesFile=/dev/null',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotepath=off',
  'diff.algorithm=myers',
  'diff.ignoreSubmodules=none',
  'diff.relative=false',
  'diff.renameLimit=1000',
  'diff.suppressBlankEmpty=false',
  'log.showRoot=true',
  'log.showSignature=false',
  'mailmap.file=/dev/null',
].flatMap((setting) => ['-c', setting]);

/** Git's own variables that would point it at another repository (they are set inside hooks) or make it chatter. */
const POINTERS =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|CURL_VERBOSE|TRACE.*)$/;

function environmentOf({ environment, secretConfig = [] }: GitOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !POINTERS.test(name));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    // Into a pipe git writes each commit by itself unless it is told to fill its buffer first.
    GIT_FLUSH: '0',
    ...environment,
  };
  if (secretConfig.length === 0) return env;
  // Others may have handed configuration on in the same way.
  let count = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  for (const [name, value] of secretConfig) {
    env[`GIT_CONFIG_KEY_${count}`] = name;
    env[`GIT_CONFIG_VALUE_${count}`] = value;
    count++;
  }
  env.GIT_CONFIG_COUNT = String(count);
  return env;
}

/** Runs git and passes on what it prints as it comes. A failure of git's is a ConnectorError. */
export async function* streamGit(
  place: GitPlace,
  args: readonly string[],
  options: GitOptions = {},
): AsyncGenerator<Buffer> {
  const endpoint = `git ${args[0]} in ${place.name}`;
  stopIfAborted(place.signal, endpoint);
  const where = place.bare ? ['-C', place.folder, '--git-dir=.', '--bare'] : ['-C', place.folder];
  const mailmap = place.mailmap === undefined ? [] : ['-c', `mailmap.blob=${place.mailmap}`];
  const killSignal = options.stopWith ?? 'SIGKILL';
  const child = spawn('git', [...where, ...STEADY, ...mailmap, ...args], {
    env: environmentOf(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: place.signal,
    killSignal,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-8192);
  });
  // Git may end before it has read all: its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const ended = new Promise<{ code: number | null; error?: Error }>((done) => {
    child.once('error', (error) => done({ code: null, error }));
    child.once('close', (code) => done({ code }));
  });
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const { code, error } = await ended;
    stopIfAborted(place.signal, endpoint);
    if (error) throw notStarted(error, endpoint);
    if (code !== 0) throw explain(complaint, code, place.name, endpoint);
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill(killSignal);
  }
}

/** All that git prints, as text. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(place, args, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Like runGit; null where git refuses, which is an answer to some questions. Git that cannot run still throws. */
export async function askGit(place: GitPlace, args: readonly string[]): Promise<string | null> {
  try {
    return await runGit(place, args);
  } catch (error) {
    if (error instanceof ConnectorError && error.cause instanceof GitRefusal && !error.cause.fatal)
      return null;
    throw error;
  }
}

/** What git prints, piece by piece between NUL characters. */
export async function* splitGit(place: GitPlace, args: readonly string[]): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of streamGit(place, args)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\0');
    rest = parts.pop() ?? '';
    yield parts;
  }
  if (rest !== '') yield [rest];
}
