import * as z from 'zod';
import type { EngineeringRecord, Instant, RecordType } from '../../src/domain/records.ts';
import { DAY } from '../../src/domain/time.ts';
import type { Batch } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import type { Answer } from './client.ts';
import { guardSchema, OVERLAP_MS } from './listing.ts';
import { isReconciliationDue, missingFrom } from './reconcile.ts';
import type { Pull } from './stream.ts';

/** A list of REST that begins with what is newest, by creation or by update. */
export interface NewestFirst<Row> {
  readonly path: string;
  readonly recordType: RecordType;
  /** How far back a whole reading goes. */
  readonly from: Instant;
  rows(answer: Answer): readonly Row[];
  /** The time that the list is sorted by. */
  at(row: Row): Instant;
  record(row: Row): EngineeringRecord;
  /** Will change without moving up in the list, so that it is read down to here again. */
  unfinished(row: Row): boolean;
}

const walkSchema = z.object({
  /** Address of the page that comes next; what is new meanwhile only pushes rows to later ones. */
  next: z.string(),
  whole: z.boolean(),
  stop: z.number(),
  top: z.number(),
  openSince: z.number().nullable(),
  guard: guardSchema.nullable(),
});
type Walk = z.infer<typeof walkSchema>;

const cursorSchema = z.object({
  /** Everything up to here is stored; null until a first walk has ended. */
  reached: z.number().nullable(),
  /** The oldest row that was unfinished. */
  openSince: z.number().nullable(),
  guard: guardSchema.nullable(),
  reconciledAt: z.number().nullable(),
  /** A walk that has not ended. */
  walk: walkSchema.nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;
const NONE: Cursor = { reached: null, openSince: null, guard: null, reconciledAt: null, walk: null };

/** What is unfinished for longer than this will not end: https://docs.github.com/actions/reference/limits */
const LONGEST_OPEN_MS = 35 * DAY;

/** Reads the list down to what is known: one request, free of charge, while its first page is the same. */
export async function* pullNewestFirst<Row>(pull: Pull, list: NewestFirst<Row>): AsyncGenerator<Batch> {
  const { client, context } = pull;
  const known = readCursor(cursorSchema, pull.cursor) ?? NONE;
  const isDue = known.walk === null && isReconciliationDue(context, known.reconciledAt);
  const path = known.walk?.next ?? list.path;
  const isGuarded = known.walk === null && !isDue && known.guard?.path === path;
  const first = await client.getUnless(isGuarded ? (known.guard?.etag ?? null) : null, path);
  if (first.unchanged) return;
  const walk = known.walk ?? begin(known, list, first, isDue);
  yield* walkOn(pull, list, known, walk, first);
}

function begin<Row>(known: Cursor, list: NewestFirst<Row>, first: Answer, isDue: boolean): Walk {
  const { reached } = known;
  const whole = isDue || reached === null;
  return {
    next: list.path,
    whole,
    stop: whole ? list.from : Math.max(list.from, Math.min(reached, known.openSince ?? reached) - OVERLAP_MS),
    top: list.from,
    openSince: null,
    guard: first.etag === null ? null : { path: list.path, etag: first.etag },
  };
}

async function* walkOn<Row>(
  { client, context }: Pull,
  list: NewestFirst<Row>,
  known: Cursor,
  begun: Walk,
  first: Answer,
): AsyncGenerator<Batch> {
  const listed = known.walk === null ? new Set<string>() : null;
  const oldestOpen = context.now() - LONGEST_OPEN_MS;
  let walk = begun;
  let answer = first;
  for (;;) {
    const rows = list.rows(answer);
    const wanted = rows.filter((row) => list.at(row) >= walk.stop);
    const records = wanted.map((row) => list.record(row));
    for (const { id } of records) listed?.add(id);
    for (const row of wanted) {
      const at = list.at(row);
      walk = { ...walk, top: Math.max(walk.top, at) };
      if (list.unfinished(row) && at >= oldestOpen)
        walk = { ...walk, openSince: Math.min(walk.openSince ?? at, at) };
    }
    if (answer.next === null || wanted.length < rows.length) {
      yield { records, cursor: null };
      break;
    }
    walk = { ...walk, next: answer.next };
    yield { records, cursor: JSON.stringify({ ...known, guard: null, walk } satisfies Cursor) };
    answer = await client.get(answer.next);
  }
  // A walk in two parts does not know what the first one saw.
  const compared = walk.whole && listed !== null;
  const removed = compared ? await gone(answer, listed) : [];
  const isFirst = known.reached === null;
  yield {
    records: [],
    removed,
    cursor: JSON.stringify({
      reached: Math.max(known.reached ?? list.from, walk.top),
      openSince: walk.openSince,
      guard: walk.guard,
      reconciledAt: compared || isFirst ? context.now() : known.reconciledAt,
      walk: null,
    } satisfies Cursor),
  };

  /** Stored may be what is older than the list was read: then it is read on until all were found. */
  async function gone(last: Answer, found: Set<string>) {
    let missing = await missingFrom(found, context, list.recordType);
    for (let page: Answer | null = last; page !== null && missing.length > 0; ) {
      for (const row of list.rows(page)) found.add(list.record(row).id);
      missing = missing.filter(({ id }) => !found.has(id));
      page = missing.length > 0 && page.next !== null ? await client.get(page.next) : null;
    }
    return missing;
  }
}
