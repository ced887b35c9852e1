import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempFolder } from '../../support/temp.ts';

export interface Scratch {
  readonly path: string;
  /** Runs git in the repository and gives back what it prints, trimmed. */
  git(args: readonly string[], input?: string): Promise<string>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Commits everything at a second since the epoch and gives back the hash. */
  commit(message: string, options?: CommitOptions): Promise<string>;
}

export interface CommitOptions {
  readonly at?: number;
  readonly authoredAt?: number;
  readonly author?: string;
}

/** 2026-10-01T00:00:00Z in seconds: when the first commit of a scratch repository is made. */
export const FIRST = 1_790_812_800;

/** Runs git without the user's own configuration. */
export function git(
  path: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<string> {
  return new Promise((done, fail) => {
    const options = {
      cwd: path,
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Ana',
        GIT_AUTHOR_EMAIL: 'ana@acme.dev',
        GIT_COMMITTER_NAME: 'Ana',
        GIT_COMMITTER_EMAIL: 'ana@acme.dev',
        ...env,
      },
      maxBuffer: 2 ** 26,
    };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error) fail(new Error(`git ${args.join(' ')}: ${stderr}`, { cause: error }));
      else done(stdout.trim());
    });
    if (input !== '') child.stdin?.end(input);
  });
}

/** An empty repository on the branch `main` that is gone when the running test ends. */
export async function scratchRepository(): Promise<Scratch> {
  return openScratch(join(await tempFolder(), 'scratch'));
}

/** The same at a path that the caller disposes of. */
export async function openScratch(path: string): Promise<Scratch> {
  await mkdir(path, { recursive: true });
  await git(path, ['init', '-q', '-b', 'main']);
  let clock = FIRST - 3600;
  return {
    path,
    git: (args, input) => git(path, args, {}, input),
    async write(name, content) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    },
    async commit(message, options = {}) {
      clock = options.at ?? clock + 3600;
      const env = {
        GIT_AUTHOR_DATE: `${options.authoredAt ?? clock} +0100`,
        GIT_COMMITTER_DATE: `${clock} +0100`,
      };
      await git(path, ['add', '-A']);
      const author = options.author ? ['--author', options.author] : [];
      await git(path, ['commit', '-q', '--allow-empty', '-m', message, ...author], env);
      return git(path, ['rev-parse', 'HEAD']);
    },
  };
}

/** Adds `count` commits of one line added and, but for the first, one deleted to `main`, a minute apart from FIRST on, faster than `git commit` could. */
export async function addManyCommits(scratch: Scratch, count: number): Promise<void> {
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const content = `line ${index}\n`;
    const message = `commit ${index}`;
    lines.push(
      'commit refs/heads/main',
      `committer Ana <ana@acme.dev> ${FIRST + index * 60} +0000`,
      `data ${message.length}`,
      message,
      'M 100644 inline src/file.ts',
      `data ${content.length}`,
      content,
    );
  }
  await scratch.git(['fast-import', '--quiet'], lines.join('\n'));
}
