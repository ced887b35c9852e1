import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DayValue } from '../src/metrics/engine/series.ts';
import { openStore } from '../src/store/index.ts';
import { backfilledValues } from './backfill-rule.ts';
import { report, timed } from './child.ts';

/**
 * One process of the backfill benchmark: `record` computes the values, checks one of them by SQL alone, and writes
 * down the SELECT that the store ran for them; `backfill` computes them; `select` runs that SELECT and drops the rows.
 */
const [side = '', database = '', file = ''] = process.argv.slice(2);

interface Select {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Every query over tickets that is iterated in this process from now on. */
function watchSelects(): Select[] {
  const seen: Select[] = [];
  const prepare = Database.prototype.prepare;
  Database.prototype.prepare = function prepareWatched(this: Database.Database, text: string) {
    const statement = prepare.call(this, text);
    const iterate = statement.iterate.bind(statement) as (...all: unknown[]) => IterableIterator<unknown>;
    statement.iterate = (...parameters: unknown[]) => {
      if (/from "tickets"/.test(text)) seen.push({ text, parameters });
      return iterate(...parameters);
    };
    return statement;
  } as typeof prepare;
  return seen;
}

async function backfill(): Promise<readonly DayValue[]> {
  const store = await openStore({ path: database, readonly: true, now: Date.now });
  const { days } = await backfilledValues(store);
  await store.close();
  return days;
}

function select({ text, parameters }: Select): number {
  const db = new Database(database, { readonly: true });
  let rows = 0;
  for (const _row of db
    .prepare(text)
    .raw()
    .iterate(...parameters))
    rows += 1;
  db.close();
  return rows;
}

/** The median lead time in hours of one window, by sorting in SQLite. */
function medianBySql({ from, to }: { readonly from: number; readonly to: number }): number {
  const db = new Database(database, { readonly: true });
  const leads = db
    .prepare(
      'SELECT (resolved_at - created_at) / 3600000.0 AS lead FROM tickets WHERE resolved_at >= ? AND resolved_at < ? ORDER BY lead',
    )
    .pluck()
    .all(from, to) as number[];
  db.close();
  const middle = (leads.length - 1) / 2;
  return ((leads[Math.floor(middle)] ?? Number.NaN) + (leads[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function assertRight(days: readonly DayValue[]): void {
  const day = days[45];
  if (days.length !== 92 || day === undefined)
    throw new Error(`${days.length} days were computed instead of 92`);
  const expected = medianBySql(day.value.window);
  const { value } = day.value;
  if (value === null || Math.abs(value - expected) > 1e-9)
    throw new Error(
      `the median of ${day.date} is ${expected}, and krsync says ${value} (${day.value.reason})`,
    );
}

if (side === 'record') {
  const seen = watchSelects();
  const { ms, value } = await timed(backfill);
  assertRight(value);
  const [only] = seen;
  if (only === undefined || seen.length !== 1) throw new Error(`the records were read ${seen.length} times`);
  writeFileSync(file, JSON.stringify(only));
  report({ ms, rows: select(only) });
} else if (side === 'backfill') {
  const { ms, value } = await timed(backfill);
  report({ ms, values: value.filter((day) => day.value.value !== null).length });
} else {
  const only = JSON.parse(readFileSync(file, 'utf8')) as Select;
  const { ms, value } = await timed(() => select(only));
  report({ ms, rows: value });
}
