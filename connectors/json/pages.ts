import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseJson } from '../http.ts';
import { askForTable, type TableAnswer, type Validators } from '../table-http.ts';
import { digest, MAX_ROWS } from '../table-rows.ts';
import type { Paths } from './paths.ts';
import type { JsonSettings, JsonTable } from './settings.ts';

const MAX_PAGES = 100;
/** Of all pages of one table together, so that an endpoint that never ends does. */
const LONGEST_READ = 5 * 60_000;

export type AddressTable = Extract<JsonTable, { url: string }>;

export interface Page {
  readonly rows: readonly unknown[];
  readonly endpoint: string;
  /** Equal where the answers are. */
  readonly content: string;
  readonly validators: Validators;
}

/** The pages one after the other; a single null when the server says that nothing changed. */
export async function* pagesOf(
  context: PullContext<JsonSettings>,
  table: AddressTable,
  paths: Paths,
  validators: Validators | null,
): AsyncGenerator<Page | null> {
  const { maxPages = MAX_PAGES } = table;
  const began = context.now();
  const seen = new Set<string>();
  let before: Page | null = null;
  let read = 0;
  let url: string | null = pageUrl(table, { pages: 0, rows: 0 });
  for (let number = 0; url !== null; number++) {
    if (number >= maxPages) throw endless(`there are more than ${maxPages} pages`, table);
    if (context.now() - began > LONGEST_READ) throw endless('its pages take more than five minutes', table);
    if (seen.has(url)) throw endless('a page says that it is followed by one that was read already', table);
    seen.add(url);
    const answer = await ask(context, table, url, number === 0 ? validators : null);
    if (answer === null) {
      yield null;
      return;
    }
    const text = answer.text();
    const data = parseJson(text, answer.endpoint);
    assertWhole(data, answer.endpoint);
    const { endpoint, validators: said } = answer;
    const rows = rowsOf(data, table, paths, endpoint);
    const page: Page = { rows, endpoint, content: digest([text]), validators: said };
    assertCounted(table, before, page, number);
    if (table.pages === undefined && linked(answer) !== null) throw furtherPages(endpoint);
    yield page;
    before = page;
    read += rows.length;
    url = nextUrl(answer, data, table, paths, page, { pages: number + 1, rows: read });
  }
}

function ask(
  context: PullContext<JsonSettings>,
  { method = 'GET', body }: AddressTable,
  url: string,
  validators: Validators | null,
): Promise<TableAnswer | null> {
  return askForTable(context, context.settings, {
    url,
    method,
    accept: 'application/json',
    validators,
    ...(body === undefined ? {} : { body: { text: JSON.stringify(body), type: 'application/json' } }),
  });
}

/** A list of objects, or one object that stands for a list of one. */
export function rowsOf(
  data: unknown,
  { rows }: JsonTable,
  paths: Paths,
  endpoint: string,
): readonly unknown[] {
  const found = rows === undefined ? data : paths.read(rows, data, endpoint);
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

/** GraphQL answers 200 with what it has, and `errors` beside it. https://spec.graphql.org/October2021/#sec-Errors */
function assertWhole(data: unknown, endpoint: string): void {
  if (typeof data !== 'object' || data === null || !('data' in data) || !('errors' in data)) return;
  if (!Array.isArray(data.errors) || data.errors.length === 0) return;
  throw new ConnectorError({
    code: 'shape',
    message: `The answer is incomplete: it has ${data.errors.length} under \`errors\` besides its \`data\``,
    endpoint,
    remedy: 'Send the query by hand to see what they say; a part of an answer is never stored',
  });
}

/** Counted pages must be what the count says: a row twice, or one left out, would look right. */
function assertCounted({ pages }: AddressTable, before: Page | null, page: Page, number: number): void {
  if (typeof pages !== 'object' || !('parameter' in pages) || page.rows.length === 0) return;
  const { parameter, step = 1 } = pages;
  const fault =
    before?.content === page.content
      ? `page ${number + 1} is the same as the one before it: \`${parameter}\` is no parameter that counts them`
      : step > 1 && page.rows.length > step
        ? `a page has ${page.rows.length} rows, and \`step\` is ${step}`
        : step > 1 && before !== null && before.rows.length < step
          ? `a page with ${before.rows.length} rows is not the last, and \`step\` is ${step}`
          : null;
  if (fault === null) return;
  throw new ConnectorError({
    code: 'shape',
    message: `The pages do not follow one another: ${fault}`,
    endpoint: page.endpoint,
    remedy: 'Correct `pages` of the table',
  });
}

/** A first page that is not the last, of a table that is said to have but one. */
function furtherPages(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: 'The server names a further page in its `Link` header, and the table has no `pages`',
    endpoint,
    remedy: 'Give the table `pages: link`, or ask for all rows at once',
  });
}

/** What was read so far. */
interface Passed {
  readonly pages: number;
  readonly rows: number;
}

/** Where rows are counted, the next page begins right behind the last row, however few the server gave. */
function pageUrl({ url, pages }: AddressTable, passed: Passed): string {
  if (typeof pages !== 'object' || !('parameter' in pages)) return url;
  const { parameter, first = 1, step = 1 } = pages;
  const counted = new URL(url);
  counted.searchParams.set(parameter, String(first + (step > 1 ? passed.rows : passed.pages)));
  return counted.href;
}

function nextUrl(
  answer: TableAnswer,
  data: unknown,
  table: AddressTable,
  paths: Paths,
  { rows }: Page,
  passed: Passed,
): string | null {
  const { pages } = table;
  if (pages === undefined) return null;
  if (typeof pages === 'object' && 'parameter' in pages) {
    return rows.length === 0 ? null : pageUrl(table, passed);
  }
  const next = pages === 'link' ? linked(answer) : paths.read(pages.next, data, answer.endpoint);
  if (next === null || next === '' || next === false) return null;
  const target =
    typeof next === 'string' && URL.canParse(next, answer.url) ? new URL(next, answer.url) : null;
  if (target?.origin === new URL(table.url).origin) return target.href;
  throw new ConnectorError({
    code: 'shape',
    message: `What \`${pages === 'link' ? 'Link' : pages.next}\` gives as the next page is not an address of the same server`,
    endpoint: answer.endpoint,
    remedy: 'Correct `pages`: the credentials of a source are only for its own server',
  });
}

/** https://www.rfc-editor.org/rfc/rfc8288 */
function linked({ headers }: TableAnswer): string | null {
  for (const link of (headers.get('link') ?? '').split(/,(?=\s*<)/)) {
    const [, target, rest = ''] = /^\s*<([^>]*)>(.*)$/.exec(link) ?? [];
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(rest) ?? [];
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
    if (target !== undefined && relations.includes('next')) return target;
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
