import { inShort } from '../../src/domain/redact.ts';
import { ConnectorError, type ConnectorErrorCode } from '../errors.ts';

const LONGEST_TEXT = 300;

interface Told {
  readonly code: ConnectorErrorCode;
  readonly remedy: string;
}

const CONNECT: Told = {
  code: 'network',
  remedy: 'Check the `url`, and that the database is up; the next run tries again',
};
const ACCESS: Told = { code: 'auth', remedy: 'Give the source a valid `user` and `password`' };
const LATER: Told = { code: 'server', remedy: 'The next run tries again' };
const QUERY: Told = { code: 'input', remedy: 'Correct the query' };

/** By SQLSTATE, or the beginning of it: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const STATES: readonly (readonly [string, Told])[] = [
  ['28', ACCESS],
  ['3D000', { code: 'not_found', remedy: 'Correct the name of the database in `url`' }],
  ['42501', { code: 'forbidden', remedy: 'Grant the user of the source what the query reads' }],
  ['25006', { code: 'input', remedy: 'Let the query read and nothing else' }],
  ['57014', { code: 'timeout', remedy: 'Narrow the query, or raise `timeLimit`' }],
  ['08', LATER],
  ['40', LATER],
  ['53', LATER],
  ['55P03', LATER],
  ['57P', LATER],
  ['58', LATER],
];

/** A connection that could not be made. */
export function connectionFailure(
  error: unknown,
  endpoint: string,
  secrets: readonly string[],
): ConnectorError {
  const { state, message } = detailsOf(error, secrets);
  const known = toldBy(state);
  if (known !== null) return failure('The database refuses the connection', message, known, endpoint, error);
  if (/does not support SSL/.test(message)) {
    return failure(
      'The connection is not encrypted',
      message,
      { code: 'input', remedy: 'Let the server encrypt, or say `tls: off` where nobody listens' },
      endpoint,
      error,
    );
  }
  if (/CERT|SIGNATURE|SELF_SIGNED|^ERR_TLS/.test(state)) {
    return failure(
      'The certificate of the server is not trusted',
      message,
      {
        code: 'input',
        remedy: 'Name the file of the authority that signed it as `ca`, or say `tls: unverified`',
      },
      endpoint,
      error,
    );
  }
  return failure('The connection failed', state === '' ? message : state, CONNECT, endpoint, error);
}

/** What a query ended with. `before` is how much of the text that the server counts in is not the query's. */
export function refusal(
  error: unknown,
  endpoint: string,
  before: number,
  secrets: readonly string[],
): ConnectorError {
  const { state, message, position } = detailsOf(error, secrets);
  // What has no state did not come from the server: the connection broke.
  if (!/^[\dA-Z]{5}$/.test(state)) {
    return failure('The connection broke', state === '' ? message : state, CONNECT, endpoint, error);
  }
  const told = toldBy(state) ?? QUERY;
  const at = position === null || position <= before ? '' : ` (at character ${position - before})`;
  return failure('The query failed', `${message}${at}`, told, endpoint, error);
}

function toldBy(state: string): Told | null {
  return STATES.find(([start]) => state.startsWith(start))?.[1] ?? null;
}

function failure(
  what: string,
  why: string,
  { code, remedy }: Told,
  endpoint: string,
  cause: unknown,
): ConnectorError {
  return new ConnectorError({ code, message: `${what}: ${why}`, endpoint, remedy, cause });
}

function detailsOf(
  error: unknown,
  secrets: readonly string[],
): {
  readonly state: string;
  readonly message: string;
  readonly position: number | null;
} {
  // Where a name has several addresses, there is an error of each.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(first instanceof Error)) return { state: '', message: 'unknown reason', position: null };
  const state = 'code' in first && typeof first.code === 'string' ? first.code : '';
  const position = 'position' in first ? Number(first.position) : Number.NaN;
  return {
    state,
    message: inShort(first.message, secrets, LONGEST_TEXT),
    position: Number.isInteger(position) ? position : null,
  };
}
