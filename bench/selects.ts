import Database from 'better-sqlite3';

export interface Select {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Every query that is iterated in this process from now on and that the pattern matches. */
export function watchSelects(pattern: RegExp): Select[] {
  const seen: Select[] = [];
  const prepare = Database.prototype.prepare;
  Database.prototype.prepare = function prepareWatched(this: Database.Database, text: string) {
    const statement = prepare.call(this, text);
    const iterate = statement.iterate.bind(statement) as (...all: unknown[]) => IterableIterator<unknown>;
    statement.iterate = (...parameters: unknown[]) => {
      if (pattern.test(text)) seen.push({ text, parameters });
      return iterate(...parameters);
    };
    return statement;
  } as typeof prepare;
  return seen;
}

/** Runs a query and drops its rows. */
export function drain(db: Database.Database, { text, parameters }: Select): number {
  let rows = 0;
  for (const _row of db
    .prepare(text)
    .raw()
    .iterate(...parameters))
    rows += 1;
  return rows;
}
