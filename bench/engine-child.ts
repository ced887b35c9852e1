import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { main } from '../src/cli/main.ts';
import { readConfiguration } from '../src/cli/session.ts';
import { cycleSeries } from '../src/metrics/engine/series.ts';
import { metricOf } from '../src/metrics/index.ts';
import type { PlanModel } from '../src/report/model.ts';
import { openStore } from '../src/store/index.ts';
import { report, timed } from './child.ts';
import { AS_OF, CYCLE, ZONE } from './engine-config.ts';
import { drain, type Select, watchSelects } from './selects.ts';

/**
 * One process of the engine benchmark: `record` plans everything, checks counts of it by SQL alone, and writes down the
 * SELECT of each rule, evaluated by itself; `select` runs each of them once, raw, and drops the rows.
 */
const [side = '', folder = '', file = ''] = process.argv.slice(2);
const database = join(folder, 'krsync.db');

const config = join(folder, 'config');
const output = new PassThrough();
const errors = new PassThrough();
const { signal } = new AbortController();
const io = { stdout: output, stderr: errors, env: {}, cwd: folder, now: Date.now, signal };

async function plan(): Promise<PlanModel> {
  const written = text(output);
  const failed = text(errors);
  const code = await main(['plan', '--json', '--config', config, '--as-of', AS_OF], io, '0.0.0');
  output.end();
  errors.end();
  if (code !== 0) throw new Error(`krsync plan ended with ${code}:\n${await failed}`);
  return JSON.parse(await written) as PlanModel;
}

/** Evaluates each rule as if it were the only one. */
async function evaluateOneByOne(): Promise<void> {
  const { objectives } = await readConfiguration(io, { config, logLevel: 'warn' });
  const store = await openStore({ path: database, readonly: true, now: Date.now });
  const around = { members: await store.members(), failures: await store.streamFailures() };
  for (const { rule, freshness } of objectives.flatMap(({ keyResults }) => keyResults)) {
    const asOf = Date.parse(AS_OF);
    const when = { span: CYCLE, zone: ZONE, asOf, revisit: [], withPast: true };
    await cycleSeries({ store, rule, metricOf, freshness, signal, ...when, ...around });
  }
  await store.close();
}

/** The counts of tickets that the plan shows, each by one query of its own. */
function assertRight({ entries }: PlanModel): void {
  const db = new Database(database, { readonly: true });
  const cycle = [Date.parse('2025-10-01T00:00:00+02:00'), Date.parse(AS_OF)] as const;
  const counts = (column: string) =>
    db
      .prepare(`SELECT count(*) FROM tickets WHERE type = 'Bug' AND ${column} >= ? AND ${column} < ?`)
      .pluck()
      .get(...cycle);
  const expected = { 'kr-0': counts('created_at'), 'kr-1': counts('resolved_at') };
  db.close();
  for (const [id, count] of Object.entries(expected)) {
    const value = entries.find((entry) => entry.keyResult === id)?.after.value;
    if (value !== count) throw new Error(`${id} is ${String(count)}, and krsync says ${String(value)}`);
  }
  const short = entries.filter((entry) => entry.after.value === null || entry.backfilled < 85);
  if (entries.length !== 50 || short.length > 0) {
    throw new Error(
      `${short.length} of ${entries.length} key results lack a value or days: ${JSON.stringify(short[0])}`,
    );
  }
}

/** The rows of a rule's SELECT and, where it asks for their transitions, those. */
function select(db: Database.Database, { text: query, parameters }: Select): number {
  const queries = [query];
  if (query.includes('"history_count"')) {
    const of = query.includes('from "tickets"') ? 'ticket_changes' : 'pull_request_changes';
    queries.push(`SELECT c.* FROM (${query}) r JOIN ${of} c ON c.record_id = r.id`);
  }
  return queries.reduce((rows, text) => rows + drain(db, { text, parameters }), 0);
}

if (side === 'record') {
  const { ms, value } = await timed(plan);
  assertRight(value);
  const seen = watchSelects(/from "(tickets|pull_requests)"/);
  await evaluateOneByOne();
  writeFileSync(file, JSON.stringify(seen));
  report({ ms, selects: seen.length });
} else {
  const selects = JSON.parse(readFileSync(file, 'utf8')) as readonly Select[];
  const db = new Database(database, { readonly: true });
  const { ms, value } = await timed(() => selects.reduce((rows, one) => rows + select(db, one), 0));
  db.close();
  report({ ms, rows: value });
}
