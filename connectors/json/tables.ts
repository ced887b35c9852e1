import { basename } from 'node:path';
import * as z from 'zod';
import type { Batch, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { faultyReport, fileStamp, ReportFault, readText } from '../files.ts';
import { parseJson as parseAnswer } from '../http.ts';
import { parseJson } from '../json.ts';
import { wholeTable } from '../table-batches.ts';
import { askForTable, type TableAnswer, type Validators } from '../table-http.ts';
import { digest, MAX_ROWS, namesIn, type TableReader, tableReader } from '../table-rows.ts';
import { compilePaths, type Paths } from './paths.ts';
import { type JsonSettings, type JsonTable, tableId } from './settings.ts';

const LIMIT = 64 * 1024 * 1024;
const MAX_PAGES = 100;
/** Of all pages of one table together, so that an endpoint that never ends does. */
const LONGEST_READ = 5 * 60_000;
const REMEDY =
  'Correct the mapping of the table, or the row; `krsync doctor` shows how the first rows are read';

const saved = z.object({
  zone: z.string(),
  content: z.string(),
  validators: z.object({ etag: z.string().nullable(), modified: z.string().nullable() }).nullable(),
});
type Saved = z.infer<typeof saved>;

type Context = PullContext<JsonSettings>;
type AddressTable = Extract<JsonTable, { url: string }>;

/** Reads a table again, whole, when it changed. */
export async function* pullTable(
  context: Context,
  table: JsonTable,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const known = parseCursor(cursor);
  const before = known?.zone === zoneOf(context) ? known : null;
  const read = await readTable(context, table, before, Number.POSITIVE_INFINITY);
  if (read === null) return;
  read.reader.throwIfFaulty();
  yield* wholeTable(context, read.reader.samples(), JSON.stringify(read.state));
}

export async function previewTable(context: Context, table: JsonTable, rows: number): Promise<TableReader> {
  const read = await readTable(context, table, null, rows);
  if (read === null) throw new TypeError('what was never read cannot be unchanged');
  read.reader.throwIfFaulty();
  return read.reader;
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
  const next =
    'url' in table && typeof table.pages === 'object' && 'next' in table.pages ? [table.pages.next] : [];
  const expressions = [...namesIn(table), ...(table.rows === undefined ? [] : [table.rows]), ...next];
  const paths = await compilePaths(expressions, place);
  const source = { member: tableId(table), zone, noun: 'path', remedy: REMEDY } as const;
  const reader = tableReader(table, source);
  let count = 0;
  /** How many rows a page had. */
  const add = (data: unknown, endpoint: string): number => {
    const rows = rowsOf(data, table, paths, endpoint);
    for (const row of rows.slice(0, limit - count)) {
      const at = `row ${count + 1}`;
      const key = 'path' in table ? `${basename(table.path)} ${at}` : at;
      reader.add({ place: `${endpoint} ${at}`, key, cell: (path) => paths.read(path, row) }, '');
      count += 1;
    }
    return rows.length;
  };
  if ('path' in table) {
    const stamp = await fileStamp(table.path);
    if (before?.content === stamp) return null;
    add(await readFile(context, table.path), table.path);
    const same = (await fileStamp(table.path)) === stamp ? stamp : '';
    return { reader, state: { zone, content: same, validators: null } };
  }
  const contents: string[] = [];
  let validators: Validators | null = null;
  for await (const answer of pagesOf(context, table, paths, before?.validators ?? null)) {
    if (answer === null) return null;
    contents.push(digest([answer.text()]));
    // What a server says of its first page says nothing of the others.
    validators = contents.length === 1 && table.pages === undefined ? answer.validators : null;
    const rows = add(parseAnswer(answer.text(), answer.endpoint), answer.endpoint);
    if (rows === 0 || count >= limit) break;
  }
  const content = digest(contents);
  return before?.content === content ? null : { reader, state: { zone, content, validators } };
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

function rowsOf(data: unknown, { rows }: JsonTable, paths: Paths, endpoint: string): readonly unknown[] {
  const found = rows === undefined ? data : paths.read(rows, data);
  if (Array.isArray(found)) {
    const odd = found.findIndex((row) => typeof row !== 'object' || row === null);
    if (odd < 0) return found;
    throw notRows(`[${odd}] is no object`, endpoint);
  }
  if (typeof found === 'object' && found !== null) return [found];
  throw notRows(
    rows === undefined ? 'it is neither a list nor an object' : `\`${rows}\` finds no rows`,
    endpoint,
  );
}

function notRows(what: string, endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The answer does not hold the rows that are expected: ${what}`,
    endpoint,
    remedy: 'Say where the rows are with `rows`, and check what the address answers',
  });
}

/** The pages one after the other; a single null when the server says that nothing changed. */
async function* pagesOf(
  context: Context,
  table: AddressTable,
  paths: Paths,
  validators: Validators | null,
): AsyncGenerator<TableAnswer | null> {
  const { method = 'GET', body, pages, maxPages = MAX_PAGES } = table;
  const began = context.now();
  const seen = new Set<string>();
  let url: string | null = pageUrl(table.url, pages, 0);
  for (let page = 0; url !== null; page++) {
    if (page >= maxPages) throw endless(`there are more than ${maxPages} pages`, table);
    if (context.now() - began > LONGEST_READ) throw endless('its pages take more than five minutes', table);
    if (seen.has(url)) throw endless('a page says that it is followed by one that was read already', table);
    seen.add(url);
    const answer: TableAnswer | null = await askForTable(context, context.settings, {
      url,
      method,
      accept: 'application/json',
      validators: page === 0 ? validators : null,
      ...(body === undefined || method === 'GET'
        ? {}
        : { body: { text: JSON.stringify(body), type: 'application/json' } }),
    });
    yield answer;
    if (answer === null || pages === undefined) return;
    url = nextUrl(answer, table, paths, page + 1);
  }
}

function pageUrl(url: string, pages: AddressTable['pages'], page: number): string {
  if (typeof pages !== 'object' || !('parameter' in pages)) return url;
  const numbered = new URL(url);
  numbered.searchParams.set(pages.parameter, String((pages.first ?? 1) + page));
  return numbered.href;
}

function nextUrl(answer: TableAnswer, table: AddressTable, paths: Paths, page: number): string | null {
  const { pages } = table;
  if (typeof pages === 'object' && 'parameter' in pages) return pageUrl(table.url, pages, page);
  const next =
    typeof pages === 'object'
      ? paths.read(pages.next, parseAnswer(answer.text(), answer.endpoint))
      : linked(answer);
  if (next === null || next === undefined || next === '' || next === false) return null;
  const base = answer.url;
  if (
    typeof next !== 'string' ||
    !URL.canParse(next, base) ||
    new URL(next, base).origin !== new URL(table.url).origin
  ) {
    throw new ConnectorError({
      code: 'shape',
      message: `What \`${typeof pages === 'object' ? pages.next : 'Link'}\` gives as the next page is no address of the same server`,
      endpoint: answer.endpoint,
      remedy: 'Correct `pages.next`: the credentials of the source are for its own server alone',
    });
  }
  return new URL(next, base).href;
}

/** https://www.rfc-editor.org/rfc/rfc8288 */
function linked({ headers }: TableAnswer): string | null {
  for (const link of (headers.get('link') ?? '').split(/,(?=\s*<)/)) {
    const [, target, rest = ''] = /^\s*<([^>]*)>(.*)$/.exec(link) ?? [];
    if (target !== undefined && /;\s*rel="?(?:[^"]*\s)?next(?:\s[^"]*)?"?/i.test(rest)) return target;
  }
  return null;
}

function endless(why: string, { url }: AddressTable): ConnectorError {
  const { origin, pathname } = new URL(url);
  return new ConnectorError({
    code: 'input',
    message: `The table was given up, for ${why}`,
    endpoint: `${origin}${pathname}`,
    remedy: `Ask for less, or correct \`pages\`; \`maxPages\` allows more pages, and at most ${MAX_ROWS} rows are read`,
  });
}

function parseCursor(cursor: string | null): Saved | null {
  if (cursor === null) return null;
  try {
    return saved.parse(JSON.parse(cursor));
  } catch {
    return null;
  }
}
