import { truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { csv } from '../../../connectors/csv/index.ts';
import { type CsvSettings, csvSettings } from '../../../connectors/csv/settings.ts';
import { tableId } from '../../../connectors/table-settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { type TableServer, tableServer } from '../../support/table-server.ts';
import { tempFolder } from '../../support/temp.ts';

const MAPPING = { series: 'nps', map: { time: 'when', value: 'score' } };

function settingsOf(tables: unknown, rest: object = {}): CsvSettings {
  return csvSettings.parse({ tables, ...rest });
}

async function pull(
  settings: CsvSettings,
  context: Partial<PullContext<CsvSettings>> = {},
  cursor: string | null = null,
) {
  const [table] = settings.tables;
  if (table === undefined) throw new Error('no table');
  return drain(csv.streams.rows, pullContext(settings, context), tableId(table), cursor);
}

/** Writes one file and reads it under a mapping. */
async function read(
  content: string | Uint8Array,
  mapping: object = MAPPING,
  context: Partial<PullContext<CsvSettings>> = {},
) {
  const folder = await tempFolder();
  await writeFile(join(folder, 'answers.csv'), content);
  const settings = settingsOf([{ path: join(folder, 'answers.csv'), ...mapping }]);
  const { records, error } = await pull(settings, { directory: folder, ...context });
  return {
    samples: records as readonly Sample[],
    error: error as { code: string; message: string; endpoint: string } | null,
  };
}

const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);
const times = (samples: readonly Sample[]) =>
  samples.map(({ measuredAt }) => new Date(measuredAt).toISOString());

describe('what a CSV is', () => {
  test('a byte order mark, CRLF and quoted line breaks change no value and no line number', async () => {
    const text = '\ufeffwhen,score,comment\r\n2026-10-01,9,"fine,\r\nvery ""fine"""\r\n\r\n2026-10-02,x,\r\n';
    const { error } = await read(text, MAPPING);
    expect(error?.endpoint).toMatch(/answers\.csv:5$/);
    const good = await read(text.replace(',x,', ',3,'), {
      ...MAPPING,
      map: { ...MAPPING.map, title: 'comment' },
    });
    expect(values(good.samples)).toEqual([9, 3]);
    expect(good.samples.map(({ title, key }) => [title, key])).toEqual([
      ['fine,\r\nvery "fine"', 'answers.csv:2'],
      [null, 'answers.csv:5'],
    ]);
  });

  test.each([';', '\t', '|', ','])(
    'the delimiter %j is found by the columns that are mapped',
    async (sign) => {
      const text = [`"a, b; c"${sign}when${sign}score`, `x${sign}2026-10-01${sign}7`].join('\n');
      expect(values((await read(text)).samples)).toEqual([7]);
    },
  );

  test('UTF-16 and Windows-1252 are read, and what is in neither is told', async () => {
    const text = 'when;score;team\n2026-10-01;7;Kök\n';
    const mapping = { ...MAPPING, map: { ...MAPPING.map, subject: 'team' } };
    const wide = await read(Buffer.from(`\ufeff${text}`, 'utf16le'), mapping);
    expect(wide.samples.map(({ subject }) => subject)).toEqual(['Kök']);
    const latin = Buffer.from(text, 'latin1');
    expect((await read(latin, { ...mapping, encoding: 'windows-1252' })).samples[0]?.subject).toBe('Kök');
    expect((await read(latin, mapping)).error?.message).toContain('encoding: windows-1252');
  });

  test('a line without an end is given up at a bound, in little memory', async () => {
    const endless = `when,score\n2026-10-01,"${'9'.repeat(8 * 1024 * 1024)}`;
    const { error } = await read(endless);
    expect(error).toMatchObject({ code: 'shape', endpoint: expect.stringMatching(/:2$/) });
    expect(error?.message).toContain('longer than 1 MiB');
  });

  test('a file larger than the bound is refused before it is read', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'answers.csv');
    await writeFile(path, 'when,score\n');
    await truncate(path, 65 * 1024 * 1024);
    const { error } = await pull(settingsOf([{ path, ...MAPPING }]), { directory: folder });
    expect(error).toMatchObject({ code: 'input', endpoint: path });
  });

  test('an empty file, a missing column and a short row each say what is wrong and where', async () => {
    expect((await read('')).error?.message).toContain('not even a header');
    const missing = (await read('when,Score\n2026-10-01,7\n')).error;
    expect(missing?.message).toContain('no column `score`; nearest is `Score`');
    expect((await read('when,score,team\n2026-10-01,7\n')).error?.message).toContain(
      '2 cells where the header has 3',
    );
    expect((await read('when,score,score\n2026-10-01,7,8\n')).error?.message).toContain(
      'two columns are called',
    );
  });
});

describe('numbers', () => {
  test('an empty cell is no sample, and 0 is one', async () => {
    const text = 'when,score\n2026-10-01,\n2026-10-02, \n2026-10-03,n/a\n2026-10-04,0\n';
    expect(values((await read(text, { ...MAPPING, empty: ['n/a'] })).samples)).toEqual([0]);
  });

  test.each([
    [{ decimal: ',', thousands: '.' }, '1.234.567,5', 1_234_567.5],
    [{ decimal: ',', thousands: ' ' }, '1\u00a0234,25', 1234.25],
    [{ decimal: ',', thousands: ' ' }, '-12\u202f000', -12_000],
    [{ thousands: ',' }, '12,345.5', 12_345.5],
    [{ thousands: "'" }, "1'000", 1000],
    [undefined, '1e3', 1000],
    [undefined, '87.5 %', 0.875],
    [undefined, '\u22125', -5],
  ])('under %j, %s is %d', async (numbers, cell, expected) => {
    const mapping = numbers === undefined ? MAPPING : { ...MAPPING, numbers };
    expect(values((await read(`when;score\n2026-10-01;${cell}\n`, mapping)).samples)).toEqual([expected]);
  });

  test.each([
    [undefined, '1,5'],
    [undefined, '1,234'],
    [{ thousands: ',' }, '12,34'],
    [{ decimal: ',', thousands: '.' }, '1.23'],
    [undefined, 'NaN'],
    [undefined, 'Infinity'],
    [undefined, '12 kr'],
    [undefined, '0x10'],
    [undefined, '1.2.3'],
    [undefined, '.'],
  ])('under %j, %s is an error with its row and column', async (numbers, cell) => {
    const mapping = numbers === undefined ? MAPPING : { ...MAPPING, numbers };
    const { error, samples } = await read(`when;score\n2026-10-01;7\n2026-10-02;${cell}\n`, mapping);
    expect(samples).toEqual([]);
    expect(error).toMatchObject({ code: 'shape', endpoint: expect.stringMatching(/answers\.csv:3$/) });
    expect(error?.message).toContain(`column \`score\`: "${cell}" is not a number`);
  });

  test('all faulty rows are counted, and nothing of the table is stored', async () => {
    const { error, samples } = await read('when,score\n2026-10-01,7\n2026-10-02,x\n2026-10-03,y\n');
    expect(samples).toEqual([]);
    expect(error?.message).toMatch(/and 1 more: .*answers\.csv:4/);
  });
});

describe('times', () => {
  test('three styles and more are read in the zone that is given', async () => {
    const zone = 'Europe/Stockholm';
    const one = async (cell: string, dates: object) => {
      const { samples, error } = await read(`when;score\n"${cell}";7\n`, { ...MAPPING, dates });
      return error?.message ?? times(samples)[0];
    };
    expect(await one('2026-10-31T12:00:00+02:00', { zone })).toBe('2026-10-31T10:00:00.000Z');
    expect(await one('2026-10-31', { zone })).toBe('2026-10-30T23:00:00.000Z');
    expect(await one('2026-10-31 12:00', { zone })).toBe('2026-10-31T11:00:00.000Z');
    expect(await one('1793448000', { format: 's' })).toBe('2026-10-31T12:00:00.000Z');
    expect(await one('1793448000000', { format: 'ms' })).toBe('2026-10-31T12:00:00.000Z');
    expect(await one('31.10.2026', { format: 'DD.MM.YYYY', zone })).toBe('2026-10-30T23:00:00.000Z');
    expect(await one('10/31/2026 9:05 PM', { format: 'MM/DD/YYYY h:mm A' })).toBe('2026-10-31T21:05:00.000Z');
    expect(await one('31 Oct 2026', { format: 'D MMM YYYY' })).toBe('2026-10-31T00:00:00.000Z');
    expect(await one('30.02.2026', { format: 'DD.MM.YYYY' })).toContain('not a day or time that exists');
    expect(await one('1793448000000', { format: 's' })).toContain('no likely time in s');
    expect(await one('31/10/2026', { format: 'MM/DD/YYYY' })).toContain('not a day or time that exists');
  });

  test('the zone of the configuration holds where none is given', async () => {
    const { samples } = await read('when,score\n2026-10-01,7\n', MAPPING, { timezone: 'America/New_York' });
    expect(times(samples)).toEqual(['2026-10-01T04:00:00.000Z']);
  });

  test('a date that can be read in two ways is refused with its line', async () => {
    const { error } = await read('when,score\n10/11/2026,7\n');
    expect(error?.endpoint).toMatch(/answers\.csv:2$/);
    expect(error?.message).toContain('can be read in two ways');
    expect((await read('when,score\n1793448000,7\n')).error?.message).toContain('dates: { format: s }');
    expect((await read('when,score\n,7\n')).error?.message).toContain('an empty cell is no time');
  });
});

describe('the mapping', () => {
  test('constants, labels, shares and several series of one row', async () => {
    const { samples } = await read('day,new,paid,trials,land\n2026-10-01,12,3,20,SE\n2026-10-02,,5,25,\n', {
      series: { signups: 'new', 'retention-rate': { value: 'paid', of: 'trials' } },
      map: { time: 'day', subject: { is: 'web' }, labels: { country: 'land', plan: { is: 'pro' } } },
    });
    expect(
      samples.map(({ series, subject, value, of, labels }) => [series, subject, value, of, labels]),
    ).toEqual([
      ['signups', 'web', 12, null, { country: 'SE', plan: 'pro' }],
      ['retention-rate', 'web', 3, 20, { country: 'SE', plan: 'pro' }],
      ['retention-rate', 'web', 5, 25, { plan: 'pro' }],
    ]);
  });

  test('a column may name the series, and every row may count as one', async () => {
    const { samples } = await read('at,what\n2026-10-01,signups\n2026-10-01,upgrades\n', {
      map: { time: 'at', series: 'what', value: { is: 1 } },
    });
    expect(samples.map(({ series, value }) => [series, value])).toEqual([
      ['signups', 1],
      ['upgrades', 1],
    ]);
  });

  test('settings that do not say where the numbers are, or say it twice, are refused', () => {
    const fault = (table: object, rest: object = {}) =>
      csvSettings.safeParse({ tables: [{ path: 'a.csv', ...table }], ...rest }).error?.message ?? '';
    expect(fault({ series: 'nps', map: { time: 'when' } })).toContain('map.value');
    expect(fault({ map: { time: 'when', value: 'score' } })).toContain('either `series`');
    expect(fault({ ...MAPPING, dates: { format: 'DD/MM' } })).toContain('year');
    expect(fault({ ...MAPPING, dates: { format: 'YYYY-MM-MM' } })).not.toBe('');
    expect(fault({ ...MAPPING, numbers: { decimal: ',', thousands: ',' } })).toContain('must differ');
    expect(fault(MAPPING, { user: 'ana' })).toContain('go together');
    const twice = csvSettings.safeParse({
      tables: [
        { path: 'x/a.csv', ...MAPPING },
        { path: 'y/a.csv', ...MAPPING },
      ],
    });
    expect(twice.error?.message).toContain('give each a `name`');
  });
});

describe('rows over time', () => {
  async function table(mapping: object = MAPPING) {
    const folder = await tempFolder();
    const path = join(folder, '*.csv');
    let stored = new Map<string, Sample>();
    let cursor: string | null = null;
    let clock = 1_790_000_000;
    return {
      async write(name: string, rows: readonly string[]) {
        await writeFile(join(folder, name), ['when,score,key', ...rows].join('\n'));
        // Two writes within one tick of the clock of the file system are told apart all the same.
        await utimes(join(folder, name), clock, clock++);
      },
      async pull() {
        const settings = settingsOf([{ path, ...mapping }]);
        const storedIds = async () => [...stored.keys()];
        const pulled = await pull(settings, { directory: folder, storedIds }, cursor);
        const next = new Map(stored);
        for (const record of pulled.records as Sample[]) next.set(record.id, record);
        for (const { id } of pulled.removed) next.delete(id);
        if (pulled.error === null) {
          stored = next;
          cursor = pulled.cursor;
        }
        return { ...pulled, values: values([...stored.values()]).sort((a, b) => a - b) };
      },
    };
  }

  test('two rows that look the same are two answers, in one file and in two', async () => {
    const { write, pull } = await table();
    await write('a.csv', ['2026-10-01,9,', '2026-10-01,9,']);
    await write('b.csv', ['2026-10-01,9,']);
    expect((await pull()).values).toEqual([9, 9, 9]);
    await write('a.csv', ['2026-10-01,9,']);
    expect((await pull()).values).toEqual([9, 9]);
  });

  test('a row that is edited is replaced and one that is gone is removed, and only then is anything written', async () => {
    const { write, pull } = await table();
    await write('a.csv', ['2026-10-01,9,', '2026-10-02,3,', '2026-10-03,5,']);
    expect((await pull()).values).toEqual([3, 5, 9]);
    expect((await pull()).batches).toEqual([]);
    await write('a.csv', ['2026-10-03,5,', '2026-10-01,8,']);
    const { values: after, removed } = await pull();
    expect(after).toEqual([5, 8]);
    expect(removed).toHaveLength(2);
  });

  test('a mapped id names a row over files and edits', async () => {
    const { write, pull } = await table({ ...MAPPING, map: { ...MAPPING.map, id: 'key' } });
    await write('2026-10.csv', ['2026-10-01,9,r1', '2026-10-02,3,r2']);
    await pull();
    await write('2026-11.csv', ['2026-10-02,4,r2', '2026-11-01,6,r3']);
    const { values: after, removed } = await pull();
    expect(after).toEqual([4, 6, 9]);
    expect(removed).toEqual([]);
  });

  test('an id that names two rows of one file is told with both lines', async () => {
    const { write, pull } = await table({ ...MAPPING, map: { ...MAPPING.map, id: 'key' } });
    await write('a.csv', ['2026-10-01,9,r1', '2026-10-02,3,r1']);
    expect((await pull()).error).toMatchObject({
      endpoint: expect.stringMatching(/a\.csv:3$/),
      message: expect.stringMatching(/"r1" is also that of .*a\.csv:2/),
    });
  });

  test('a file that cannot be read any more removes nothing', async () => {
    const { write, pull } = await table();
    await write('a.csv', ['2026-10-01,9,']);
    await pull();
    await write('a.csv', ['2026-10-01,nine,']);
    const broken = await pull();
    expect(broken.error).not.toBeNull();
    expect(broken.values).toEqual([9]);
  });
});

describe('a table on a server', () => {
  let server: TableServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  const TEXT = 'when,score\n2026-10-01,7\n';

  test('is asked for with what the source signs in with, and not read again while its ETag stands', async () => {
    server = await tableServer({ answers: { '/a.csv': { type: 'text/csv', text: TEXT, etag: '"1"' } } });
    const settings = settingsOf([{ url: `${server.url}/a.csv?gid=7`, ...MAPPING }], {
      user: 'ana',
      password: 'öppna',
      headers: { 'X-Team': 'web' },
    });
    const first = await pull(settings, { fetch });
    expect(values(first.records as Sample[])).toEqual([7]);
    const again = await pull(settings, { fetch }, first.cursor);
    expect(again.batches).toEqual([]);
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"']);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-team': 'web',
      authorization: `Basic ${Buffer.from('ana:öppna').toString('base64')}`,
    });
  });

  test('without validators the same content is no change', async () => {
    server = await tableServer({ answers: { '/a.csv': { type: 'text/csv', text: TEXT } } });
    const settings = settingsOf([{ url: `${server.url}/a.csv`, ...MAPPING }]);
    const first = await pull(settings, { fetch });
    expect((await pull(settings, { fetch }, first.cursor)).batches).toEqual([]);
  });

  test('a redirect to another origin is followed without the credentials', async () => {
    const other = await tableServer({ answers: { '/b.csv': { type: 'text/csv', text: TEXT } } });
    server = other;
    const redirecting: typeof fetch = async (input, init) =>
      String(input).startsWith(other.url)
        ? fetch(input, init)
        : new Response(null, { status: 307, headers: { location: `${other.url}/b.csv` } });
    const settings = settingsOf([{ url: 'http://tables.acme.test/a.csv', ...MAPPING }], {
      token: 'csv-token-1',
      headers: { 'x-api-key': 'csv-key-1' },
    });
    const { records } = await pull(settings, { fetch: redirecting });
    expect(values(records as Sample[])).toEqual([7]);
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  test('a preview shows the first rows as they are mapped', async () => {
    server = await tableServer({
      answers: { '/a.csv': { type: 'text/csv', text: `${TEXT}2026-10-02,8\n2026-10-03,9\n` } },
    });
    const settings = settingsOf([{ url: `${server.url}/a.csv`, ...MAPPING }]);
    const [preview] = (await csv.preview?.(pullContext(settings, { fetch }), 2)) ?? [];
    expect(values(preview?.samples ?? [])).toEqual([7, 8]);
  });
});
