import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { EngineeringRecord, RecordType } from '../../src/domain/records.ts';
import type { Batch } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { parseAnswer } from '../http.ts';
import { isReconciliationDue } from './changes.ts';
import type { Pull } from './stream.ts';

const cursorSchema = z.object({
  /** Of the first page, which any new row comes to stand on. */
  page: z.string(),
  reconciledAt: z.number(),
});

interface WholeList<Row> {
  /** Newest first. */
  readonly path: string;
  readonly row: z.ZodType<Row>;
  readonly recordType: RecordType;
  /** Null where the row is none of ours. */
  record(row: Row): EngineeringRecord | null;
}

/**
 * A list that GitLab does not filter by change. Its first page tells whether there is anything new; then, and once
 * in a `reconcileEvery`, it is read whole, and what it holds no more was deleted.
 */
export async function* pullWholeList<Row>(pull: Pull, list: WholeList<Row>): AsyncGenerator<Batch> {
  const { context, client } = pull;
  const known = readCursor(cursorSchema, pull.cursor);
  const first = await client.get(list.path);
  const page = createHash('sha256').update(JSON.stringify(first.data)).digest('base64url');
  if (known?.page === page && !isReconciliationDue(context, known.reconciledAt)) return;

  const listed = new Set<string>();
  const batch = (rows: readonly Row[]): Batch => {
    const records = rows.map((row) => list.record(row)).filter((record) => record !== null);
    for (const { id } of records) listed.add(id);
    return { records, cursor: null };
  };
  yield batch(parseAnswer(z.array(list.row), first.data, first.endpoint));
  if (first.next !== null) for await (const rows of client.pages(first.next, list.row)) yield batch(rows);
  const stored = await context.storedIds(list.recordType);
  yield {
    records: [],
    removed: stored.filter((id) => !listed.has(id)).map((id) => ({ recordType: list.recordType, id })),
    cursor: JSON.stringify({ page, reconciledAt: context.now() } satisfies z.infer<typeof cursorSchema>),
  };
}
