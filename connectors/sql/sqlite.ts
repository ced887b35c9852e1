import { QueryFault, queryFile } from '../../src/sqlite/query.ts';
import { ConnectorError } from '../errors.ts';
import { assertReadable, stopIfAborted } from '../files.ts';
import { MAX_ROWS } from '../table-rows.ts';
import type { Rows, Run } from './pull.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** What a query yields of a file of SQLite. Integers come as bigint. */
export async function sqliteRows(path: string, run: Run, signal: AbortSignal): Promise<Rows> {
  const { endpoint, query, timeLimit, first } = run;
  stopIfAborted(signal, endpoint);
  await assertReadable(path);
  try {
    return await queryFile(path, query, {
      timeLimit,
      signal,
      most: MAX_ROWS,
      bytes: MAX_BYTES,
      exact: true,
      ...(first === null ? {} : { first }),
    });
  } catch (cause) {
    stopIfAborted(signal, endpoint);
    if (!(cause instanceof QueryFault)) throw cause;
    throw failure(cause, endpoint);
  }
}

function failure(cause: QueryFault, endpoint: string): ConnectorError {
  if (cause.kind === 'busy') {
    return new ConnectorError({
      code: 'server',
      message: 'Another program holds the database for longer than five seconds',
      endpoint,
      remedy: 'The next run tries again',
      cause,
    });
  }
  const late = cause.kind === 'late';
  return new ConnectorError({
    code: late ? 'timeout' : 'input',
    message: `The query failed: ${cause.message}`,
    endpoint,
    remedy: late
      ? 'Narrow the query, or raise `timeLimit`'
      : 'Correct the query, or the `path` of the source',
    cause,
  });
}
