import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { makeTempFolder, type TempFolder } from '../../support/temp.ts';
import { pull } from './support.ts';

const run = promisify(execFile);
const CERTIFICATES = join(import.meta.dirname, '../jira/certificates');
const [OWNER, READER] = ['owner-password-4kx81', 'reader-password-7hq32'];
/** PostgreSQL refuses to run as root. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Where its programs are: Debian keeps them beside the path. */
async function programs(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const folders = ['', ...versions.map((version) => `/usr/lib/postgresql/${version}/bin/`)];
  for (const folder of folders) {
    const found = await Promise.all(
      ['initdb', 'postgres'].map((name) => run(`${folder}${name}`, ['--version'])),
    ).catch(() => null);
    if (found !== null) return folder;
  }
  return null;
}
const bin = await programs();

const TABLES = `
  CREATE TABLE orders (id BIGINT PRIMARY KEY, at TIMESTAMPTZ NOT NULL, product TEXT NOT NULL, amount NUMERIC(12, 2));
  INSERT INTO orders SELECT i, TIMESTAMPTZ '2026-10-01 00:00Z' + i * INTERVAL '50 minutes',
    CASE i % 2 WHEN 0 THEN 'shop' ELSE 'app "ö"' END, NULLIF(i % 10, 0) * 1.25 FROM generate_series(0, 2999) AS i;
  CREATE TABLE salaries (amount NUMERIC);
  CREATE SEQUENCE counter;
  CREATE TABLE locked (day DATE, amount INT);
  CREATE ROLE reader LOGIN PASSWORD '${READER}';
  GRANT SELECT ON orders, locked TO reader;
  GRANT USAGE ON SEQUENCE counter TO reader;`;

describe.skipIf(bin === null)('a real PostgreSQL (skipped where none is installed)', () => {
  let folder: TempFolder | null = null;
  let child: ChildProcess | null = null;
  let port = 0;
  let owner: pg.Client | null = null;

  beforeAll(async () => {
    folder = await makeTempFolder();
    const { path } = folder;
    const data = join(path, 'data');
    const keys = ['loopback.pem', 'loopback.key.pem'];
    await writeFile(join(path, 'password'), OWNER);
    for (const name of keys) await copyFile(join(CERTIFICATES, name), join(path, name));
    for (const name of keys) await chmod(join(path, name), 0o600);
    const mine = ['.', 'password', ...keys].map((name) => join(path, name));
    if (user.uid !== undefined) for (const one of mine) await chown(one, user.uid, user.gid);
    await run(
      `${bin}initdb`,
      [
        '-D',
        data,
        '-U',
        'owner',
        '--auth=scram-sha-256',
        `--pwfile=${join(path, 'password')}`,
        '-E',
        'UTF8',
        '--locale=C',
        '-N',
      ],
      { ...user, cwd: path },
    );
    port = await freePort();
    // Of another zone and other habits than what is read.
    const set = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: path,
      TimeZone: 'America/New_York',
      DateStyle: 'SQL, DMY',
      ssl: 'on',
      ssl_cert_file: join(path, 'loopback.pem'),
      ssl_key_file: join(path, 'loopback.key.pem'),
      fsync: 'off',
    };
    const settings = Object.entries(set).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn(`${bin}postgres`, ['-D', data, '-p', String(port), ...settings], {
      ...user,
      stdio: 'ignore',
    });
    owner = await connected();
    await owner.query(TABLES);
  }, 60_000);

  afterAll(async () => {
    await owner?.end();
    if (child !== null && child.exitCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    await folder?.dispose();
  });

  async function connected(): Promise<pg.Client> {
    for (let left = 200; ; left -= 1) {
      const client = new pg.Client({
        host: '127.0.0.1',
        port,
        user: 'owner',
        password: OWNER,
        database: 'postgres',
      });
      try {
        await client.connect();
        return client;
      } catch (error) {
        if (left === 0) throw error;
        await delay(50);
      }
    }
  }

  const source = () => ({
    url: `postgres://127.0.0.1:${port}/postgres`,
    user: 'reader',
    password: READER,
    tls: 'verify',
    ca: join(CERTIFICATES, 'loopback.pem'),
  });

  test('yields what it yields to its own client, whatever its zone and style of dates', async () => {
    const query = 'SELECT id, at, product, amount FROM orders';
    const map = { time: 'at', value: 'amount', subject: 'product', id: 'id' };
    const { samples, error } = await pull(source(), { query, map }, { timezone: 'Europe/Stockholm' });
    expect(error).toBeNull();
    const { rows } = (await owner?.query(
      'SELECT id, floor(extract(epoch FROM at) * 1000)::text AS at, product, amount FROM orders WHERE amount IS NOT NULL',
    )) ?? { rows: [] };
    expect(samples).toHaveLength(2700);
    const known = new Map(rows.map((row) => [row.id, [Number(row.at), row.product, Number(row.amount)]]));
    for (const { key, measuredAt, subject, value } of samples) {
      expect([measuredAt, subject, value]).toEqual(known.get(key));
    }
  });

  test('counts days of the zone of the configuration', async () => {
    const query = 'SELECT at::date AS day, count(*) AS amount FROM orders GROUP BY 1 ORDER BY 1';
    const { samples } = await pull(source(), { query }, { timezone: 'Europe/Stockholm' });
    // The first of them begins two hours late; on 25 October the clock goes back.
    expect(samples.slice(0, 2)).toMatchObject([
      { measuredAt: Date.parse('2026-09-30T22:00:00Z'), value: 27 },
      { measuredAt: Date.parse('2026-10-01T22:00:00Z'), value: 29 },
    ]);
    expect(samples[25]?.measuredAt).toBe(Date.parse('2026-10-25T23:00:00Z'));
  });

  test('lets in by the password alone, and is trusted by its certificate alone', async () => {
    const query = { query: 'SELECT at AS day, amount FROM orders LIMIT 1' };
    expect((await pull({ ...source(), password: 'another-one-1' }, query)).error).toMatchObject({
      code: 'auth',
    });
    const { ca: _, ...untrusted } = source();
    expect((await pull(untrusted, query)).error).toMatchObject({
      code: 'input',
      message: expect.stringContaining('certificate of the server is not trusted'),
    });
    expect((await pull({ ...untrusted, tls: 'unverified' }, query)).error).toBeNull();
    const elsewhere = { ...source(), url: `postgres://127.0.0.1:${port}/none` };
    expect((await pull(elsewhere, query)).error).toMatchObject({ code: 'not_found' });
  });

  test.each([
    ['SELECT current_date AS day, amount FROM salaries', 'forbidden', 'permission denied for table salaries'],
    ["SELECT current_date AS day, nextval('counter') AS amount", 'input', 'read-only transaction'],
    ['SELECT at AS day, amout AS amount FROM orders', 'input', '"amout" does not exist (at character 19)'],
  ])('refuses %s', async (query, code, message) => {
    expect((await pull(source(), { query })).error).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['a table that is locked', 'SELECT day, amount FROM locked'],
    ['a query that is slow', 'SELECT at AS day, amount FROM orders, pg_sleep(60)'],
  ])('is given up for %s, and leaves no session there', async (_, query) => {
    await owner?.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
    const { error } = await pull({ ...source(), timeLimit: '1s' }, { query });
    await owner?.query('ROLLBACK');
    expect(error).toMatchObject({ code: 'timeout' });
    const left = "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'krsync'";
    await expect.poll(async () => (await owner?.query(left))?.rows, { timeout: 5000 }).toEqual([{ left: 0 }]);
  });
});
