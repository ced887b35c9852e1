import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { json } from '../../../connectors/json/index.ts';
import { type JsonSettings, jsonSettings } from '../../../connectors/json/settings.ts';
import { tableId } from '../../../connectors/table-settings.ts';
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

  test('without rows are followed too, where the server says which is next', async () => {
    server = await tableServer({
      answers: {
        '/costs': answer({ rows: [], next: '?after=1' }),
        '/costs?after=1': answer({ rows: [row(2)], next: null }),
      },
    });
    const table = { url: `${server.url}/costs`, rows: 'rows', pages: { next: 'next' }, ...MAPPING };
    expect(values((await pull(table)).records)).toEqual([2]);
  });

  test('are counted by rows, and a page that does not keep the count refuses the table', async () => {
    const all = [1, 2, 3, 4, 5, 6].map(row);
    const pagesOf = (size: number) => (url: URL) => {
      const skip = Number(url.searchParams.get('skip'));
      return answer(all.slice(skip, skip + size));
    };
    server = await tableServer({ answers: { '/two': pagesOf(2), '/one': pagesOf(1), '/three': pagesOf(3) } });
    const pages = { parameter: 'skip', first: 0, step: 2 };
    const read = (path: string) => pull({ url: server?.url + path, pages, ...MAPPING });
    expect(values((await read('/two')).records)).toEqual([1, 2, 3, 4, 5, 6]);
    const message = async (path: string) => ((await read(path)).error as Error).message;
    expect(await message('/one')).toContain('a page with 1 rows is not the last, and `step` is 2');
    expect(await message('/three')).toContain('a page has 3 rows, and `step` is 2');
  });

  test('that a server cuts shorter than `step` refuse the table, and its last page may be short', async () => {
    const all = Array.from({ length: 80 }, (_, index) => row(index));
    const pagesOf = (size: number) => (url: URL) => {
      const skip = Number(url.searchParams.get('skip'));
      return answer(all.slice(skip, skip + size));
    };
    server = await tableServer({ answers: { '/capped': pagesOf(50), '/whole': pagesOf(100) } });
    const pages = { parameter: 'skip', first: 0, step: 100 };
    const read = (path: string) => pull({ url: server?.url + path, pages, ...MAPPING });
    const { error, batches } = await read('/capped');
    expect((error as Error).message).toContain('a page with 50 rows is not the last, and `step` is 100');
    expect(batches).toEqual([]);
    expect((await read('/whole')).records).toHaveLength(80);
  });

  test('that nobody asked for refuse the table, rather than that its first page stands for all', async () => {
    const link = { link: '</costs?page=2>; rel="next"' };
    server = await tableServer({
      answers: { '/costs': answer([row(1)], link), '/last': answer([row(1)], { link: '</a>; rel="prev"' }) },
    });
    const { error, batches } = await pull({ url: `${server.url}/costs`, ...MAPPING });
    expect(error).toMatchObject({
      code: 'input',
      message: expect.stringContaining('further page'),
      remedy: expect.stringContaining('`pages: link`'),
    });
    expect(batches).toEqual([]);
    expect(values((await pull({ url: `${server.url}/last`, ...MAPPING })).records)).toEqual([1]);
  });

  test('that are the same under every number refuse the table', async () => {
    server = await tableServer({ answers: { '/costs': answer([row(1)]) } });
    const { error } = await pull({ url: `${server.url}/costs`, pages: { parameter: 'page' }, ...MAPPING });
    expect((error as Error).message).toContain('page 2 is the same as the one before it');
    expect(server.requests).toHaveLength(2);
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

  test('of GraphQL with errors beside its data is never stored', async () => {
    server = await tableServer({
      answers: { '/graphql': answer({ data: { rows: [row(1)] }, errors: [{ message: 'timed out' }] }) },
    });
    const table = {
      url: `${server.url}/graphql`,
      method: 'POST',
      body: { query: '{ rows }' },
      rows: 'data.rows',
    };
    const { error, batches } = await pull({ ...table, ...MAPPING });
    expect([(error as Error).message, batches]).toEqual([expect.stringContaining('is incomplete'), []]);
  });

  test('to a POST is asked for with its body', async () => {
    server = await tableServer({
      answers: { '/query': (_, body) => answer(JSON.parse(body).metric === 'cost' ? [row('1.5')] : []) },
    });
    const table = { url: `${server.url}/query`, method: 'POST', body: { metric: 'cost' }, ...MAPPING };
    expect(values((await pull(table)).records)).toEqual([1.5]);
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('to a POST is never asked for by what an earlier one said of itself', async () => {
    const served = { ...answer([row(1)]), etag: '"v1"' };
    server = await tableServer({ answers: { '/query': served } });
    const table = { url: `${server.url}/query`, method: 'POST', body: {}, ...MAPPING };
    const first = await pull(table);
    const again = await pull(table, {}, first.cursor);
    expect([again.error, again.batches]).toEqual([null, []]);
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  test('whose rows are somewhere else or something else names the expression', async () => {
    server = await tableServer({
      answers: { '/a': answer({ rows: [1, 2] }), '/b': answer({ rows: [row(true)] }) },
    });
    const message = async (path: string, rows: string) =>
      ((await pull({ url: server?.url + path, rows, ...MAPPING })).error as Error).message;
    expect(await message('/a', 'data.rows')).toContain('`data.rows` finds no rows');
    expect(await message('/a', 'rows')).toContain('[0] is no object');
    expect(await message('/b', 'rows')).toContain('path `amount`: "true" is not a number');
    expect(await message('/b', 'rows[')).toContain('`rows[` is not JMESPath');
  });
});

describe('a field', () => {
  test('that no row has refuses the table, for it may have been renamed', async () => {
    server = await tableServer({
      answers: {
        '/renamed': answer([{ day: '2026-10-01', total: { amounts: 3 } }]),
        '/error': answer({ error: 'sign in first' }),
      },
    });
    const message = async (path: string) => {
      const map = { time: 'day', value: 'total.amount' };
      const { error, batches } = await pull({ url: server?.url + path, series: 'cost', map });
      expect(batches).toEqual([]);
      return (error as Error).message;
    };
    expect(await message('/renamed')).toContain(
      'no row has the field `amount` of `total.amount`; nearest is `amounts`',
    );
    expect(await message('/error')).toContain('no row has the field `day`');
  });

  test('that some rows leave out, or that is null in all of them, is no sample and no fault', async () => {
    server = await tableServer({
      answers: {
        '/some': answer([{ day: '2026-10-01' }, row(4)]),
        '/null': answer([row(null)]),
        '/none': answer([]),
      },
    });
    for (const [path, expected] of [
      ['/some', [4]],
      ['/null', []],
      ['/none', []],
    ] as const) {
      const { records, error } = await pull({ url: server.url + path, ...MAPPING });
      expect([values(records), error]).toEqual([expected, null]);
    }
  });

  test('whose ids are numbers too large to be exact is refused', async () => {
    const text = '[{"day":"2026-10-01","amount":1,"id":9007199254740993}]';
    server = await tableServer({ answers: { '/costs': { type: 'application/json', text } } });
    const map = { ...MAPPING.map, id: 'id' };
    const { error } = await pull({ url: `${server.url}/costs`, series: 'cost', map });
    expect((error as Error).message).toContain('is a number too large to be exact');
  });

  test('that an expression cannot be applied to is told with its row', async () => {
    server = await tableServer({ answers: { '/costs': answer([row(1), row(['x'])]) } });
    const map = { time: 'day', value: 'sum(not_null(amount && [amount][] || `[0]`, `[0]`))' };
    const { error } = await pull({ url: `${server.url}/costs`, series: 'cost', map });
    expect(error).toMatchObject({ code: 'shape', endpoint: expect.stringMatching(/\/costs row 2$/) });
  });
});

describe('settings', () => {
  const faultOf = (settings: object) =>
    JSON.stringify(jsonSettings.safeParse(settings).error?.issues ?? null);
  const at = (url: string) => ({ url, ...MAPPING });

  test('keep what the source signs in with to one server', () => {
    const tables = [at('https://a.test/x'), at('https://b.test/x')];
    expect(faultOf({ tables })).toBe('null');
    expect(faultOf({ tables, token: 'json-token-3' })).toContain(
      '2 servers (https://a.test, https://b.test)',
    );
  });

  test('refuse what fetch would repeat in its error', () => {
    expect(faultOf({ tables: [at('https://ana:s3cret@a.test/x')] })).toContain('holds a user or password');
    expect(faultOf({ tables: [at('https://a.test/x')], token: 'json\ntoken' })).toContain(
      'holds a line break',
    );
  });

  test('refuse pages counted by rows that do not say where they begin', () => {
    const counted = (pages: object) => faultOf({ tables: [{ ...at('https://a.test/x'), pages }] });
    expect(counted({ parameter: 'skip', step: 100 })).toContain('0 for `offset` or `skip`');
    expect(counted({ parameter: 'skip', step: 100 })).toContain('"path":["tables",0,"pages","first"]');
    expect(counted({ parameter: 'skip', step: 100, first: 0 })).toBe('null');
    expect(counted({ parameter: 'page' })).toBe('null');
    expect(counted({ parameter: 'page', step: 1 })).toBe('null');
  });

  test('refuse an address that is none, and a body that nothing sends', () => {
    expect(faultOf({ tables: [at('a.test/x')] })).toContain('"path":["url"]');
    expect(faultOf({ tables: [{ ...at('https://a.test/x'), body: {} }] })).toContain(
      'only sent with `method: POST`',
    );
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
