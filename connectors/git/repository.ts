import { basename, dirname, resolve } from 'node:path';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { mirrorOf } from './mirror.ts';
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
  /** Null when there is no origin, or none whose URL names a repository. */
  remote(): Promise<Remote | null>;
  /** The head of the branch that is read. Throws `not_found` for an unknown branch, `input` for no commit at all. */
  tip(): Promise<Tip>;
}

/** `owner/name` out of the address or the origin's, else the folder's name. Fetches nothing. */
export async function nameOf(context: PullContext<GitSettings>): Promise<string> {
  const { settings, signal } = context;
  if (settings.repository !== undefined) return settings.repository;
  if (settings.url !== undefined) {
    return parseRemote(settings.url)?.name ?? folderName(settings.url.replace(/\/+$/, ''));
  }
  const place = await openClone(resolve(context.directory, settings.path ?? '.'), signal);
  const known = await originOf(place);
  if (known) return known.name;
  const answer = await runGit(place, ['rev-parse', '--git-common-dir']);
  const folder = resolve(place.folder, answer.trim());
  return folderName(basename(folder) === '.git' ? dirname(folder) : folder);
}

/** Opens the clone, or brings the mirror up to date: once in a run, however many streams read it. */
export async function openRepository(context: PullContext<GitSettings>): Promise<Repository> {
  const { settings, signal } = context;
  if (settings.url !== undefined) {
    const { url } = settings;
    const { place, ref } = await mirrorOf(context, url);
    return {
      place,
      remote: () => Promise.resolve(parseRemote(url)),
      tip: () => tipOf(place, [ref], settings.branch),
    };
  }
  const place = await openClone(resolve(context.directory, settings.path ?? '.'), signal);
  const candidates = settings.branch
    ? [`refs/remotes/origin/${settings.branch}`, `refs/heads/${settings.branch}`]
    : ['refs/remotes/origin/HEAD', 'HEAD'];
  return {
    place,
    remote: () => originOf(place),
    tip: () => tipOf(place, candidates, settings.branch),
  };
}

/** A folder in a work tree, a linked work tree or a bare repository. Git itself finds which. */
async function openClone(path: string, signal: AbortSignal): Promise<GitPlace> {
  const found = { name: path, folder: path, bare: false, signal };
  const folder = (await runGit(found, ['rev-parse', '--absolute-git-dir'])).trim();
  return { name: path, folder, bare: true, signal };
}

async function originOf(place: GitPlace): Promise<Remote | null> {
  const url = await askGit(place, ['config', '--get', 'remote.origin.url']);
  return url === null ? null : parseRemote(url.trim());
}

function folderName(path: string): string {
  return basename(path).replace(/\.git$/, '');
}

async function tipOf(
  place: GitPlace,
  candidates: readonly string[],
  branch: string | undefined,
): Promise<Tip> {
  for (const candidate of candidates) {
    const args = ['rev-parse', '--is-shallow-repository', `${candidate}^{commit}`, '--'];
    const [shallow, sha] = (await askGit(place, args))?.split('\n') ?? [];
    if (sha) return { sha, shallow: shallow === 'true' };
  }
  throw await noTip(place, branch);
}

async function noTip(place: GitPlace, branch: string | undefined): Promise<ConnectorError> {
  const listed = await runGit(place, [
    'for-each-ref',
    '--count=8',
    '--format=%(refname:short)',
    'refs/heads',
  ]);
  const branches = listed.split('\n').filter(Boolean);
  const endpoint = `git rev-parse in ${place.name}`;
  if (branch === undefined || branches.length === 0) {
    return new ConnectorError({
      code: 'input',
      message: `${place.name} has no commit to read.`,
      endpoint,
      remedy:
        branches.length > 0
          ? `Set \`branch\` to one of ${branches.join(', ')}.`
          : 'Commit or fetch something first.',
    });
  }
  return new ConnectorError({
    code: 'not_found',
    message: `${place.name} has no branch ${branch}.`,
    endpoint,
    remedy: `Fetch it, or set \`branch\` to another; there are ${branches.join(', ')}.`,
  });
}
