import picomatch from 'picomatch';
import * as z from 'zod';
import type { Deployment, Instant } from '../../src/domain/records.ts';
import { DAY } from '../../src/domain/time.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { parseAnswer } from '../http.ts';
import type { Answer, GitHubClient } from './client.ts';
import { comparer } from './comparison.ts';
import { type Outcome, outcomeOf, readStatuses } from './deployment-statuses.ts';
import { guardOf, guardSchema, OVERLAP_MS } from './listing.ts';
import { isReconciliationDue, missingFrom } from './reconcile.ts';
import { webAddress } from './repositories.ts';
import { type DeploymentRow, deploymentSchema } from './schemas.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';
import { type Pull, repositoryStream } from './stream.ts';

const successSchema = z.object({ at: z.number(), commit: z.string() });
const cursorSchema = z.object({
  /** Of the first page. Only of a pull that ended complete. */
  guard: guardSchema.nullable(),
  /** Everything created up to here is stored; null until a first pull has ended. */
  reached: z.number().nullable(),
  /** The last update that was seen: GitHub sets it with every status. */
  touched: z.number(),
  /** Those stored that have not succeeded, which may still change. */
  pending: z.array(z.object({ id: z.string(), at: z.number() })),
  /** By environment, the last ones that succeeded, oldest first. */
  successes: z.record(z.string(), z.array(successSchema)),
  reconciledAt: z.number().nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;
const NONE: Cursor = {
  guard: null,
  reached: null,
  touched: 0,
  pending: [],
  successes: {},
  reconciledAt: null,
};

const BATCH = 25;
const MOST_PENDING = 500;
const MOST_SUCCESSES = 5;
const MOST_ENVIRONMENTS = 300;
/** A deployment that waits for an approval waits thirty days at most. */
const LONGEST_OPEN_MS = 35 * DAY;

interface Told {
  readonly row: DeploymentRow;
  readonly outcome: Outcome;
}

/**
 * Deployments with their outcome and the commits that each brought. They are told in the order in which they
 * finished, so that one that succeeds late has the one that succeeded before it as its predecessor.
 */
export const deployments = repositoryStream({
  name: 'deployments',
  yields: ['deployment'],
  version: 1,
  pull: pullDeployments,
});

async function* pullDeployments(pull: Pull): AsyncGenerator<Batch> {
  const { context, client, member } = pull;
  const known = readCursor(cursorSchema, pull.cursor) ?? NONE;
  const due = isReconciliationDue(context, known.reconciledAt);
  const path = `/repos/${member}/deployments?per_page=100`;
  const isGuarded = !due && known.guard?.path === path;
  const first = await client.getUnless(isGuarded ? (known.guard?.etag ?? null) : null, path);
  if (first.unchanged) return;

  const whole = due || known.reached === null;
  const list = await listDown(client, first, stopOf(context, known, whole));
  const isRead = environmentFilter(context.settings);
  const listed = list.rows.filter((row) => row.created_at >= context.start && isRead(row.environment));
  const stored = new Set(await context.storedIds('deployment'));
  const pending = new Set(known.pending.map(({ id }) => id));
  // What has succeeded is stored as it will stay: that another took its place changes nothing of it.
  const isSettled = (row: DeploymentRow) => stored.has(row.id) && !pending.has(row.id);
  const changed = whole ? listed : listed.filter((row) => row.updated_at >= known.touched - OVERLAP_MS);

  let at: Cursor = { ...known, guard: null, successes: whole ? {} : known.successes };
  const signedIn = isSignedIn(context.settings);
  const told = signedIn
    ? toldInOrder(client, member, changed)
    : toldOneByOne(
        client,
        member,
        changed.filter((row) => !isSettled(row)),
      );
  const commitsBetween = comparer(client, member);
  let records: Deployment[] = [];
  for await (const one of told) {
    const isNew = !isSettled(one.row) || one.outcome.status !== 'succeeded';
    const base = predecessor(at, one);
    at = remember(at, one);
    if (!isNew) continue;
    const commits = signedIn && base !== null ? await commitsBetween(base, one.row.sha) : null;
    records.push(toDeployment(pull, one, commits));
    if (records.length < BATCH) continue;
    yield { records, cursor: JSON.stringify(at) };
    records = [];
  }
  const removed = whole ? await gone(context, client, list) : [];
  const touched = newest(
    list.rows.map((row) => row.updated_at),
    known.touched,
  );
  yield {
    records,
    removed,
    cursor: JSON.stringify({
      ...at,
      guard: guardOf(first, path, touched),
      reached: newest(
        list.rows.map((row) => row.created_at),
        known.reached ?? context.start,
      ),
      touched,
      reconciledAt: whole ? context.now() : known.reconciledAt,
    } satisfies Cursor),
  };
}

function environmentFilter({ environments }: GitHubSettings): (environment: string) => boolean {
  return environments ? picomatch([...environments], { nocase: true, bash: true }) : () => true;
}

/** How far down the list is read: to what is stored, and to the oldest that may still change. */
function stopOf(context: PullContext<GitHubSettings>, known: Cursor, whole: boolean): Instant {
  if (whole || known.reached === null) return context.start;
  const oldest = context.now() - LONGEST_OPEN_MS;
  const open = known.pending.map(({ at }) => at).filter((at) => at >= oldest);
  return Math.max(context.start, Math.min(known.reached, ...open) - OVERLAP_MS);
}

interface List {
  readonly rows: readonly DeploymentRow[];
  /** The last page that was read. */
  readonly last: Answer;
}

async function listDown(client: GitHubClient, first: Answer, stop: Instant): Promise<List> {
  const rows: DeploymentRow[] = [];
  for (let page = first; ; ) {
    const found = rowsOf(page);
    rows.push(...found);
    if (page.next === null || found.some((row) => row.created_at < stop)) return { rows, last: page };
    page = await client.get(page.next);
  }
}

function rowsOf(page: Answer): readonly DeploymentRow[] {
  return parseAnswer(z.array(deploymentSchema), page.data, page.endpoint);
}

/** Those that finished in the order in which they did, then those that run. */
async function* toldInOrder(
  client: GitHubClient,
  member: string,
  rows: readonly DeploymentRow[],
): AsyncGenerator<Told> {
  const all: Told[] = [];
  for (let from = 0; from < rows.length; from += 100) {
    const page = rows.slice(from, from + 100);
    const statuses = await readStatuses(client, member, page, true);
    for (const row of page) {
      const found = statuses.get(row.id);
      if (found) all.push({ row, outcome: outcomeOf(row, found) });
    }
  }
  const finished = ({ outcome }: Told) => outcome.finishedAt ?? Number.POSITIVE_INFINITY;
  yield* all.sort((a, b) => finished(a) - finished(b) || Number(a.row.id) - Number(b.row.id));
}

/** Without a token each costs one of sixty requests an hour, and is handed on by itself. */
async function* toldOneByOne(
  client: GitHubClient,
  member: string,
  rows: readonly DeploymentRow[],
): AsyncGenerator<Told> {
  for (const row of rows.toReversed()) {
    const found = (await readStatuses(client, member, [row], false)).get(row.id);
    if (found) yield { row, outcome: outcomeOf(row, found) };
  }
}

/** The commit that was deployed before to the same environment; null when there is none on record. */
function predecessor({ successes }: Cursor, { row, outcome }: Told): string | null {
  const { finishedAt, status } = outcome;
  if (status !== 'succeeded' || finishedAt === null) return null;
  const before = (successes[row.environment] ?? []).filter((one) => one.at < finishedAt);
  return before.at(-1)?.commit ?? null;
}

function remember(at: Cursor, { row, outcome }: Told): Cursor {
  const pending = at.pending.filter(({ id }) => id !== row.id);
  if (outcome.status !== 'succeeded' || outcome.finishedAt === null) {
    return { ...at, pending: [...pending, { id: row.id, at: row.created_at }].slice(-MOST_PENDING) };
  }
  const success = { at: outcome.finishedAt, commit: row.sha };
  const { [row.environment]: before = [], ...others } = at.successes;
  const isKnown = before.some((one) => one.at === success.at && one.commit === success.commit);
  const ofEnvironment = isKnown ? before : [...before, success].sort((a, b) => a.at - b.at);
  // The environment that was deployed to last stands last, and the first ones fall out.
  const entries = [
    ...Object.entries(others),
    [row.environment, ofEnvironment.slice(-MOST_SUCCESSES)] as const,
  ];
  return { ...at, pending, successes: Object.fromEntries(entries.slice(-MOST_ENVIRONMENTS)) };
}

/** Stored may be what is older than the list was read: then it is read on until all were found. */
async function gone(context: PullContext<GitHubSettings>, client: GitHubClient, { rows, last }: List) {
  const isRead = environmentFilter(context.settings);
  const found = new Set(rows.filter((row) => isRead(row.environment)).map((row) => row.id));
  let missing = await missingFrom(found, context, 'deployment');
  for (let next = last.next; next !== null && missing.length > 0; ) {
    const page: Answer = await client.get(next);
    for (const row of rowsOf(page)) if (isRead(row.environment)) found.add(row.id);
    missing = missing.filter(({ id }) => !found.has(id));
    next = page.next;
  }
  return missing;
}

function newest(times: readonly Instant[], otherwise: Instant): Instant {
  let last = otherwise;
  for (const time of times) last = Math.max(last, time);
  return last;
}

function toDeployment(
  { context, member }: Pull,
  { row, outcome }: Told,
  commits: readonly string[] | null,
): Deployment {
  const place = outcome.run
    ? `actions/runs/${outcome.run}`
    : `deployments/${encodeURIComponent(row.environment)}`;
  return {
    recordType: 'deployment',
    id: row.id,
    key: `${member} ${row.environment} ${row.sha.slice(0, 7)}`,
    title: `${row.ref ?? row.sha.slice(0, 7)} to ${row.environment}`,
    url: `${webAddress(context.settings, member)}/${place}`,
    repository: member,
    environment: row.environment,
    commit: row.sha,
    gitRef: row.ref,
    status: outcome.status,
    run: outcome.run,
    createdAt: row.created_at,
    updatedAt: outcome.updatedAt,
    finishedAt: outcome.finishedAt,
    commits,
  };
}
