import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DayValue } from '../src/metrics/engine/series.ts';
import { openStore } from '../src/store/index.ts';
import { backfilledValues } from './backfill-rule.ts';
import { report, timed } from './child.ts';
import { drain, type Select, watchSelects } from './selects.ts';

/**
 * One process of the backfill benchmark: `record` computes the values, checks one of them by SQL alone, and writes
 * down the SELECT that the store ran for them; `backfill` computes them; `select` runs that SELECT and drops the rows.
 */
const [side = '', database = '', file = ''] = process.argv.slice(2);

async function backfill(): Promise<readonly DayValue[]> {
  const store = await openStore({ path: database, readonly: true, now: Date.now });
  const { days } = await backfilledValues(store);
  await store.close();
  return days;
}

function select(one: Select): number {
  const db = new Database(database, { readonly: true });
  const rows = drain(db, one);
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
  const seen = watchSelects(/from "tickets"/);
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
