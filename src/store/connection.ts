import Database from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import { toStoreError } from './errors.ts';

/** A query that Kysely built: the row's type travels with it. */
export interface Query<Row> {
  compile(): CompiledQuery<Row>;
}

/** Another program's write is waited for this long. */
const BUSY_TIMEOUT = 5000;

/** One connection to the database, with its prepared statements. Everything on it is synchronous. */
export class Connection {
  readonly path: string;
  readonly db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** @throws StoreError when the file cannot be opened. */
  constructor(path: string, options: { readonly readonly: boolean }) {
    this.path = path;
    try {
      this.db = new Database(path, {
        readonly: options.readonly,
        fileMustExist: options.readonly,
        timeout: BUSY_TIMEOUT,
      });
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  prepare(text: string): Database.Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  all<Row>(query: Query<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.prepare(sql).all(...parameters) as Row[];
  }

  get<Row>(query: Query<Row>): Row | undefined {
    const { sql, parameters } = query.compile();
    return this.prepare(sql).get(...parameters) as Row | undefined;
  }

  run(query: Query<unknown>): Database.RunResult {
    const { sql, parameters } = query.compile();
    return this.prepare(sql).run(...parameters);
  }

  /** Runs `work` in one transaction that holds the write lock from its first statement. */
  transaction<T>(work: () => T): T {
    return this.db.transaction(work).immediate();
  }

  /** Runs one of the store's methods; what SQLite raises leaves as a StoreError, as a rejection. */
  async guard<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.path);
    }
  }

  close(): void {
    this.db.close();
  }
}
