import { basename } from 'node:path';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { faultyReport, fileStamp, ReportFault, readText } from '../files.ts';
import { parseJson } from '../json.ts';
import { wholeTable } from '../table-batches.ts';
import type { Validators } from '../table-http.ts';
import { digest, namesIn, type TableReader, tableReader } from '../table-rows.ts';
import { tableId } from '../table-settings.ts';
import { type FieldWatch, watchFields } from './fields.ts';
import { pagesOf, rowsOf } from './pages.ts';
import { compilePaths } from './paths.ts';
import type { JsonSettings, JsonTable } from './settings.ts';

const LIMIT = 64 * 1024 * 1024;
const REMEDY =
  'Correct the mapping of the table, or the row; `krsync doctor` shows how the first rows are read';

const saved = z.object({
  zone: z.string(),
  content: z.string(),
  validators: z.object({ etag: z.string().nullable(), modified: z.string().nullable() }).nullable(),
});
type Saved = z.infer<typeof saved>;

type Context = PullContext<JsonSettings>;

/** Reads a table again, whole, when it changed. */
export async function* pullTable(
  context: Context,
  table: JsonTable,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const known = readCursor(saved, cursor);
  const before = known?.zone === zoneOf(context) ? known : null;
  const read = await readTable(context, table, before, Number.POSITIVE_INFINITY);
  if (read === null) return;
  read.reader.throwIfFaulty();
  yield* wholeTable(context, read.reader.samples(), JSON.stringify(read.state));
}

/** The first rows as they are mapped. */
export async function previewTable(
  context: Context,
  table: JsonTable,
  rows: number,
): Promise<readonly Sample[]> {
  const read = await readTable(context, table, null, rows);
  if (read === null) throw new TypeError('what was never read cannot be unchanged');
  read.reader.throwIfFaulty();
  return read.reader.samples();
}

function zoneOf(context: Context): string {
  return context.timezone ?? 'UTC';
}

interface Read {
  readonly reader: TableReader;
  readonly state: Saved;
}

/** At most `limit` rows; null when nothing changed. */
async function readTable(
  context: Context,
  table: JsonTable,
  before: Saved | null,
  limit: number,
): Promise<Read | null> {
  const zone = zoneOf(context);
  const place = 'path' in table ? table.path : new URL(table.url).origin + new URL(table.url).pathname;
  const mapped = namesIn(table);
  const paths = await compilePaths([...mapped, ...pathsToRows(table)], place);
  const fields = watchFields(mapped);
  const reader = tableReader(table, { member: tableId(table), zone, noun: 'path', remedy: REMEDY });
  let count = 0;

  function add(rows: readonly unknown[], endpoint: string): void {
    for (const row of rows) fields.see(row);
    for (const row of rows.slice(0, limit - count)) {
      count += 1;
      const at = `${endpoint} row ${count}`;
      const key = 'path' in table ? `${basename(table.path)} row ${count}` : `row ${count}`;
      reader.add({ place: at, key, cell: (path) => paths.read(path, row, at) }, '');
    }
  }

  if ('path' in table) {
    const stamp = await fileStamp(table.path);
    if (before?.content === stamp) return null;
    add(rowsOf(await readFile(context, table.path), table, paths, table.path), table.path);
    assertThere(fields, table.path);
    // A file that changed while it was read is looked at again by the next pull.
    const same = (await fileStamp(table.path)) === stamp ? stamp : '';
    return { reader, state: { zone, content: same, validators: null } };
  }
  const contents: string[] = [];
  let validators: Validators | null = null;
  for await (const page of pagesOf(context, table, paths, before?.validators ?? null)) {
    if (page === null) return null;
    contents.push(page.content);
    // What a server says of its first page says nothing of the others.
    validators = table.pages === undefined ? page.validators : null;
    add(page.rows, page.endpoint);
    // A preview has not seen whether the field is on a later page.
    if (count >= limit && table.pages !== undefined)
      return { reader, state: { zone, content: '', validators } };
  }
  const content = digest(contents);
  if (before?.content === content) return null;
  assertThere(fields, place);
  return { reader, state: { zone, content, validators } };
}

function pathsToRows(table: JsonTable): readonly string[] {
  const rows = table.rows === undefined ? [] : [table.rows];
  const pages = 'url' in table ? table.pages : undefined;
  return typeof pages === 'object' && 'next' in pages ? [...rows, pages.next] : rows;
}

async function readFile(context: Context, path: string): Promise<unknown> {
  const text = await readText(path, LIMIT, context.signal);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    throw faultyReport(path, error, 'Give a whole file of JSON');
  }
}

function assertThere(fields: FieldWatch, endpoint: string): void {
  const fault = fields.fault();
  if (fault === null) return;
  throw new ConnectorError({
    code: 'shape',
    message: `The table is not what its mapping says: ${fault}`,
    endpoint,
    remedy: REMEDY,
  });
}
