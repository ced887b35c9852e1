import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sql } from '../../../connectors/sql/index.ts';
import { sqlSettings } from '../../../connectors/sql/settings.ts';
import { pullContext } from '../../support/pull-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type SqliteFile, sqliteFile } from './databases.ts';
import { MAP, pull } from './support.ts';

const TABLE = 'CREATE TABLE costs (id INTEGER, day TEXT, amount, service TEXT);';
const ALL = { query: 'SELECT * FROM costs' };

let file: SqliteFile | null = null;
afterEach(async () => {
  await file?.dispose();
  file = null;
});

async function serve(rows: string): Promise<{ path: string }> {
  file = await sqliteFile(`${TABLE} ${rows}`);
  return { path: file.path };
}

describe('a query of a file of SQLite', () => {
  test('maps its columns, and null is no sample and 0 is one', async () => {
    const source =
      await serve(`INSERT INTO costs VALUES (1, '2026-10-01', 1.5, 'ci'), (2, '2026-10-02', NULL, 'ci'),
      (3, '2026-10-03', 0, 'web'), (4, '2026-10-04 12:00:00', '7', 'web')`);
    const map = { ...MAP.map, subject: 'service', id: 'id' };
    const { samples, error } = await pull(
      source,
      { ...ALL, map, name: 'costs' },
      { timezone: 'Europe/Stockholm' },
    );
    expect(error).toBeNull();
    expect(samples).toMatchObject([
      { key: '1', subject: 'ci', value: 1.5, measuredAt: Date.parse('2026-09-30T22:00:00Z') },
      { key: '3', subject: 'web', value: 0 },
      { key: '4', value: 7, measuredAt: Date.parse('2026-10-04T10:00:00Z') },
    ]);
  });

  test('keeps ids apart that are beyond what a number of JavaScript holds', async () => {
    const source = await serve(
      `INSERT INTO costs VALUES (9007199254740992, '2026-10-01', 1, ''), (9007199254740993, '2026-10-01', 2, '')`,
    );
    const { samples } = await pull(source, { ...ALL, map: { ...MAP.map, id: 'id' } });
    expect(samples.map(({ key }) => key)).toEqual(['9007199254740992', '9007199254740993']);
  });

  test('is the truth: rows are replaced and removed, and nothing is written while they stay the same', async () => {
    const source = await serve(`INSERT INTO costs VALUES (1, '2026-10-01', 1, ''), (2, '2026-10-02', 2, '')`);
    const query = { ...ALL, map: { ...MAP.map, id: 'id' } };
    const first = await pull(source, query);
    const storedIds = async () => first.samples.map(({ id }) => id);
    expect((await pull(source, query, { storedIds }, first.cursor)).batches).toEqual([]);
    file?.exec('UPDATE costs SET amount = 10 WHERE id = 1; DELETE FROM costs WHERE id = 2');
    const later = await pull(source, query, { storedIds }, first.cursor);
    expect([later.values, later.removed]).toEqual([
      [10],
      [{ recordType: 'sample', id: first.samples[1]?.id }],
    ]);
  });

  test.each([
    ["INSERT INTO costs VALUES (9, '2026-10-01', 9, '')", 'it does more than read'],
    ['SELECT 1; DELETE FROM costs', 'more than one statement'],
    ["ATTACH DATABASE 'other.db' AS other", 'it does more than read'],
    ['SELECT day, amout FROM costs', 'no such column: amout'],
    ['SELECT day, amount AS amounts FROM costs', 'no column `amount`; nearest is `amounts`'],
    ['SELECT day, amount, id AS amount FROM costs', 'yields 2 columns `amount`'],
  ])('%s is refused', async (query, message) => {
    const source = await serve(`INSERT INTO costs VALUES (1, '2026-10-01', 1, '')`);
    const { error, batches } = await pull(source, { query });
    expect([error?.code, batches]).toEqual(['input', []]);
    expect(error?.message).toContain(message);
    expect((await pull(source, ALL)).values).toEqual([1]);
  });

  test('that never ends is killed at its time limit', async () => {
    const source = await serve('');
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS amount, 1 AS day FROM n';
    const began = performance.now();
    const { error } = await pull({ ...source, timeLimit: '1s' }, { query: endless });
    expect([error?.code, error?.message]).toEqual(['timeout', expect.stringContaining('stopped after 1 s')]);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 15_000);

  test('that yields more than fits is refused', async () => {
    const source = await serve('');
    const large =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) SELECT zeroblob(1000000) AS day, 1 AS amount FROM n';
    expect((await pull(source, { query: large })).error?.message).toContain('more than 64 MiB');
  });

  test('is told by its row where a row cannot be read', async () => {
    const source = await serve(
      `INSERT INTO costs VALUES (1, '2026-10-01', 1, ''), (2, '2026-10-02', 'nine', '')`,
    );
    const { error, batches } = await pull(source, ALL);
    expect([error?.endpoint, batches]).toEqual(['crm.db cost row 2', []]);
    expect(error?.message).toContain('column `amount`: "nine" is not a number');
  });

  test('is previewed with its first rows alone', async () => {
    const source = await serve(
      `INSERT INTO costs VALUES (1, '2026-10-01', 1, ''), (2, '2026-10-02', 2, ''), (3, 'broken', 3, '')`,
    );
    const settings = sqlSettings.parse({ ...source, queries: [{ ...MAP, ...ALL }] });
    const [preview] = (await sql.preview?.(pullContext(settings), 2)) ?? [];
    expect([preview?.title, preview?.samples.map(({ value }) => value)]).toEqual(['cost', [1, 2]]);
  });
});

test('a file that is not there, or is something else, is told as that', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'crm.db');
  expect((await pull({ path }, ALL)).error).toMatchObject({ code: 'not_found', endpoint: path });
  await writeFile(path, 'day,amount\n2026-10-01,1\n'.repeat(100));
  expect((await pull({ path }, ALL)).error?.message).toContain('file is not a database');
});
