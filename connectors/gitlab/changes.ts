import * as z from 'zod';
import type { EngineeringRecord, Instant, RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { intervalOf } from '../durations.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { GitLabClient } from './client.ts';
import type { GitLabSettings } from './settings.ts';
import type { Pull } from './stream.ts';

/** A list that GitLab filters and sorts by the last update. */
export interface ChangeList<Row extends ListedRow> {
  /** Up to its question mark or an ampersand, without any span of time, order or state. */
  readonly path: string;
  readonly row: z.ZodType<Row>;
  readonly recordType: RecordType;
  /** Narrows the list to what is still open, which counts though nobody touched it since the start. */
  readonly open: string | null;
  /** Whether what was deleted shall be found. Not where GitLab itself tidies up what is old. */
  readonly reconciles: boolean;
  /** What is remembered from row to row, in the order of the list, and what that says of this one. */
  remember?(memory: unknown, row: Row): { readonly memory: unknown; readonly hint: string | null };
  /** Null where the row is none of ours. */
  record(row: Row, hint: string | null): Promise<EngineeringRecord | null>;
}

interface ListedRow {
  readonly id: string;
  readonly updated_at: Instant;
}

const cursorSchema = z.object({
  /** Everything updated before this is stored; null until something was. */
  reached: z.number().nullable(),
  /** Those stored with their last update, as far back as the next pull lists them again. */
  seen: z.array(z.tuple([z.string(), z.number()])),
  /** The list was read long after its last row was written, so that nothing before that may still come up. */
  settled: z.boolean(),
  /** How far the open ones that nobody touched since the start were read; null when they all were. */
  open: z.number().nullable(),
  reconciledAt: z.number().nullable(),
  memory: z.unknown(),
});
type Cursor = z.infer<typeof cursorSchema>;

const NONE: Cursor = {
  reached: null,
  seen: [],
  settled: false,
  open: null,
  reconciledAt: null,
  memory: null,
};

/** GitLab's replicas lag: what is listed late bears an earlier time than what was listed before it. */
export const OVERLAP_MS = 5 * 60_000;
/** What each row costs further requests for is handed on in portions, so that a refusal loses little. */
const PORTION = 20;

/**
 * What was updated since the cursor, oldest first, then what is open and older; and now and then the whole list, to
 * find what was deleted. When nothing changed it is one request.
 */
export async function* pullChanges<Row extends ListedRow>(
  pull: Pull,
  list: ChangeList<Row>,
): AsyncGenerator<Batch> {
  const { context } = pull;
  const known = readCursor(cursorSchema, pull.cursor);
  const begun = known ?? { ...NONE, open: list.open === null ? null : 0 };
  const due = list.reconciles && isReconciliationDue(context, begun.reconciledAt);
  const ended = yield* walk(pull, list, begun);
  if (JSON.stringify(ended) !== JSON.stringify(known)) yield { records: [], cursor: JSON.stringify(ended) };
  if (due) yield* reconcile(pull, list, ended);
}

async function* walk<Row extends ListedRow>(
  { context, client }: Pull,
  list: ChangeList<Row>,
  begun: Cursor,
): AsyncGenerator<Batch, Cursor> {
  const { start } = context;
  let at = begun;
  const from = at.reached === null ? start : Math.max(start, at.reached - (at.settled ? 0 : OVERLAP_MS));
  const seen = new Set(at.seen.map(([id, updated]) => `${id} ${updated}`));
  for await (const rows of pagesSince(client, list.path, from, list.row)) {
    const fresh = rows.filter((row) => !seen.has(`${row.id} ${row.updated_at}`));
    for (const portion of portions(fresh)) {
      const { memory, hints } = remembered(list, at.memory, portion);
      const records = await recordsOf(list, portion, hints);
      at = { ...advanced(at, portion), memory };
      yield { records, cursor: JSON.stringify(at) };
    }
  }
  if (at.open !== null) {
    const path = `${list.path}${list.open}&updated_before=${encodeURIComponent(new Date(start).toISOString())}&`;
    for await (const rows of pagesSince(client, path, at.open, list.row)) {
      const fresh = rows.filter((row) => row.updated_at < start);
      for (const portion of portions(fresh)) {
        const records = await recordsOf(list, portion);
        at = { ...at, open: portion.at(-1)?.updated_at ?? at.open };
        yield { records, cursor: JSON.stringify(at) };
      }
    }
  }
  const settled = at.reached !== null && context.now() - at.reached >= OVERLAP_MS;
  return {
    ...at,
    seen: settled ? at.seen.filter(([, updated]) => updated === at.reached) : at.seen,
    settled,
    open: null,
    reconciledAt: at.reconciledAt ?? context.now(),
  };
}

function advanced<Row extends ListedRow>(at: Cursor, rows: readonly Row[]): Cursor {
  let reached = at.reached ?? 0;
  for (const row of rows) reached = Math.max(reached, row.updated_at);
  const seen = [...at.seen, ...rows.map((row): [string, number] => [row.id, row.updated_at])];
  return {
    ...at,
    reached,
    settled: false,
    seen: seen.filter(([, updated]) => updated >= reached - OVERLAP_MS),
  };
}

/**
 * The pages of a list from one time on, each asked for by the last time of the one before it and not by its number:
 * what is updated meanwhile moves to the end, and numbered pages would skip another in its place. Only where a whole
 * page bears one time is the link followed.
 */
async function* pagesSince<Row extends ListedRow>(
  client: GitLabClient,
  list: string,
  from: Instant,
  row: z.ZodType<Row>,
): AsyncGenerator<readonly Row[]> {
  const page = z.array(row);
  const pathSince = (since: Instant) =>
    `${list}order_by=updated_at&sort=asc&per_page=100&updated_after=${encodeURIComponent(new Date(since).toISOString())}`;
  let since = from;
  let before: ReadonlySet<string> = new Set();
  for (let next: string | null = pathSince(since); next !== null; ) {
    const answer = await client.get(next);
    const rows: readonly Row[] = parseAnswer(page, answer.data, answer.endpoint);
    yield rows.filter((found) => !before.has(`${found.id} ${found.updated_at}`));
    before = new Set(rows.map((found) => `${found.id} ${found.updated_at}`));
    const [first, last] = [rows[0], rows.at(-1)];
    if (answer.next === null || !first || !last) return;
    const isFiltered = first.updated_at >= since && last.updated_at > since;
    next = isFiltered ? pathSince(last.updated_at) : answer.next;
    if (isFiltered) since = last.updated_at;
  }
}

/** Finds what a list of changes cannot show: what was deleted, and what came into sight without a change. */
async function* reconcile<Row extends ListedRow>(
  { context, client }: Pull,
  list: ChangeList<Row>,
  at: Cursor,
): AsyncGenerator<Batch> {
  const listed = new Map<string, Row>();
  const since = `updated_after=${encodeURIComponent(new Date(context.start).toISOString())}`;
  // The open ones first: what is closed meanwhile was updated by that, and is in the list that follows.
  for (const filter of list.open === null ? [since] : [list.open, since]) {
    for await (const rows of wholeList(client, `${list.path}${filter}&`, list.row))
      for (const row of rows) listed.set(row.id, row);
  }
  const stored = new Set(await context.storedIds(list.recordType));
  const unseen = [...listed.values()].filter((row) => !stored.has(row.id));
  let gone = [...stored].filter((id) => !listed.has(id));
  if (gone.length > 0) {
    // Stored may be what was last touched before the start, by a pull with an earlier one.
    const all = new Set<string>();
    for await (const rows of wholeList(client, list.path, list.row)) for (const { id } of rows) all.add(id);
    gone = gone.filter((id) => !all.has(id));
  }
  for (const portion of portions(unseen)) yield { records: await recordsOf(list, portion), cursor: null };
  yield {
    records: [],
    removed: gone.map((id) => ({ recordType: list.recordType, id })),
    cursor: JSON.stringify({ ...at, reconciledAt: context.now() } satisfies Cursor),
  };
}

/** By keyset where the server offers it for this list, else by number; an old one refuses the very word with a 405. */
async function* wholeList<Row>(
  client: GitLabClient,
  list: string,
  row: z.ZodType<Row>,
): AsyncGenerator<readonly Row[]> {
  const path = `${list}order_by=created_at&sort=asc&per_page=100`;
  try {
    yield* client.pages(`${path}&pagination=keyset`, row);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.status !== 405) throw error;
    yield* client.pages(path, row);
  }
}

function remembered<Row extends ListedRow>(list: ChangeList<Row>, begun: unknown, rows: readonly Row[]) {
  let memory = begun;
  const hints: (string | null)[] = [];
  for (const row of list.remember ? rows : []) {
    const told = list.remember?.(memory, row);
    memory = told?.memory ?? null;
    hints.push(told?.hint ?? null);
  }
  return { memory, hints };
}

async function recordsOf<Row extends ListedRow>(
  list: ChangeList<Row>,
  rows: readonly Row[],
  hints: readonly (string | null)[] = [],
): Promise<readonly EngineeringRecord[]> {
  const records = await Promise.all(rows.map((row, index) => list.record(row, hints[index] ?? null)));
  return records.filter((record) => record !== null);
}

function* portions<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += PORTION) yield rows.slice(from, from + PORTION);
}

/** Whether it is time to compare the whole list with what is stored. Never before a first pull has ended. */
export function isReconciliationDue(
  { settings, now }: PullContext<GitLabSettings>,
  reconciledAt: Instant | null,
): boolean {
  const interval = intervalOf(settings.reconcileEvery);
  return interval !== null && reconciledAt !== null && now() - reconciledAt >= interval;
}
