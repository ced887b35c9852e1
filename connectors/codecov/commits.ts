import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { type Codecov, type ListedCommit, openCodecov, type Totals } from './api.ts';
import type { CodecovRepository, CodecovSettings } from './settings.ts';

const DAY_MS = 86_400_000;
/** Reports come in, and are added to, some time after the commit was made. */
const OVERLAP_MS = 3 * DAY_MS;
const COMMITS_PER_BATCH = 25;

const cursorSchema = z.object({
  branch: z.string(),
  /** When the default branch was asked for. */
  branchAt: z.number(),
  /** Time of the newest commit that was read. */
  until: z.number(),
  /** The commits within the overlap, and what was read of them. */
  read: z.array(z.object({ sha: z.string(), at: z.number(), hits: z.number(), lines: z.number() })),
});
type Cursor = z.infer<typeof cursorSchema>;

interface Reported extends ListedCommit {
  readonly totals: Totals;
}

/** Reads the totals of the commits whose reports came in, or were added to, since the last pull. */
export async function* pullCommits(
  context: PullContext<CodecovSettings>,
  repository: CodecovRepository,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const codecov = openCodecov(context, repository);
  const before = readCursor(cursorSchema, cursor);
  let at = await begin(context, repository, codecov, before);
  const floor = Math.max(context.start, (before?.until ?? 0) - OVERLAP_MS);
  const listed = await codecov.commitsSince(at.branch, floor);
  const reported = listed.filter(isReported).sort((a, b) => a.timestamp - b.timestamp);
  const lastOfDay = new Map(reported.map((commit) => [dayOf(commit), commit.commitid]));
  const known = new Map(before?.read.map((one) => [one.sha, `${one.hits}/${one.lines}`]));
  const fresh = reported.filter(
    ({ commitid, totals }) => known.get(commitid) !== `${totals.hits}/${totals.lines}`,
  );
  // Oldest first, so that a pull that is stopped goes on where it was.
  for (let index = 0; index < fresh.length; index += COMMITS_PER_BATCH) {
    const commits = fresh.slice(index, index + COMMITS_PER_BATCH);
    const records: Sample[] = [];
    for (const commit of commits) {
      records.push(...sampleOf(context, repository, at.branch, commit, commit.totals));
      // A request each: once a day is enough to see where they go.
      if (lastOfDay.get(dayOf(commit)) !== commit.commitid) continue;
      records.push(...(await partsOf(context, repository, at.branch, codecov, commit)));
    }
    at = advance(at, commits);
    yield { records, cursor: JSON.stringify(at satisfies Cursor) };
  }
  const moved = before?.branch !== at.branch || before.branchAt !== at.branchAt;
  if (fresh.length === 0 && moved) yield { records: [], cursor: JSON.stringify(at) };
}

/** Where this pull goes on. The default branch is asked for once a day, for it may be another one. */
async function begin(
  { start, now }: PullContext<CodecovSettings>,
  { branch }: CodecovRepository,
  codecov: Codecov,
  before: Cursor | null,
): Promise<Cursor> {
  if (branch !== undefined) return { branchAt: 0, until: start, read: [], ...before, branch };
  if (before !== null && now() - before.branchAt < DAY_MS) return before;
  const found = await codecov.defaultBranch();
  return { until: start, read: [], ...before, branch: found, branchAt: now() };
}

function advance(at: Cursor, commits: readonly Reported[]): Cursor {
  const until = Math.max(at.until, ...commits.map(({ timestamp }) => timestamp));
  const read = new Map(at.read.map((one) => [one.sha, one]));
  for (const { commitid: sha, timestamp, totals } of commits) {
    read.set(sha, { sha, at: timestamp, hits: totals.hits, lines: totals.lines });
  }
  return { ...at, until, read: [...read.values()].filter((one) => one.at >= until - OVERLAP_MS) };
}

/** A commit without a report, or whose report is still worked on, has no totals to rely on. */
function isReported(commit: ListedCommit): commit is Reported {
  const { state, totals } = commit;
  return (state ?? 'complete') === 'complete' && typeof totals?.coverage === 'number' && totals.lines > 0;
}

async function partsOf(
  context: PullContext<CodecovSettings>,
  repository: CodecovRepository,
  branch: string,
  codecov: Codecov,
  commit: Reported,
): Promise<readonly Sample[]> {
  const { flags, components } = repository;
  const samples: Sample[] = [];
  const sha = commit.commitid;
  // A flag that was carried forward is an old report: it keeps the sample, and the date, of the commit it came with.
  const uploaded = flags.length === 0 ? new Set<string>() : await codecov.uploadedFlags(sha);
  for (const flag of flags.filter((one) => uploaded.has(one))) {
    const totals = await codecov.totals(sha, { flag });
    samples.push(...sampleOf(context, repository, branch, commit, totals, { flag }));
  }
  for (const component of components) {
    const totals = await codecov.totals(sha, { component_id: component });
    samples.push(...sampleOf(context, repository, branch, commit, totals, { component }));
  }
  return samples;
}

/** None where there is nothing to cover, which is not 0 %. */
function sampleOf(
  { settings }: PullContext<CodecovSettings>,
  { repository }: CodecovRepository,
  branch: string,
  { commitid: sha, timestamp }: Reported,
  totals: Totals | null,
  part: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  if (totals === null || totals.lines === 0) return [];
  const subject = [repository, ...Object.entries(part).flat()].join(' ');
  const { url, service } = settings;
  const app = url === 'https://api.codecov.io' ? 'https://app.codecov.io' : url.replace(/\/+$/, '');
  return [
    {
      recordType: 'sample',
      id: createHash('sha256').update([service, subject, sha].join('\0')).digest('hex').slice(0, 32),
      key: `${subject}@${sha.slice(0, 7)}`,
      title: `${totals.hits} of ${totals.lines} lines covered`,
      url: `${app}/${service}/${repository}/commit/${sha}`,
      series: 'coverage-lines',
      subject,
      measuredAt: timestamp,
      value: totals.hits / totals.lines,
      of: totals.lines,
      commit: sha,
      branch,
      labels: part,
    },
  ];
}

function dayOf({ timestamp }: ListedCommit): number {
  return Math.floor(timestamp / DAY_MS);
}
