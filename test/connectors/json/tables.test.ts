import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { json } from '../../../connectors/json/index.ts';
import { type JsonSettings, jsonSettings, tableId } from '../../../connectors/json/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { type ServedTable, type TableServer, tableServer } from '../../support/table-server.ts';
import { tempFolder } from '../../support/temp.ts';

const MAPPING = { series: 'cost', map: { time: 'day', value: 'amount' } };

async function pull(
  table: object,
  context: Partial<PullContext<JsonSettings>> = {},
  cursor: string | null = null,
) {
  const settings = jsonSettings.parse({ tables: [table] });
  const [only] = settings.tables;
  if (only === undefined) throw new Error('no table');
  return drain(json.streams.rows, pullContext(settings, { fetch, ...context }), tableId(only), cursor);
}

const values = (records: readonly unknown[]) => (records as readonly Sample[]).map(({ value }) => value);
const row = (amount: unknown) => ({ day: '2026-10-01', amount });
const answer = (data: unknown, headers = {}): ServedTable => ({
  type: 'application/json',
  text: JSON.stringify(data),
  headers,
});

let server: TableServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

describe('pages', () => {
  test('are followed by an expression, to the first that names none', async () => {
    server = await tableServer({
      answers: {
        '/costs': answer({ rows: [row(1)], next: '/costs?after=1' }),
        '/costs?after=1': answer({ rows: [row(2), row(null)], next: '?after=2' }),
        '/costs?after=2': answer({ rows: [row(3)], next: null }),
      },
    });
    const table = { url: `${server.url}/costs`, rows: 'rows', pages: { next: 'next' }, ...MAPPING };
    const first = await pull(table);
    expect(values(first.records)).toEqual([1, 2, 3]);
    const again = await pull(table, {}, first.cursor);
    expect([again.error, again.batches]).toEqual([null, []]);
  });

  test('are followed by the Link header', async () => {
    server = await tableServer({
      answers: {
        '/costs': answer([row(1)], { link: '</costs?page=0>; rel="prev", </costs?page=2>; rel="next"' }),
        '/costs?page=2': answer([row(2)]),
      },
    });
    expect(values((await pull({ url: `${server.url}/costs`, pages: 'link', ...MAPPING })).records)).toEqual([
      1, 2,
    ]);
  });

  test('are counted by a parameter, up to one without rows', async () => {
    const page = (url: URL) =>
      answer(Number(url.searchParams.get('p')) < 3 ? [row(Number(url.searchParams.get('p')))] : []);
    server = await tableServer({ answers: { '/costs': page } });
    const pages = { parameter: 'p', first: 0 };
    expect(values((await pull({ url: `${server.url}/costs`, pages, ...MAPPING })).records)).toEqual([
      0, 1, 2,
    ]);
  });

  test('that never end, go in circles or lead to another server are given up, and nothing is stored', async () => {
    server = await tableServer({
      answers: {
        '/forever': (url) =>
          answer({ rows: [row(1)], next: `?n=${Number(url.searchParams.get('n') ?? 0) + 1}` }),
        '/circle': answer({ rows: [row(1)], next: '/circle' }),
        '/away': answer({ rows: [row(1)], next: 'https://elsewhere.test/costs' }),
      },
    });
    const told = async (path: string) => {
      const { error, batches } = await pull({
        url: server?.url + path,
        rows: 'rows',
        pages: { next: 'next' },
        maxPages: 5,
        ...MAPPING,
      });
      expect(batches).toEqual([]);
      return (error as Error).message;
    };
    expect(await told('/forever')).toContain('more than 5 pages');
    expect(await told('/circle')).toContain('read already');
    expect(await told('/away')).toContain('same server');
    expect(server.requests).toHaveLength(7);
  });
});

describe('an answer', () => {
  test('without an end is given up at a bound', async () => {
    const chunk = new TextEncoder().encode(`${' '.repeat(1024 * 1024)}`);
    const endless: typeof fetch = async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
    const { error } = await pull({ url: 'http://costs.acme.test/', ...MAPPING }, { fetch: endless });
    expect(error).toMatchObject({ code: 'shape', message: 'The answer is larger than 64 MiB' });
  });

  test('to a POST is asked for with its body', async () => {
    server = await tableServer({
      answers: { '/query': (_, body) => answer(JSON.parse(body).metric === 'cost' ? [row('1.5')] : []) },
    });
    const table = { url: `${server.url}/query`, method: 'POST', body: { metric: 'cost' }, ...MAPPING };
    expect(values((await pull(table)).records)).toEqual([1.5]);
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('whose rows are somewhere else or something else names the expression', async () => {
    server = await tableServer({
      answers: { '/a': answer({ rows: [1, 2] }), '/b': answer({ rows: [row(true)] }) },
    });
    const message = async (path: string, rows: string) =>
      ((await pull({ url: server?.url + path, rows, ...MAPPING })).error as Error).message;
    expect(await message('/a', 'data.rows')).toContain('`data.rows` finds no rows');
    expect(await message('/a', 'rows')).toContain('[0] is no object');
    expect(await message('/b', 'rows')).toContain('path `amount`: "true" is no number');
    expect(await message('/b', 'rows[')).toContain('`rows[` is no JMESPath');
  });
});

describe('a file', () => {
  test('is mapped by expressions, and is not read again while it stays as it is', async () => {
    const path = join(await tempFolder(), 'usage.json');
    const usage = { at: '2026-10-03T00:00:00Z', features: [{ name: 'export', uses: [3, 4] }] };
    await writeFile(path, JSON.stringify({ day: usage.at, rows: usage.features }));
    const table = {
      path,
      rows: 'rows',
      series: 'feature-usage',
      map: { time: { is: usage.at }, value: 'sum(uses)', subject: "join('-', [name, 'v2'])" },
    };
    const { records, cursor } = await pull(table);
    expect(records).toMatchObject([{ series: 'feature-usage', subject: 'export-v2', value: 7 }]);
    expect((await pull(table, {}, cursor)).batches).toEqual([]);
    await writeFile(path, '{"rows": [');
    expect((await pull(table, {}, cursor)).error).toMatchObject({
      endpoint: expect.stringMatching(/usage\.json:1:/),
    });
  });
});
