import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

/** Megabytes. */
const MEMORY = 1024;

/**
 * Runs in a process of its own: SQLite cannot be stopped from within while it computes. It is text, for the program
 * is one file once it is bundled. `readonly` alone would let through what changes the connection and no table.
 */
const CHILD = `
process.once('message', ({ driver, path, query, first, most, bytes, exact }) => {
  const answer = (message) => process.send(message, () => process.exit(0));
  try {
    const Database = require(driver);
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
    db.pragma('query_only = ON');
    const statement = db.prepare(query);
    if (!statement.reader || !statement.readonly) return answer({ fault: 'it does more than read' });
    statement.safeIntegers(exact);
    const columns = statement.columns().map((column) => column.name);
    const rows = [];
    let size = 0;
    for (const row of statement.raw().iterate()) {
      if (rows.length === most) return answer({ fault: 'it yields more than ' + most + ' rows' });
      for (const cell of row) size += cell === null ? 1 : (cell.length ?? 8);
      if (size > bytes) return answer({ fault: 'it yields more than ' + bytes / 1048576 + ' MiB' });
      rows.push(row);
      if (rows.length === first) break;
    }
    answer({ columns, rows });
  } catch (error) {
    answer({ fault: String(error.message), code: error.code });
  }
});`;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Fault {
  readonly fault: string;
  readonly code?: string;
}

export interface QueryOptions {
  /** Milliseconds after which it is killed. */
  readonly timeLimit: number;
  readonly signal: AbortSignal;
  /** Rows beyond which it is refused. */
  readonly most: number;
  /** Bytes beyond which it is refused. @default no bound but the memory of the process */
  readonly bytes?: number;
  /** No more than these rows are read. @default all */
  readonly first?: number;
  /** Integers come as bigint, for those beyond 2^53. @default false */
  readonly exact?: boolean;
}

/** What is wrong with a query, as the second half of a sentence. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault';
  /** `late`: killed at the time limit. `busy`: another program held the file. */
  readonly kind: 'refused' | 'late' | 'busy';

  constructor(message: string, kind: QueryFault['kind'] = 'refused') {
    super(message);
    this.kind = kind;
  }
}

/**
 * What a person's query yields from a file of SQLite, read only.
 *
 * @throws QueryFault, and the signal's reason when that aborts.
 */
export async function queryFile(path: string, query: string, options: QueryOptions): Promise<Table> {
  const { timeLimit, signal, most, bytes, first, exact = false } = options;
  signal.throwIfAborted();
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${MEMORY}`, '--input-type=commonjs', '-e', CHILD],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      // Nothing of this process's surroundings is its business, least of all what is secret.
      env: {},
    },
  );
  let late = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeLimit);
  signal.addEventListener('abort', kill);
  let answer: Table | Fault | null = null;
  child.once('message', (message) => {
    answer = message as Table | Fault;
  });
  try {
    const ended = once(child, 'close');
    const driver = createRequire(import.meta.url).resolve('better-sqlite3');
    child.send(
      { driver, path, query, first, most, bytes: bytes ?? Number.MAX_VALUE, exact },
      () => undefined,
    );
    await ended;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
  signal.throwIfAborted();
  return tableOf(answer, late ? timeLimit : null);
}

function tableOf(answer: Table | Fault | null, killedAfter: number | null): Table {
  if (answer !== null && 'columns' in answer) return answer;
  if (killedAfter !== null) {
    throw new QueryFault(
      `it was stopped after ${killedAfter / 1000} s: narrow it, or let the database do less of it`,
      'late',
    );
  }
  if (answer === null) throw new QueryFault('it ended without an answer: it may have needed too much memory');
  throw new QueryFault(answer.fault, answer.code?.startsWith('SQLITE_BUSY') === true ? 'busy' : 'refused');
}
