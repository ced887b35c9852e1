import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { durationMs } from '../durations.ts';
import { ConnectorError } from '../errors.ts';
import { wholeTable } from '../table-batches.ts';
import { nearestName } from '../table-names.ts';
import { namesIn, tableReader } from '../table-rows.ts';
import { placeOf, queryId, type SqlQuery, type SqlSettings } from './settings.ts';

const REMEDY = 'Correct the row, the query or its `map`';

/** Some rows of what a query yields. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** How a query is run. */
export interface Run {
  /** Where a message says that it happened. */
  readonly endpoint: string;
  readonly query: string;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** The zone of what the database itself says about days. */
  readonly zone: string;
  /** No more than these rows; null for all. */
  readonly first: number | null;
}

const saved = z.object({ zone: z.string(), content: z.string() });

type Context = PullContext<SqlSettings>;

/** Runs the query again, and brings all its rows where they are others than before. */
export async function* pullQuery(
  context: Context,
  query: SqlQuery,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const { samples, content } = await read(context, query, null);
  const state = JSON.stringify({ zone: zoneOf(context, query), content } satisfies z.infer<typeof saved>);
  if (cursor === state) return;
  yield* wholeTable(context, samples, state);
}

export async function previewQuery(
  context: Context,
  query: SqlQuery,
  rows: number,
): Promise<readonly Sample[]> {
  return (await read(context, query, rows)).samples;
}

function zoneOf({ timezone }: Context, { dates }: SqlQuery): string {
  return dates?.zone ?? timezone ?? 'UTC';
}

async function read(
  context: Context,
  query: SqlQuery,
  first: number | null,
): Promise<{ readonly samples: readonly Sample[]; readonly content: string }> {
  const { settings } = context;
  const id = queryId(query);
  const endpoint = `${placeOf(settings)} ${id}`;
  const zone = zoneOf(context, query);
  const reader = tableReader(query, { member: id, zone, noun: 'column', remedy: REMEDY });
  const content = createHash('sha256');
  const { timeLimit = '30s' } = settings;
  let places: ReadonlyMap<string, number> | null = null;
  let count = 0;
  const run: Run = { endpoint, query: query.query, timeLimit: durationMs(timeLimit), zone, first };
  for await (const { columns, rows } of rowsOf(context, run)) {
    const known: ReadonlyMap<string, number> = places ?? columnsOf(columns, query, endpoint);
    places = known;
    for (const row of rows) {
      count += 1;
      const cell = (name: string) => row[known.get(name) ?? -1];
      reader.add({ place: `${endpoint} row ${count}`, key: `row ${count}`, cell }, '');
      for (const one of row) content.update(`${typeof one} ${String(one)}\0`);
    }
  }
  reader.throwIfFaulty();
  return { samples: reader.samples(), content: content.digest('hex') };
}

async function* rowsOf(context: Context, run: Run): AsyncGenerator<Rows> {
  const { settings } = context;
  if ('path' in settings) {
    const { sqliteRows } = await import('./sqlite.ts');
    yield await sqliteRows(settings.path, run, context.signal);
    return;
  }
  const { postgresRows } = await import('./postgres.ts');
  yield* postgresRows(settings, run, context.signal);
}

/** Where each column stands. What is mapped must be there, once. */
function columnsOf(
  columns: readonly string[],
  query: SqlQuery,
  endpoint: string,
): ReadonlyMap<string, number> {
  for (const name of namesIn(query)) {
    const times = columns.filter((column) => column === name).length;
    if (times === 1) continue;
    throw new ConnectorError({
      code: 'input',
      message:
        times === 0
          ? `The query yields no column \`${name}\`${nearestName(name, columns)}`
          : `The query yields ${times} columns \`${name}\``,
      endpoint,
      remedy: 'Name the column in the query with AS, or correct `map`',
    });
  }
  return new Map(columns.map((column, place) => [column, place]));
}
