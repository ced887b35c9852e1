import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../../connectors/sql/failures.ts';
import { sql } from '../../../connectors/sql/index.ts';
import { sqlSettings } from '../../../connectors/sql/settings.ts';
import { testConnector } from '../../support/test-connector.ts';
import { type PostgresServer, postgresServer } from './databases.ts';
import { MAP, pull as pullFrom, SIGNUPS, SIGNUPS_QUERY } from './support.ts';

const TABLE = `
  CREATE TABLE costs (id BIGINT, day DATE, at TIMESTAMP, exact TIMESTAMPTZ, amount NUMERIC(20, 4), paid BOOLEAN, note TEXT);
  INSERT INTO costs VALUES
    (9007199254740993, '2026-10-01', '2026-10-01 12:00:00', '2026-10-01 12:00:00.123456+00', 1234.5, TRUE, '1.234,5'),
    (9007199254740994, '2026-10-02', '2026-10-02 12:00:00', '2026-10-02 12:00:00+00', NULL, FALSE, NULL);
  CREATE TABLE many AS SELECT i, DATE '2026-10-01' AS day, i::float8 AS amount FROM generate_series(1, 2500) AS i;
  CREATE SEQUENCE counter;
  CREATE TABLE signups (id BIGINT, day TEXT, new NUMERIC);
  ${SIGNUPS}`;

let server: PostgresServer | null = null;
beforeAll(async () => {
  server = await postgresServer(TABLE);
}, 120_000);
afterAll(async () => server?.close());

const PASSWORD = 'sql-password-5ks92hd1';
testConnector(sql, {
  name: 'PostgreSQL',
  network: false,
  secrets: [PASSWORD],
  async prepare() {
    const settings = { url: server?.url, user: 'postgres', password: PASSWORD, queries: [SIGNUPS_QUERY] };
    return { settings, start: 0, dispose: async () => undefined };
  },
});

const pull = (query: object, context: Parameters<typeof pullFrom>[2] = {}) =>
  pullFrom({ url: server?.url, user: 'postgres', timeLimit: '20s' }, query, context);
const ALL = 'SELECT * FROM costs';

describe('a query of PostgreSQL', () => {
  test('maps numbers exactly, days in the zone, and null to no sample', async () => {
    const map = { time: 'day', value: 'amount', id: 'id', labels: { paid: 'paid' } };
    // How texts are written is no matter to what is a number.
    const numbers = { decimal: ',', thousands: '.' };
    const { samples, error } = await pull({ query: ALL, map, numbers }, { timezone: 'Europe/Stockholm' });
    expect(error).toBeNull();
    expect(samples).toMatchObject([
      {
        key: '9007199254740993',
        value: 1234.5,
        measuredAt: Date.parse('2026-09-30T22:00:00Z'),
        labels: { paid: 'true' },
      },
    ]);
    const ofText = await pull({ query: ALL, map: { ...map, value: 'note' }, numbers });
    expect(ofText.values).toEqual([1234.5]);
  });

  test('takes times with their zone, and those without in the zone of the table', async () => {
    const at = async (time: string) =>
      (await pull({ query: ALL, map: { time, value: 'amount' }, dates: { zone: 'Asia/Tokyo' } })).samples[0]
        ?.measuredAt;
    expect(await at('exact')).toBe(Date.parse('2026-10-01T12:00:00.123Z'));
    expect(await at('at')).toBe(Date.parse('2026-10-01T03:00:00Z'));
  });

  test('says of days what the zone of the table says', async () => {
    const query = "SELECT (exact + INTERVAL '11 hours')::date AS day, amount FROM costs";
    const { samples } = await pull({ query }, { timezone: 'Europe/Stockholm' });
    expect(samples[0]?.measuredAt).toBe(Date.parse('2026-10-01T22:00:00Z'));
  });

  test.each([
    ['paid', 'column `paid`: "true" is not a number'],
    ["'NaN'::float8", '"NaN" is not a number'],
    ['ARRAY[1, 2]', 'is not a number'],
  ])('refuses %s as a number', async (column, message) => {
    const { error, batches } = await pull({
      query: `SELECT day, ${column} AS ${column === 'paid' ? 'paid' : 'amount'} FROM costs`,
      map: { time: 'day', value: column === 'paid' ? 'paid' : 'amount' },
    });
    expect([error?.message, batches]).toEqual([expect.stringContaining(message), []]);
  });

  test('is read part by part to its end', async () => {
    const { values } = await pull({ query: 'SELECT * FROM many ORDER BY i;', map: { ...MAP.map, id: 'i' } });
    expect([values.length, values[0], values.at(-1)]).toEqual([2500, 1, 2500]);
    expect((await pull({ query: 'SELECT * FROM many WHERE i < 0' })).error).toBeNull();
  });

  test.each([
    ['DELETE FROM costs RETURNING day, amount', 'input'],
    ['WITH gone AS (DELETE FROM costs RETURNING *) SELECT * FROM gone', 'input'],
    ['SELECT day, amount FROM costs; COMMIT; DELETE FROM costs', 'input'],
    ["SELECT current_date AS day, nextval('counter') AS amount", 'input'],
    ['SELECT day, amount FROM costs FOR UPDATE', 'input'],
  ])('%s changes nothing and is refused', async (query, code) => {
    const { error, batches } = await pull({ query });
    expect([error?.code, batches]).toEqual([code, []]);
    expect((await pull({ query: ALL })).values).toEqual([1234.5]);
  });

  test('that is wrong is told with the place in its own text', async () => {
    expect((await pull({ query: 'SELECT day, amout FROM costs' })).error).toMatchObject({
      code: 'input',
      message: 'The query failed: column "amout" does not exist (at character 13)',
      endpoint: expect.stringMatching(/^postgres:\/\/127\.0\.0\.1:\d+\/postgres cost$/),
    });
    expect((await pull({ query: 'SELECT day, amount AS a FROM costs' })).error?.message).toContain(
      'no column `amount`',
    );
  });

  test('goes over no connection that is not encrypted, unless that is said', async () => {
    const source = { url: server?.url, user: 'postgres', password: 'sql-password-2' };
    const { error } = await pullFrom({ ...source, tls: 'verify' }, { query: ALL });
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('not encrypted') });
    expect((await pullFrom({ ...source, tls: 'off' }, { query: ALL })).values).toEqual([1234.5]);
  });
});

describe('a server', () => {
  const sockets: Socket[] = [];
  let close = async (): Promise<void> => undefined;
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await close();
  });

  /** Lets anybody in, and then does this with the first query. */
  async function serve(onQuery: (socket: Socket) => void): Promise<string> {
    const own = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(Buffer.from('520000000800000000' + '5a0000000549', 'hex'));
        socket.once('data', () => onQuery(socket));
      });
    }).listen(0, '127.0.0.1');
    await once(own, 'listening');
    close = async () => void own.close();
    const address = own.address();
    return `postgres://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/crm`;
  }

  test('that never answers is given up at the time limit', async () => {
    const url = await serve(() => undefined);
    const { error } = await pullFrom({ url, user: 'ana', timeLimit: '1s' }, { query: ALL });
    expect(error).toMatchObject({ code: 'timeout', message: 'The query was stopped after 1 s' });
  });

  test('that never ends is given up at a bound', async () => {
    const megabyte = 1024 * 1024;
    const row = Buffer.alloc(11 + megabyte);
    row.write('D');
    row.writeInt32BE(row.length - 1, 1);
    row.writeInt16BE(1, 5);
    row.writeInt32BE(megabyte, 7);
    const url = await serve((socket) => {
      // One column, `a`, of texts.
      socket.write(Buffer.from(`540000001a0001${'6100'}${'00'.repeat(6)}00000019ffffffffffff0000`, 'hex'));
      const more = (): void => {
        while (!socket.destroyed && socket.write(row));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    const { error } = await pullFrom({ url, user: 'ana' }, { query: ALL });
    expect(error).toMatchObject({ code: 'input', message: 'The query yields more than 64 MiB' });
  });

  /** Passes everything on to the real server but the end, which it keeps to itself, and leaves unanswered. */
  async function vanishing(onEnd: () => void): Promise<string> {
    const { hostname, port, pathname } = new URL(server?.url ?? '');
    const own = createServer({ allowHalfOpen: true }, (socket) => {
      const behind = connect(Number(port), hostname);
      sockets.push(socket, behind);
      for (const side of [socket, behind]) side.on('error', () => undefined);
      behind.on('data', (chunk) => socket.write(chunk));
      socket.on('data', (chunk) => {
        if (chunk.at(0) === 'X'.charCodeAt(0)) onEnd();
        else behind.write(chunk);
      });
      socket.on('close', () => behind.destroy());
    }).listen(0, '127.0.0.1');
    await once(own, 'listening');
    close = async () => void own.close();
    const address = own.address();
    return `postgres://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${pathname}`;
  }

  test('that vanished by the end of a query holds the run no longer than the time limit', async () => {
    const ends: string[] = [];
    const url = await vanishing(() => ends.push('asked for'));
    const source = { url, user: 'postgres', timeLimit: '2s' };
    const { values, error } = await pullFrom(source, { query: ALL });
    expect([values, error, ends]).toEqual([[1234.5], null, ['asked for']]);
  });

  test('that vanished by the end of a query does not hold a run that is stopped', async () => {
    const stopping = new AbortController();
    const url = await vanishing(() => stopping.abort());
    const source = { url, user: 'postgres', timeLimit: '10m' };
    await pullFrom(source, { query: ALL }, { signal: stopping.signal });
    expect(stopping.signal.aborted).toBe(true);
  });

  test('that breaks off, or is not there, is transient', async () => {
    const url = await serve((socket) => socket.destroy());
    expect((await pullFrom({ url, user: 'ana' }, { query: ALL })).error).toMatchObject({ code: 'network' });
    await close();
    expect((await pullFrom({ url, user: 'ana' }, { query: ALL })).error).toMatchObject({
      code: 'network',
      message: 'The connection failed: ECONNREFUSED',
    });
  });

  test.each([
    ['28P01', 'auth'],
    ['42501', 'forbidden'],
    ['3D000', 'not_found'],
    ['57014', 'timeout'],
    ['53300', 'server'],
    ['57P03', 'server'],
    ['40001', 'server'],
    ['42P01', 'input'],
  ])('that refuses with %s is told as %s', (code, expected) => {
    const error = Object.assign(new Error('as the server says'), { code, position: '40' });
    expect(refusal(error, 'postgres://db/crm cost', 36, [])).toMatchObject({
      code: expected,
      message: 'The query failed: as the server says (at character 4)',
    });
  });
});

describe('settings', () => {
  const faultOf = (source: object) =>
    JSON.stringify(
      sqlSettings.safeParse({ queries: [{ query: ALL, ...MAP }], ...source }).error?.issues ?? null,
    );

  test('name a file or a database, and keep the password out of the address', () => {
    expect(faultOf({ path: 'crm.db' })).toBe('null');
    expect(faultOf({ url: 'postgresql://db.acme.test:5433/crm', user: 'krsync' })).toBe('null');
    expect(faultOf({ url: 'postgres://ana:s3cret@db.acme.test/crm', user: 'ana' })).toContain(
      'by themselves',
    );
    expect(faultOf({ url: 'postgres://db.acme.test/crm?sslmode=disable', user: 'ana' })).toContain('"url"');
    expect(faultOf({ path: 'crm.db', url: 'postgres://db.acme.test/crm', user: 'ana' })).not.toBe('null');
  });
});
