import { rootCertificates } from 'node:tls';
import type { Client, QueryArrayResult } from 'pg';
import { ConnectorError } from '../errors.ts';
import { readText, stopIfAborted } from '../files.ts';
import { connectionFailure, refusal } from './failures.ts';
import type { Rows, Run } from './pull.ts';
import type { PostgresSettings } from './settings.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** Rows that are asked for at once. */
const AT_ONCE = 1000;
/** Milliseconds. */
const TO_CONNECT = 15_000;
const DECLARE = 'DECLARE krsync NO SCROLL CURSOR FOR ';

/**
 * What a query yields, a part at a time: in a transaction that can only read, within its time limit, and no more bytes
 * than are allowed, whatever a row holds.
 */
export async function* postgresRows(
  settings: PostgresSettings,
  run: Run,
  signal: AbortSignal,
): AsyncGenerator<Rows> {
  const { endpoint, timeLimit, zone, first } = run;
  stopIfAborted(signal, endpoint);
  const client = await connected(settings, run, signal);
  const stopped = guard(client, run, signal);
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(
      `SELECT set_config('statement_timeout', $1, true), set_config('TimeZone', $2, true), set_config('DateStyle', 'ISO, YMD', true)`,
      [String(timeLimit), zone],
    );
    await declare(client, run.query);
    const atOnce = first === null ? AT_ONCE : Math.min(first, AT_ONCE);
    for (let left = first ?? Number.POSITIVE_INFINITY; left > 0; ) {
      const text = `FETCH FORWARD ${Math.min(atOnce, left)} FROM krsync`;
      const result = await client.query({ text, rowMode: 'array' });
      yield rowsOf(result);
      if (result.rows.length < Math.min(atOnce, left)) break;
      left -= result.rows.length;
    }
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    stopIfAborted(signal, endpoint);
    throw stopped.reason() ?? refusal(error, endpoint, DECLARE.length, secretsOf(settings));
  } finally {
    // Ends the transaction too, whatever became of it. It waits for the server to close, and one that vanished never does.
    await client.end().catch(() => undefined);
    stopped.end();
  }
}

/** Servers and poolers repeat what they were sent. */
function secretsOf({ password }: PostgresSettings): readonly string[] {
  return password === undefined ? [] : [password];
}

/** As one statement, which the extended protocol alone makes sure of: a second one could end the transaction. */
async function declare(client: Client, query: string): Promise<void> {
  const extended = { queryMode: 'extended' };
  await client.query({ text: DECLARE + query.trim().replace(/;\s*$/, ''), ...extended });
}

async function connected(settings: PostgresSettings, run: Run, signal: AbortSignal): Promise<Client> {
  const { url, user, password = '' } = settings;
  const { hostname, port, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    host,
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user,
    // As a function: without one it would look for a password in the environment and the home folder.
    password: () => password,
    ssl: await tlsOf(settings, host, signal),
    connectionTimeoutMillis: Math.min(TO_CONNECT, run.timeLimit),
    application_name: 'krsync',
    // Every value as the text that the server sends: what it means is for `meaning`.
    types: { getTypeParser: () => (text: string) => text },
  });
  // Told by the query that it breaks.
  client.on('error', () => undefined);
  const stop = () => client.connection.stream.destroy();
  signal.addEventListener('abort', stop);
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.connection.stream.destroy();
    stopIfAborted(signal, run.endpoint);
    throw connectionFailure(error, run.endpoint, secretsOf(settings));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function tlsOf(
  { tls, ca }: PostgresSettings,
  host: string,
  signal: AbortSignal,
): Promise<false | { rejectUnauthorized: boolean; ca?: string[] }> {
  const mode =
    tls ?? (/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host) && ca === undefined ? 'off' : 'verify');
  if (mode === 'off') return false;
  if (ca === undefined) return { rejectUnauthorized: mode === 'verify' };
  const own = await readText(ca, 1024 * 1024, signal);
  return { rejectUnauthorized: mode === 'verify', ca: [...rootCertificates, own] };
}

interface Guard {
  /** Why it was cut off; null where it was not. */
  readonly reason: () => ConnectorError | null;
  end(): void;
}

/** Cuts the connection off at the time limit, beyond the bytes that are allowed, and when the user stops. */
function guard(client: Client, { endpoint, timeLimit }: Run, signal: AbortSignal): Guard {
  const { stream } = client.connection;
  let reason: ConnectorError | null = null;
  let bytes = 0;

  function cut(why: ConnectorError | null): void {
    reason ??= why;
    stream.destroy();
  }

  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) cut(tooLarge(endpoint));
  };
  const onAbort = () => cut(null);
  const timer = setTimeout(() => cut(tooLate(endpoint, timeLimit)), timeLimit);
  stream.on('data', onData);
  signal.addEventListener('abort', onAbort);
  return {
    reason: () => reason,
    end() {
      clearTimeout(timer);
      stream.off('data', onData);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function tooLarge(endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `The query yields more than ${MAX_BYTES / 1024 / 1024} MiB`,
    endpoint,
    remedy: 'Ask for fewer columns, or add the rows up by day',
  });
}

function tooLate(endpoint: string, timeLimit: number): ConnectorError {
  return new ConnectorError({
    code: 'timeout',
    message: `The query was stopped after ${timeLimit / 1000} s`,
    endpoint,
    remedy: 'Narrow the query, or raise `timeLimit`',
  });
}

function rowsOf({ fields, rows }: QueryArrayResult<unknown[]>): Rows {
  return {
    columns: fields.map(({ name }) => name),
    rows: rows.map((row) => row.map((cell, place) => meaning(cell, fields[place]?.dataTypeID ?? 0))),
  };
}

/** https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const OID = { bool: 16, int8: 20, int2: 21, int4: 23, float4: 700, float8: 701, numeric: 1700 } as const;

/** Numbers as numbers, so that no setting of how numbers are written is applied to them; times stay text with a zone. */
function meaning(cell: unknown, type: number): unknown {
  if (typeof cell !== 'string') return cell;
  if (type === OID.bool) return cell === 't';
  if (type === OID.int8 || type === OID.int4 || type === OID.int2) return BigInt(cell);
  if (type === OID.float4 || type === OID.float8 || type === OID.numeric) return Number(cell);
  return cell;
}
