import * as z from 'zod';
import type { EngineeringRecord, Instant } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import type { JenkinsClient } from './client.ts';
import { newestListed } from './jobs.ts';
import { BUILD_TREE, type BuildRow, buildSchema, jobSchema, jobTree } from './schemas.ts';
import type { JenkinsSettings } from './settings.ts';

/** One pull of one job. */
export interface Pull {
  readonly context: PullContext<JenkinsSettings>;
  readonly client: JenkinsClient;
  /** The job's full name. */
  readonly member: string;
  /** `/job/acme/job/web`. */
  readonly path: string;
  readonly cursor: string | null;
}

/** What is known of the job beside its builds. */
export interface Job {
  /** A branch of a multibranch pipeline. */
  readonly isBranch: boolean;
}

const cursorSchema = z.object({
  /** The newest build that is stored, with its time: a job that was made anew counts from 1 again. */
  last: z.object({ number: z.number(), at: z.number() }).nullable(),
  /** Numbers of those stored that still ran. */
  unfinished: z.array(z.number()),
});
type Cursor = z.infer<typeof cursorSchema>;

const PAGE = 100;
/** A build that is deleted meanwhile moves the older ones up: pages overlap, so that none is skipped. */
const OVERLAP = 5;
const PORTION = 25;

/**
 * The builds that came since the cursor, and those again that ran then. Old ones that Jenkins has thrown away stay on
 * record. A job that a glob's list shows without a new build costs nothing, any other one request.
 */
export async function* pullNewBuilds(
  pull: Pull,
  recordsOf: (row: BuildRow, job: Job) => Promise<readonly EngineeringRecord[]>,
): AsyncGenerator<Batch> {
  const { context, client, member, path } = pull;
  const known = readCursor(cursorSchema, pull.cursor);
  const newest = await newestListed(context, member);
  if (
    known &&
    newest !== undefined &&
    known.unfinished.length === 0 &&
    known.last?.number === (newest ?? undefined)
  )
    return;

  const found = await listDown(pull, known);
  const { rows, job, reset } = found;
  const begun = reset ? null : known;
  const unfinished = new Set(begun?.unfinished ?? []);
  const isNew = (row: BuildRow) => begun?.last == null || row.number > begun.last.number;
  const wanted = rows.filter(
    (row) => (isNew(row) && row.timestamp >= context.start) || unfinished.has(row.number),
  );
  for (const number of unfinished) {
    if (rows.some((row) => row.number === number)) continue;
    const row = await oneBuild(client, `${path}/${number}`);
    if (row) wanted.push(row);
  }
  wanted.sort((a, b) => a.number - b.number);
  for (let from = 0; from < wanted.length; from += PORTION) {
    const portion = wanted.slice(from, from + PORTION);
    const records = await Promise.all(portion.map((row) => recordsOf(row, job)));
    yield { records: records.flat(), cursor: null };
  }
  const top = rows[0];
  const ended: Cursor = {
    last: top ? { number: top.number, at: top.timestamp } : (begun?.last ?? null),
    unfinished: wanted.filter(isRunning).map((row) => row.number),
  };
  const coveredFrom = completeFrom(context.now(), context.start, begun, found);
  if (coveredFrom === null && JSON.stringify(ended) === JSON.stringify(known)) return;
  yield { records: [], cursor: JSON.stringify(ended), ...(coveredFrom === null ? {} : { coveredFrom }) };
}

export function isRunning(row: BuildRow): boolean {
  return row.building === true || row.result == null;
}

interface Listed {
  /** Newest first. */
  readonly rows: readonly BuildRow[];
  readonly job: Job;
  /** The job is another one under the same name. */
  readonly reset: boolean;
  /** The list ended before anything known or older than the start came. */
  readonly isAll: boolean;
  readonly nextNumber: number | null;
}

async function listDown({ context, client, member, path }: Pull, known: Cursor | null): Promise<Listed> {
  const rows = new Map<number, BuildRow>();
  let reset = false;
  for (let from = 0; ; from += PAGE - OVERLAP) {
    const page = await client.get(path, jobTree(from, from + PAGE), jobSchema);
    if (!page.allBuilds) throw folderError(member, client.endpoint(path));
    const job = {
      isBranch: page.property?.some((one) => one?._class?.endsWith('BranchJobProperty')) ?? false,
    };
    for (const row of page.allBuilds) rows.set(row.number, row);
    const sorted = [...rows.values()].sort((a, b) => b.number - a.number);
    const told = { rows: sorted, job, nextNumber: page.nextBuildNumber ?? null };
    const last = known?.last;
    if (last) {
      const same = rows.get(last.number);
      reset ||=
        (same !== undefined && same.timestamp !== last.at) ||
        (told.nextNumber !== null && told.nextNumber <= last.number);
    }
    const oldest = sorted.at(-1);
    if (page.allBuilds.length < PAGE || !oldest) return { ...told, reset, isAll: true };
    const isKnown = last && !reset && oldest.number <= last.number;
    if (isKnown || oldest.timestamp < context.start) return { ...told, reset, isAll: false };
  }
}

/**
 * From when on the builds are complete, where Jenkins has thrown away some that were never read; null where it is as
 * it was.
 */
function completeFrom(now: Instant, start: Instant, known: Cursor | null, found: Listed): Instant | null {
  const oldest = found.rows.at(-1);
  if (!oldest) return known === null && (found.nextNumber ?? 1) > 1 ? now : null;
  if (!found.isAll || oldest.timestamp <= start) return null;
  const expected = known?.last ? known.last.number + 1 : 1;
  return oldest.number > expected ? oldest.timestamp : null;
}

async function oneBuild(client: JenkinsClient, path: string): Promise<BuildRow | null> {
  try {
    return await client.get(path, BUILD_TREE, buildSchema);
  } catch (error) {
    // Thrown away before it was seen to end.
    if (error instanceof ConnectorError && error.code === 'not_found') return null;
    throw error;
  }
}

function folderError(member: string, endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `${member} has no builds of its own: it is a folder or a multibranch pipeline`,
    endpoint,
    remedy: `Write \`${member}/*\` under \`jobs\` for what it holds`,
  });
}
