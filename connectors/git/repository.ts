import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseRemote, type Remote } from './remote.ts';
import { askGit, type GitPlace, runGit } from './run.ts';
import type { GitSettings } from './settings.ts';

/** The commit that is read, and whether the clone's history is cut off. */
export interface Tip {
  readonly sha: string;
  readonly shallow: boolean;
}

export interface Repository {
  readonly place: GitPlace;
  /** `owner/name` out of the origin's URL, else the folder's name. */
  name(): Promise<string>;
  /** Null when there is no origin, or none whose URL names a repository. */
  remote(): Promise<Remote | null>;
  /** The head of the branch that is read. Throws `not_found` for an unknown branch, `input` for no commit at all. */
  tip(): Promise<Tip>;
  /** Commits whose parents a shallow clone lacks; git shows them as if they had added the whole tree. */
  boundary(): Promise<ReadonlySet<string>>;
  warnShallow(): Promise<void>;
}

/** Reads nothing yet. */
export function openRepository(context: PullContext<GitSettings>): Repository {
  const { settings, signal, logger } = context;
  const place: GitPlace = { path: resolve(context.directory, settings.path), signal };

  async function remote(): Promise<Remote | null> {
    const url = await askGit(place, ['config', '--get', 'remote.origin.url']);
    return url === null ? null : parseRemote(url.trim());
  }

  async function boundary(): Promise<ReadonlySet<string>> {
    const file = await runGit(place, ['rev-parse', '--git-path', 'shallow']);
    const text = await readFile(resolve(place.path, file.trim()), 'utf8').catch(() => '');
    return new Set(text.split('\n').filter(Boolean));
  }

  return {
    place,
    remote,
    boundary,
    async name() {
      const known = await remote();
      if (known) return known.name;
      const answer = await runGit(place, ['rev-parse', '--git-common-dir']);
      const folder = resolve(place.path, answer.trim());
      return basename(basename(folder) === '.git' ? dirname(folder) : folder).replace(/\.git$/, '');
    },
    async tip() {
      const candidates = settings.branch
        ? [`refs/remotes/origin/${settings.branch}`, `refs/heads/${settings.branch}`]
        : ['refs/remotes/origin/HEAD', 'HEAD'];
      for (const candidate of candidates) {
        const answer = await askGit(place, [
          'rev-parse',
          '--is-shallow-repository',
          `${candidate}^{commit}`,
          '--',
        ]);
        const [shallow, sha] = answer?.split('\n') ?? [];
        if (sha) return { sha, shallow: shallow === 'true' };
      }
      throw await noTip(place, settings.branch);
    },
    async warnShallow() {
      const count = (await boundary()).size;
      logger.warn(
        { path: place.path, boundary: count },
        'The clone is shallow: what came before is not counted. `git fetch --unshallow` brings the whole history.',
      );
    },
  };
}

async function noTip(place: GitPlace, branch: string | undefined): Promise<ConnectorError> {
  const listed = await runGit(place, [
    'for-each-ref',
    '--count=8',
    '--format=%(refname:short)',
    'refs/heads',
  ]);
  const branches = listed.split('\n').filter(Boolean);
  if (branch === undefined || branches.length === 0) {
    return new ConnectorError({
      code: 'input',
      message: `${place.path} has no commit to read.`,
      endpoint: `git rev-parse in ${place.path}`,
      remedy:
        branches.length > 0
          ? `Set \`branch\` to one of ${branches.join(', ')}.`
          : 'Commit or fetch something first.',
    });
  }
  return new ConnectorError({
    code: 'not_found',
    message: `${place.path} has no branch ${branch}.`,
    endpoint: `git rev-parse in ${place.path}`,
    remedy: `Fetch it, or set \`branch\` to another; there are ${branches.join(', ')}.`,
  });
}
