import { createHash } from 'node:crypto';
import type { Commit } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { impactFilter } from './attributes.ts';
import { isBot } from './bots.ts';
import { type LogEntry, readLog } from './log.ts';
import { openRepository, type Repository } from './repository.ts';
import { askGit, type GitPlace, runGit, streamGit } from './run.ts';
import type { GitSettings } from './settings.ts';

const BATCH = 1000;

/**
 * Clocks run wrong: a commit may be dated before its parent. Git that lacks `--since-as-filter` stops at the
 * first old commit, so it is asked for these many seconds more.
 */
const CLOCK_MARGIN = 60 * 24 * 3600;

/** How far a pull has come. Git lists newest first, so one that was cut short remembers its place in the list. */
interface Progress {
  /** Everything that is reachable from here is stored; null before the first pull has ended. */
  readonly head: string | null;
  /** Names where a shallow clone breaks off, empty for a whole one: a clone that was deepened is read anew. */
  readonly boundary: string;
  /** The commit a pull under way reads up to, how many of its list were read, and the last of them. */
  readonly target?: string;
  readonly read?: number;
  readonly last?: string;
}

/** What `git log` is asked for: the commits from `target` that `head` does not reach. */
interface Span {
  readonly head: string | null;
  readonly target: string;
  readonly boundary: string;
}

export async function* pullCommits(
  context: PullContext<GitSettings>,
  member: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const repository = openRepository(context);
  const { place } = repository;
  const tip = await repository.tip();
  const hidden = tip.shallow ? await repository.boundary() : new Set<string>();
  if (tip.shallow) await repository.warnShallow();
  const boundary = tip.shallow
    ? createHash('sha256')
        .update([...hidden].sort().join())
        .digest('hex')
    : '';

  const before = parseProgress(cursor);
  let progress: Progress = before?.boundary === boundary ? before : { head: null, boundary };

  for (const seen of [progress.head, progress.target]) {
    if (!seen || seen === tip.sha || (await reaches(place, seen, tip.sha))) continue;
    const orphans = await orphaned(context, place, seen, tip.sha);
    for (let from = 0; from < orphans.length; from += BATCH) {
      const removed = orphans.slice(from, from + BATCH).map((id) => ({ recordType: 'commit', id }) as const);
      yield { records: [], removed, cursor: null };
    }
    progress = { head: seen === progress.head ? null : progress.head, boundary };
  }
  while (progress.head !== tip.sha) {
    const span = { head: progress.head, target: progress.target ?? tip.sha, boundary };
    yield* pullSpan(context, member, repository, span, progress, hidden);
    progress = { head: span.target, boundary };
  }
}

async function* pullSpan(
  context: PullContext<GitSettings>,
  member: string,
  repository: Repository,
  span: Span,
  progress: Progress,
  hidden: ReadonlySet<string>,
): AsyncGenerator<Batch> {
  const { place } = repository;
  const range = [
    ...(await since(context, place)),
    span.target,
    ...(span.head ? [`^${span.head}`] : []),
    '--',
  ];
  let read = await resumeAt(place, range, progress);
  const skipped = read > 0 ? [`--skip=${read}`] : [];
  const total = await runGit(place, ['rev-list', '--count', ...range]);
  const toRecord = await recordMaker(context, member, repository);
  const counts = await impactFilter(place, span.target);

  let records: Commit[] = [];
  let pending = 0;
  for await (const entries of readLog(place, [...skipped, ...range], counts)) {
    for (const entry of entries) {
      read++;
      pending++;
      if (entry.committed * 1000 >= context.start && !hidden.has(entry.sha)) records.push(toRecord(entry));
      if (pending < BATCH) continue;
      const cursor = JSON.stringify({ ...span, read, last: entry.sha } satisfies Progress);
      yield { records, cursor, total: Number(total) };
      records = [];
      pending = 0;
    }
  }
  const cursor = JSON.stringify({ head: span.target, boundary: span.boundary } satisfies Progress);
  yield { records, cursor, total: Number(total) };
}

/** By the committer's date, which is what `since` means to git. */
async function since(context: PullContext<GitSettings>, place: GitPlace): Promise<readonly string[]> {
  const start = Math.floor(context.start / 1000);
  if (start <= 0) return [];
  const [, major, minor] = /(\d+)\.(\d+)/.exec(await runGit(place, ['version'])) ?? [];
  const filters = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 37);
  return filters
    ? [`--since-as-filter=@${start} +0000`]
    : [`--since=@${Math.max(0, start - CLOCK_MARGIN)} +0000`];
}

/** How many commits of the list are stored already: none when the list is no longer the one it was. */
async function resumeAt(place: GitPlace, range: readonly string[], progress: Progress): Promise<number> {
  if (!progress.read || !progress.last) return 0;
  const args = ['rev-list', `--skip=${progress.read - 1}`, '--max-count=1', ...range];
  return (await runGit(place, args)).trim() === progress.last ? progress.read : 0;
}

async function reaches(place: GitPlace, ancestor: string, descendant: string): Promise<boolean> {
  return (await askGit(place, ['merge-base', '--is-ancestor', ancestor, descendant])) !== null;
}

/** Commits that a rewritten branch has left behind, where the clone still has them. */
async function orphaned(
  context: PullContext<GitSettings>,
  place: GitPlace,
  old: string,
  now: string,
): Promise<readonly string[]> {
  context.logger.info({ path: place.path, old, now }, 'The branch was rewritten; it is read from the start.');
  if ((await askGit(place, ['cat-file', '-e', `${old}^{commit}`])) === null) {
    context.logger.warn(
      { path: place.path, old },
      'The clone no longer has the commits that the branch was rewritten from, so they stay counted.',
    );
    return [];
  }
  let text = '';
  for await (const chunk of streamGit(place, ['rev-list', old, `^${now}`, '--'])) text += chunk;
  return text.split('\n').filter(Boolean);
}

async function recordMaker(
  context: PullContext<GitSettings>,
  repository: string,
  clone: Repository,
): Promise<(entry: LogEntry) => Commit> {
  const remote = await clone.remote();
  const bots = new Set((context.settings.bots ?? []).map((bot) => bot.toLowerCase()));
  return (entry) => ({
    recordType: 'commit',
    id: entry.sha,
    key: entry.sha,
    title: entry.subject || null,
    url: remote?.commitUrl(entry.sha) ?? null,
    repository,
    sha: entry.sha,
    author: entry.author || null,
    authorEmail: entry.email || null,
    bot: isBot(entry.author, entry.email, bots),
    authoredAt: entry.authored * 1000,
    committedAt: entry.committed * 1000,
    parents: entry.parents,
    merge: entry.parents.length > 1,
    coAuthors: [],
    additions: entry.additions,
    deletions: entry.deletions,
    lineImpact: entry.impact,
  });
}

function parseProgress(cursor: string | null): Progress | null {
  if (cursor === null) return null;
  try {
    const value: unknown = JSON.parse(cursor);
    return isProgress(value) ? value : null;
  } catch {
    return null;
  }
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null) return false;
  if (!('head' in value) || !('boundary' in value) || typeof value.boundary !== 'string') return false;
  return value.head === null || typeof value.head === 'string';
}
