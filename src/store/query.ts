import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { QueryResult } from './contract.ts';
import { StoreError } from './errors.ts';

/** More rows than any series has; a query without its condition would fill the memory with fewer. */
const MOST_ROWS = 1_000_000;
/** Megabytes. */
const MEMORY = 1024;

/**
 * Runs in a process of its own: SQLite cannot be stopped from within while it computes. It is text, for the program
 * is one file once it is bundled. `readonly` alone would let through what changes the connection and no table.
 */
const CHILD = `
process.once('message', ({ driver, path, query, most }) => {
  const answer = (message) => process.send(message, () => process.exit(0));
  try {
    const Database = require(driver);
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
    db.pragma('query_only = ON');
    const statement = db.prepare(query);
    if (!statement.reader || !statement.readonly) return answer({ fault: 'it does more than read' });
    const columns = statement.columns().map((column) => column.name);
    const rows = [];
    for (const row of statement.raw().iterate()) {
      if (rows.length === most) return answer({ fault: 'it yields more than ' + most + ' rows' });
      rows.push(row);
    }
    answer({ columns, rows });
  } catch (error) {
    answer({ fault: String(error.message) });
  }
});`;

type Answer = QueryResult | { readonly fault: string };

export interface QueryOptions {
  /** Milliseconds after which it is killed. */
  readonly timeLimit: number;
  readonly signal: AbortSignal;
}

/**
 * What a person's query yields, read only.
 *
 * @throws StoreError `query` that says what is wrong with it, and the signal's reason when that aborts.
 */
export async function runQuery(path: string, query: string, options: QueryOptions): Promise<QueryResult> {
  const { timeLimit, signal } = options;
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
  let answer: Answer | null = null;
  child.once('message', (message) => {
    answer = message as Answer;
  });
  try {
    const ended = once(child, 'close');
    const driver = createRequire(import.meta.url).resolve('better-sqlite3');
    child.send({ driver, path, query, most: MOST_ROWS }, () => undefined);
    await ended;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
  signal.throwIfAborted();
  return resultOf(answer, late ? timeLimit : null);
}

function resultOf(answer: Answer | null, killedAfter: number | null): QueryResult {
  if (answer !== null && 'columns' in answer) return answer;
  if (killedAfter !== null) {
    throw new StoreError(
      'query',
      `it was stopped after ${killedAfter / 1000} s: narrow it, or let the database do less of it`,
    );
  }
  throw new StoreError(
    'query',
    answer?.fault ?? 'it ended without an answer: it may have needed too much memory',
  );
}
