import { spawn } from 'node:child_process';
import { ConnectorError, type ConnectorErrorCode } from '../errors.ts';
import { stopIfAborted } from '../files.ts';

export interface GitPlace {
  /** The clone. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** What would make the answer depend on who asks: the user's settings that change a diff or a log. */
const STEADY = [
  'core.quotepath=off',
  'diff.algorithm=myers',
  'diff.relative=false',
  'diff.ignoreSubmodules=none',
  'diff.suppressBlankEmpty=false',
  'log.showRoot=true',
  'log.showSignature=false',
].flatMap((setting) => ['-c', setting]);

/** Git's own variables that would point it at another repository: they are set inside hooks. */
const POINTERS =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|TRACE.*)$/;

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !POINTERS.test(name));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
  };
}

/** Runs git and passes on what it prints as it comes. A failure of git's is a ConnectorError. */
export async function* streamGit(place: GitPlace, args: readonly string[]): AsyncGenerator<string> {
  const endpoint = `git ${args[0]} in ${place.path}`;
  stopIfAborted(place.signal, endpoint);
  const child = spawn('git', ['-C', place.path, ...STEADY, ...args], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: place.signal,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  const ended = new Promise<{ code: number | null; error?: Error }>((done) => {
    child.once('error', (error) => done({ code: null, error }));
    child.once('close', (code) => done({ code }));
  });
  try {
    for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) yield chunk;
    const { code, error } = await ended;
    stopIfAborted(place.signal, endpoint);
    if (error) throw notStarted(error, endpoint);
    if (code !== 0) throw refused(complaint, code, place.path, endpoint);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

/** What git prints, for answers that are known to be short. */
export async function runGit(place: GitPlace, args: readonly string[]): Promise<string> {
  let text = '';
  for await (const chunk of streamGit(place, args)) text += chunk;
  return text;
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

class GitRefusal extends Error {
  /** The repository cannot be used at all. */
  readonly fatal: boolean;

  constructor(message: string, fatal: boolean) {
    super(message);
    this.fatal = fatal;
  }
}

function notStarted(cause: Error, endpoint: string): ConnectorError {
  const missing = 'code' in cause && cause.code === 'ENOENT';
  return new ConnectorError({
    code: missing ? 'not_found' : 'input',
    message: missing ? 'git is not installed.' : `git could not be started: ${cause.message}`,
    endpoint,
    remedy: 'Install git 2.25 or newer, and see that it is on the PATH.',
    cause,
  });
}

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ConnectorErrorCode;
  readonly message: (path: string) => string;
  readonly remedy: (path: string) => string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /not a git repository/,
    code: 'input',
    message: (path) => `${path} is not a git repository.`,
    remedy: () => 'Set `path` to a local clone; `git clone URL` makes one.',
  },
  {
    pattern: /cannot change to/,
    code: 'not_found',
    message: (path) => `There is no folder ${path}.`,
    remedy: () => 'Set `path` to a local clone; it is relative to the file that names it.',
  },
  {
    pattern: /dubious ownership/,
    code: 'forbidden',
    message: (path) => `${path} belongs to another user, so git does not read it.`,
    remedy: (path) =>
      `Run \`git config --global --add safe.directory ${path}\` as the user that runs krsync.`,
  },
  {
    pattern: /unable to read [0-9a-f]{40}/,
    code: 'input',
    message: (path) => `Objects are missing from the clone ${path}.`,
    remedy: (path) => `Bring them with \`git -C ${path} fetch --refetch\`, or clone it anew.`,
  },
  {
    pattern: /permission denied/i,
    code: 'forbidden',
    message: (path) => `${path} may not be read.`,
    remedy: () => 'Let the user that runs krsync read the clone.',
  },
];

function refused(complaint: string, code: number | null, path: string, endpoint: string): ConnectorError {
  const known = EXPLANATIONS.find((explanation) => explanation.pattern.test(complaint));
  const line = /^(?:fatal|error): .*$/m.exec(complaint)?.[0] ?? complaint.trim().split('\n').at(-1) ?? '';
  // A remote's URL may hold a password.
  const said = line.replaceAll(/\/\/[^@/\s]+@/g, '//');
  return new ConnectorError({
    code: known?.code ?? 'input',
    message: known?.message(path) ?? `git ended with ${code ?? 'a signal'}: ${said || 'it did not say why'}`,
    endpoint,
    remedy: known?.remedy(path) ?? `Run \`git -C ${path} fsck\`, and clone it anew if it is damaged.`,
    cause: new GitRefusal(said, known !== undefined),
  });
}
