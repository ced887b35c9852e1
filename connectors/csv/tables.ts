import { basename, relative } from 'node:path';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { encodingOf, fileStamp, findFiles, ReportFault, readChunks } from '../files.ts';
import { wholeTable } from '../table-batches.ts';
import { askForTable, type Validators } from '../table-http.ts';
import { digest, namesIn, type TableReader, tableReader } from '../table-rows.ts';
import { tableId } from '../table-settings.ts';
import { parseCsv } from './parse.ts';
import type { CsvSettings, CsvTable } from './settings.ts';

const LIMIT = 64 * 1024 * 1024;
const REMEDY = 'Correct the row or the mapping of the table';

/** What a table was when it was last read: stamps of its files, or what its server said of it. */
const saved = z.object({
  zone: z.string(),
  files: z.record(z.string(), z.string()).optional(),
  content: z.string().optional(),
  validators: z.object({ etag: z.string().nullable(), modified: z.string().nullable() }).optional(),
});
type Saved = z.infer<typeof saved>;

type Context = PullContext<CsvSettings>;

/** Reads a table again, whole, when it changed. */
export async function* pullTable(
  context: Context,
  table: CsvTable,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const known = readCursor(saved, cursor);
  const before = known?.zone === zoneOf(context) ? known : null;
  const reader = readerOf(context, table);
  const state =
    'path' in table
      ? await readFiles(context, table, before, reader)
      : await readAddress(context, table, before, reader);
  if (state === null) return;
  reader.throwIfFaulty();
  yield* wholeTable(context, reader.samples(), JSON.stringify(state satisfies Saved));
}

/** The first rows as they are mapped. */
export async function previewTable(
  context: Context,
  table: CsvTable,
  rows: number,
): Promise<readonly Sample[]> {
  const reader = readerOf(context, table);
  if ('path' in table) {
    const [file] = await findFiles(table.path, context.directory, context.signal);
    if (file !== undefined) await addRows(fileText(context, table, file), table, reader, placeIn(file), rows);
  } else {
    await readAddress(context, table, null, reader, rows);
  }
  reader.throwIfFaulty();
  return reader.samples();
}

function zoneOf(context: Context): string {
  return context.timezone ?? 'UTC';
}

function readerOf(context: Context, table: CsvTable): TableReader {
  const source = { member: tableId(table), zone: zoneOf(context), noun: 'column', remedy: REMEDY } as const;
  return tableReader(table, source);
}

interface Place {
  readonly name: string;
  /** Sets its rows apart from those of other files. */
  readonly part: string;
  at(line: number): string;
}

function placeIn(file: string, part = ''): Place {
  return { name: basename(file), part, at: (line) => `${file}:${line}` };
}

/** Null when no file changed. */
async function readFiles(
  context: Context,
  table: Extract<CsvTable, { path: string }>,
  before: Saved | null,
  reader: TableReader,
): Promise<Saved | null> {
  const files = await findFiles(table.path, context.directory, context.signal);
  const stamps: Record<string, string> = {};
  const keyOf = (file: string) => relative(context.directory, file);
  for (const file of files) stamps[keyOf(file)] = await fileStamp(file);
  if (before?.files && sameStamps(before.files, stamps)) return null;
  for (const file of files) {
    // One file may be renamed and its rows stay what they are.
    const place = placeIn(file, files.length > 1 ? keyOf(file) : '');
    await addRows(fileText(context, table, file), table, reader, place);
    // A file that changed while it was read is looked at again by the next pull.
    if ((await fileStamp(file)) !== stamps[keyOf(file)]) stamps[keyOf(file)] = '';
  }
  return { zone: zoneOf(context), files: stamps };
}

function sameStamps(before: Record<string, string>, now: Record<string, string>): boolean {
  const keys = Object.keys(now);
  return keys.length === Object.keys(before).length && keys.every((key) => before[key] === now[key]);
}

/** Null when the server says so, or sends the same again. */
async function readAddress(
  context: Context,
  table: Extract<CsvTable, { url: string }>,
  before: Saved | null,
  reader: TableReader,
  rows?: number,
): Promise<Saved | null> {
  const validators: Validators | null = before?.validators ?? null;
  const request = { url: table.url, accept: 'text/csv, text/plain;q=0.9, */*;q=0.5', validators };
  const answer = await askForTable(context, context.settings, request);
  if (answer === null) return null;
  const content = digest([Buffer.from(answer.bytes).toString('base64')]);
  const place: Place = {
    name: basename(new URL(table.url).pathname) || 'row',
    part: '',
    at: (line) => `${answer.endpoint} line ${line}`,
  };
  const state = { zone: zoneOf(context), content, validators: answer.validators };
  if (before?.content === content) return null;
  await addRows(decoded([answer.bytes], table), table, reader, place, rows);
  return state;
}

async function* fileText(context: Context, table: CsvTable, file: string): AsyncGenerator<string> {
  yield* decoded(readChunks(file, LIMIT, context.signal), table);
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { encoding }: CsvTable,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  try {
    for await (const chunk of chunks) {
      decoder ??= new TextDecoder(encoding ?? encodingOf(chunk), { fatal: true });
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder?.decode() ?? '';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ReportFault('it is not in UTF-8: say `encoding: windows-1252`, or what it is in', 1, 1);
  }
}

async function addRows(
  text: AsyncIterable<string>,
  table: CsvTable,
  reader: TableReader,
  place: Place,
  rows = Number.POSITIVE_INFINITY,
): Promise<void> {
  let count = 0;
  try {
    for await (const row of parseCsv(text, table, namesIn(table))) {
      reader.add({ place: place.at(row.line), key: `${place.name}:${row.line}`, cell: row.cell }, place.part);
      count += 1;
      if (count >= rows) return;
    }
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    throw new ConnectorError({
      code: 'shape',
      message: `The table cannot be read: ${error.message}`,
      endpoint: place.at(error.line),
      remedy: 'Check that it is a table in CSV with a header, and what the source says of it',
      cause: error,
    });
  }
}
