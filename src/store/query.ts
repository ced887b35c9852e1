import { QueryFault, queryFile } from '../sqlite/query.ts';
import type { QueryResult } from './contract.ts';
import { StoreError } from './errors.ts';

/** More rows than any series has; a query without its condition would fill the memory with fewer. */
const MOST_ROWS = 1_000_000;

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
  try {
    return await queryFile(path, query, { ...options, most: MOST_ROWS });
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    throw new StoreError('query', error.message);
  }
}
