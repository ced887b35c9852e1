import type { Commit } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { impactFilter } from './attributes.ts';
import { type Cut, cutOf, warnOfGaps } from './depth.ts';
import { type LogEntry, readLog } from './log.ts';
import { orphans, reaches } from './orphans.ts';
import { openPeople, type People } from './people.ts';
import { cursorOf, type Progress, parseProgress } from './progress.ts';
import type { Remote } from './remote.ts';
import { openRepository } from './repository.ts';
import { type GitPlace, runGit } from './run.ts';
import type { GitSettings } from './settings.ts';
import { readRuleFiles } from './tree.ts';

const BATCH = 1000;

/**
 * Clocks run wrong: a commit may be dated before its parent. Git that lacks `--since-as-filter` stops at the
 * first old commit, so it is asked for these many seconds more.
 */
const CLOCK_MARGIN = 60 * 24 * 3600;

export async function* pullCommits(
  context: PullContext<GitSettings>,
  member: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const repository = await openRepository(context);
  const { place } = repository;
  const tip = await repository.tip();
  const cut = await cutOf(place, tip);
  await warnOfGaps(place, cut, context.logger);

  const before = parseProgress(cursor);
  const grows = before?.head != null && (await reaches(place, before.head, tip.sha));
  const coveredFrom = coverage(before, grows, cut);
  // Said each time: a run that was killed right before its end has not told sync.
  const closing = { records: [], cursor: null, coveredFrom: coveredFrom ?? context.start };
  if (before && before.head === tip.sha && before.target === undefined && before.cut === cut.id) {
    yield closing;
    return;
  }

  const files = await readRuleFiles(place, tip.sha);
  const start = { cut: cut.id, coveredFrom, rules: files.id };
  const goesOn = before !== null && before.cut === start.cut && before.rules === start.rules;
  let progress: Progress = goesOn ? { ...before, coveredFrom } : { head: null, ...start };
  const seen = [before?.head, before?.target].filter((sha) => sha != null);
  const left = await anyLeft(place, seen, tip.sha);
  if (before === null || left.length > 0) {
    for await (const ids of orphans(context, place, { left, tip: tip.sha, shallow: cut.id !== '' })) {
      yield { records: [], removed: ids.map((id) => ({ recordType: 'commit', id }) as const), cursor: null };
    }
    if (left.length > 0) progress = { head: null, ...start };
  }

  const counts = await impactFilter(place, files);
  const read: SpanReader = {
    context,
    place: { ...place, mailmap: files.mailmap ?? '' },
    hidden: cut.hidden,
    counts,
    people: openPeople(
      { ...place, mailmap: files.mailmap ?? '' },
      files.mailmap !== null,
      context.settings.bots ?? [],
    ),
    toRecord: recordMaker(member, await repository.remote()),
  };
  while (progress.head !== tip.sha) {
    const target = progress.target ?? tip.sha;
    yield* pullSpan(read, { ...progress, target });
    progress = { head: target, ...start };
  }
  yield closing;
}

/** What an earlier pull could see is not lost when the clone is made anew with less, so long as the two meet. */
function coverage(before: Progress | null, grows: boolean, cut: Cut): number | null {
  if (cut.coveredFrom === null) return null;
  if (!before || !grows || before.coveredFrom === null) return before && grows ? null : cut.coveredFrom;
  return Math.min(before.coveredFrom, cut.coveredFrom);
}

/** Those of the commits that the branch no longer leads to. */
async function anyLeft(place: GitPlace, seen: readonly string[], tip: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const sha of seen) if (!(await reaches(place, sha, tip))) left.push(sha);
  return left;
}

interface SpanReader {
  readonly context: PullContext<GitSettings>;
  readonly place: GitPlace;
  readonly hidden: ReadonlySet<string>;
  readonly counts: (path: string) => boolean;
  readonly people: People;
  readonly toRecord: (entry: LogEntry, people: People) => Commit;
}

/** The commits from `target` that `head` does not reach, from where an earlier pull of the same was cut short. */
async function* pullSpan(reader: SpanReader, span: Progress & { target: string }): AsyncGenerator<Batch> {
  const { context, place, hidden, counts, people, toRecord } = reader;
  const { head, cut, coveredFrom, rules, target } = span;
  const until = head === null ? [] : [`^${head}`];
  const range = [...(await since(context, place)), target, ...until, '--'];
  let read = await resumeAt(place, range, span);
  const skipped = read > 0 ? [`--skip=${read}`] : [];
  let total: number | undefined;
  // Beside the log, which takes far longer.
  const counted = runGit(place, ['rev-list', '--count', ...range]).then(
    (answer) => {
      total = Number(answer);
    },
    () => undefined,
  );

  async function recordsOf(entries: readonly LogEntry[]): Promise<Commit[]> {
    const wanted = entries.filter(
      (entry) => entry.committed * 1000 >= context.start && !hidden.has(entry.sha),
    );
    await people.meet(wanted);
    return wanted.map((entry) => toRecord(entry, people));
  }

  let pending: LogEntry[] = [];
  for await (const entries of readLog(place, [...skipped, ...range], counts)) {
    for (const entry of entries) {
      pending.push(entry);
      if (pending.length < BATCH) continue;
      read += pending.length;
      const cursor = cursorOf({ head, cut, coveredFrom, rules, target, read, last: entry.sha });
      yield { records: await recordsOf(pending), cursor, ...(total === undefined ? {} : { total }) };
      pending = [];
    }
  }
  await counted;
  const cursor = cursorOf({ head: target, cut, coveredFrom, rules });
  yield { records: await recordsOf(pending), cursor, ...(total === undefined ? {} : { total }) };
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

function recordMaker(repository: string, remote: Remote | null): SpanReader['toRecord'] {
  return (entry, people) => ({
    recordType: 'commit',
    id: entry.sha,
    key: entry.sha,
    title: entry.subject || null,
    url: remote?.commitUrl(entry.sha) ?? null,
    repository,
    sha: entry.sha,
    author: entry.author || null,
    authorEmail: entry.email || null,
    bot: people.isBot(entry.author, entry.email),
    authoredAt: entry.authored * 1000,
    committedAt: entry.committed * 1000,
    parents: entry.parents,
    merge: entry.parents.length > 1,
    coAuthors: entry.coAuthors.length > 0 ? people.coAuthorsOf(entry) : [],
    additions: entry.additions,
    deletions: entry.deletions,
    lineImpact: entry.impact,
  });
}
