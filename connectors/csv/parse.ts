import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReportFault } from '../files.ts';
import { nearestName } from '../table-names.ts';
import type { CsvTable } from './settings.ts';

/** A line without an end, or a quote that is never closed, is given up after so many bytes. */
const LONGEST_ROW = 1024 * 1024;
const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface CsvRow {
  /** Of the file, counting from 1, where the row begins. */
  readonly line: number;
  cell(name: string): string | undefined;
}

/**
 * The rows of a table in CSV, one after the other. Quoted cells may hold line breaks; lines may end in CRLF; empty
 * lines are passed over. Throws a ReportFault for what is no such table, with its line.
 *
 * https://www.rfc-editor.org/rfc/rfc4180
 */
export async function* parseCsv(
  text: AsyncIterable<string>,
  { delimiter, skipLines = 0 }: Pick<CsvTable, 'delimiter' | 'skipLines'>,
  columns: readonly string[],
): AsyncGenerator<CsvRow> {
  const { parse } = await import('csv-parse');
  const { head, whole } = await headOf(text);
  if (/^\s*<(!doctype|html)/i.test(head)) {
    throw new ReportFault('it is a page of HTML, not CSV', 1, 1);
  }
  const between = delimiter ?? (await delimiterOf(head, skipLines, columns));
  let lastLine = skipLines;
  let twice = 0;
  /** Of the rows that are parsed and not read yet. */
  const starts: number[] = [];
  const parser = parse({
    delimiter: between,
    from_line: skipLines + 1,
    on_record(record, { lines }) {
      // Counted up to the row's end, and a CRLF inside quotes as two.
      twice += breaksIn(record, /\r\n/g);
      lastLine = lines - twice;
      starts.push(lastLine - breaksIn(record, /\r\n|\r|\n/g));
      return record;
    },
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  const feeding = pipeline(Readable.from(whole, { objectMode: true }), parser);
  // Told by the loop below; without a listener it would end the process.
  feeding.catch(() => undefined);
  let header: Map<string, number> | null = null;
  let width = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      const line = starts.shift() ?? lastLine;
      if (header === null) {
        header = headerOf(record, columns, line);
        width = record.length;
        continue;
      }
      if (record.length < width || record.slice(width).some((cell) => cell.trim() !== '')) {
        throw new ReportFault(`it has ${record.length} cells where the header has ${width}`, line, 1);
      }
      const places = header;
      yield { line, cell: (name) => record[places.get(name) ?? -1] };
    }
    await feeding;
  } catch (error) {
    throw faultOf(error, lastLine + 1);
  }
  if (header === null) throw new ReportFault('it is empty: not even a header is there', 1, 1);
}

/** The line breaks inside a row's cells; CRLF is one. */
function breaksIn(record: readonly string[], pattern: RegExp): number {
  return record.reduce((count, cell) => count + (cell.match(pattern)?.length ?? 0), 0);
}

const HEAD = 64 * 1024;

/** The beginning of a text, and all of it. */
async function headOf(text: AsyncIterable<string>): Promise<{ head: string; whole: AsyncIterable<string> }> {
  const source = text[Symbol.asyncIterator]();
  let head = '';
  for (let next = await source.next(); !next.done; next = await source.next()) {
    head += next.value;
    if (head.length >= HEAD) break;
  }
  async function* whole(): AsyncGenerator<string> {
    try {
      if (head !== '') yield head;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  }
  return { head, whole: whole() };
}

/** The one under which the header holds every mapped column, else the one that cuts it into most cells. */
async function delimiterOf(head: string, skipLines: number, columns: readonly string[]): Promise<string> {
  const { parse } = await import('csv-parse/sync');
  let best: { delimiter: string; cells: number } = { delimiter: ',', cells: 0 };
  for (const delimiter of DELIMITERS) {
    const header = firstRow(parse, head, delimiter, skipLines);
    const names = new Set(header.map((name) => name.trim()));
    if (columns.length > 0 && columns.every((name) => names.has(name))) return delimiter;
    if (header.length > best.cells) best = { delimiter, cells: header.length };
  }
  return best.delimiter;
}

function firstRow(
  parse: typeof import('csv-parse/sync').parse,
  head: string,
  delimiter: string,
  skipLines: number,
): readonly string[] {
  try {
    const options = { delimiter, from_line: skipLines + 1, to: 1, skip_empty_lines: true };
    return (parse(head, { ...options, relax_column_count: true, relax_quotes: true }) as string[][])[0] ?? [];
  } catch {
    return [];
  }
}

function headerOf(record: readonly string[], columns: readonly string[], line: number): Map<string, number> {
  const names = record.map((name) => name.trim());
  const places = new Map<string, number>();
  for (const name of columns) {
    const place = names.indexOf(name);
    if (place < 0) {
      throw new ReportFault(`there is no column \`${name}\`${nearestName(name, names)}`, line, 1);
    }
    if (names.lastIndexOf(name) !== place) {
      throw new ReportFault(`two columns are called \`${name}\``, line, 1);
    }
    places.set(name, place);
  }
  return places;
}

const WORDS: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: `a row is longer than ${LONGEST_ROW / 1024 / 1024} MiB: a quote may be open, or the line has no end`,
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands between a closing quote and the next cell',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
};

function faultOf(error: unknown, line: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const words = WORDS[error.code];
  if (words !== undefined) return new ReportFault(words, line, 1);
  return error.code.startsWith('CSV_') ? new ReportFault('it is not valid CSV', line, 1) : error;
}
