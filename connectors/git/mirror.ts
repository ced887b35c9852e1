import { createHash } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readdir, rename, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { accessOf } from './access.ts';
import { explain } from './explain.ts';
import { askGit, type GitPlace, runGit } from './run.ts';
import type { GitSettings } from './settings.ts';

export interface Mirror {
  readonly place: GitPlace;
  /** Where the branch that is read stands in it. */
  readonly ref: string;
}

const FOLDER = '.krsync';

/** By the signal of a run: what was fetched in it, and for each mirror the end of what is under way. */
interface Run {
  readonly mirrors: Map<string, Promise<Mirror>>;
  readonly queues: Map<string, Promise<unknown>>;
}
const runs = new WeakMap<AbortSignal, Run>();

/** The mirror of an address, as up to date as it was when the run first asked for it. */
export function mirrorOf(context: PullContext<GitSettings>, url: string): Promise<Mirror> {
  const { settings, signal } = context;
  const run = runs.get(signal) ?? { mirrors: new Map(), queues: new Map() };
  runs.set(signal, run);
  const folder = mirrorFolder(context, url);
  const { ref, refspec } = branchRef(settings.branch);
  const key = `${folder}\0${ref}`;
  const known = run.mirrors.get(key);
  if (known) return known;
  // Two gits that fetch into one repository trip over each other's locks.
  const before = run.queues.get(folder) ?? Promise.resolve();
  const fetched = before.then(async () => ({ place: await fetchMirror(context, url, folder, refspec), ref }));
  run.mirrors.set(key, fetched);
  run.queues.set(
    folder,
    fetched.catch(() => undefined),
  );
  return fetched;
}

function mirrorFolder({ settings, directory }: PullContext<GitSettings>, url: string): string {
  if (settings.mirror !== undefined) return resolve(directory, settings.mirror);
  const name = basename(url)
    .replace(/\.git$/, '')
    .replaceAll(/[^\w.-]/g, '-');
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 12);
  return join(resolve(directory), FOLDER, 'mirrors', `${name}-${hash}.git`);
}

/** The remote's HEAD follows its default branch by itself. */
function branchRef(branch: string | undefined): { ref: string; refspec: string } {
  if (branch === undefined) return { ref: 'refs/krsync/default', refspec: '+HEAD:refs/krsync/default' };
  const ref = `refs/krsync/heads/${branch}`;
  return { ref, refspec: `+refs/heads/${branch}:${ref}` };
}

async function fetchMirror(
  context: PullContext<GitSettings>,
  url: string,
  folder: string,
  refspec: string,
): Promise<GitPlace> {
  const { settings, signal, logger } = context;
  if (await isNew(folder, url, signal)) {
    logger.info({ mirror: folder }, 'The repository is fetched for the first time, all of it.');
    await create(context, folder, url);
  }
  const place: GitPlace = { name: url, folder, bare: true, signal };
  // Only what is read: one branch and the tags. Tags that are gone there go here.
  const args = ['fetch', '--quiet', '--prune', '--no-tags', '--no-recurse-submodules'];
  await runGit(place, [...args, 'origin', refspec, '+refs/tags/*:refs/tags/*'], {
    ...(await accessOf(place, url, settings)),
    stopWith: 'SIGTERM',
  });
  return place;
}

/** Whether the address answers, with the branch, and whether there is room for its mirror. Writes nothing. */
export async function checkRemote(context: PullContext<GitSettings>, url: string): Promise<void> {
  const { settings, signal } = context;
  const place: GitPlace = { name: url, folder: tmpdir(), bare: false, signal };
  const wanted = settings.branch === undefined ? 'HEAD' : `refs/heads/${settings.branch}`;
  const answer = await runGit(place, ['ls-remote', '--', url, wanted], await accessOf(place, url, settings));
  if (!answer.split('\n').some((line) => line.endsWith(`\t${wanted}`)))
    throw explain(`couldn't find remote ref ${wanted}`, 1, url, `git ls-remote ${url}`);
  const folder = mirrorFolder(context, url);
  if (!(await isNew(folder, url, signal))) return;
  for (let above = folder; ; above = dirname(above)) {
    const refused = await access(above, constants.W_OK).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (refused === null) return;
    if (!isMissing(refused) || above === dirname(above)) throw unwritable(folder, refused);
  }
}

/** Throws `input` for a folder that holds anything else, so that nothing of the user's is ever fetched into. */
async function isNew(folder: string, url: string, signal: AbortSignal): Promise<boolean> {
  const entries: readonly string[] = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return [];
    throw unwritable(folder, cause);
  });
  if (entries.length === 0) return true;
  const place = { name: folder, folder, bare: true, signal };
  const holds = entries.includes('HEAD') ? await askGit(place, ['config', '--get', 'krsync.mirror']) : null;
  if (holds?.trim() === url) return false;
  throw new ConnectorError({
    code: 'input',
    message: `${folder} holds something else than the mirror of ${url}.`,
    endpoint: folder,
    remedy: 'Set `mirror` to a folder that is empty or not there yet.',
  });
}

/** Made beside its place and moved there when it is whole, so that a kill leaves no half of one. */
async function create(context: PullContext<GitSettings>, folder: string, url: string): Promise<void> {
  const { signal } = context;
  try {
    const parent = dirname(folder);
    await mkdir(parent, { recursive: true });
    // The default place lies among files that people commit.
    if (context.settings.mirror === undefined) await writeFile(join(dirname(parent), '.gitignore'), '*\n');
    const draft = await mkdtemp(`${folder}.new-`);
    const place = { name: folder, folder: draft, bare: true, signal };
    await runGit({ ...place, bare: false }, ['init', '--quiet', '--bare', '--template=', '.']);
    await runGit(place, ['config', 'remote.origin.url', url]);
    await runGit(place, ['config', 'krsync.mirror', url]);
    // Detached, it would outlive the run.
    await runGit(place, ['config', 'gc.autoDetach', 'false']);
    await rmdir(folder).catch(() => undefined);
    await rename(draft, folder);
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    throw unwritable(folder, cause);
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function unwritable(folder: string, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'forbidden',
    message: `The mirror ${folder} cannot be written.`,
    endpoint: folder,
    remedy: 'Set `mirror` to a folder that krsync may write and that stays between runs.',
    cause,
  });
}
