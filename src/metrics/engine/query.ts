import type { Instant } from '../../domain/records.ts';
import type { Observation, Reject } from '../contract.ts';
import type { RuleStore } from './evaluate.ts';

/** What a row of a query calls itself. */
export interface RowLink {
  readonly type: 'row';
  readonly key: string;
  readonly url: string | null;
  readonly title: string | null;
}

export const ROW_COLUMNS = ['at', 'value', 'of', 'until', 'subject', 'key', 'url', 'title'] as const;
type RowColumn = (typeof ROW_COLUMNS)[number];

export interface QueryAnswer {
  readonly observations: readonly Observation[];
  readonly named: readonly RowLink[];
  /** Why the query gave nothing: its values are held then, and the others go on. */
  readonly fault: string | null;
}

/** The rows of a query over the public views as observations. */
export async function readQuery(
  store: RuleStore,
  query: string,
  reject: Reject,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  if (store.select === undefined) throw new TypeError('this store answers no queries');
  const failed = (why: string): QueryAnswer => ({
    observations: [],
    named: [],
    fault: `the query failed: ${why}`,
  });
  let result: Awaited<ReturnType<NonNullable<RuleStore['select']>>>;
  try {
    result = await store.select(query, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'query') return failed(error.message);
    throw error;
  }
  const { columns, rows } = result;
  const unknown = columns.find((name) => !(ROW_COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    return failed(`it yields \`${unknown}\`; name the columns with AS: ${ROW_COLUMNS.join(', ')}`);
  }
  for (const needed of ['at', 'value']) {
    if (!columns.includes(needed)) return failed(`it yields no \`${needed}\`; name the column with AS`);
  }
  const places = new Map(columns.map((name, i) => [name as RowColumn, i]));
  const observations: Observation[] = [];
  const named: RowLink[] = [];
  for (const row of rows) {
    const cell = (name: RowColumn): unknown => row[places.get(name) ?? -1] ?? null;
    const observation = observationOf(cell, named.length, reject);
    if (observation === null) continue;
    observations.push(observation);
    named.push({
      type: 'row',
      key: textOf(cell('key')) ?? `row ${named.length + 1}`,
      url: textOf(cell('url')),
      title: textOf(cell('title')),
    });
  }
  return { observations, named, fault: null };
}

function observationOf(cell: (name: RowColumn) => unknown, ref: number, reject: Reject): Observation | null {
  const at = momentOf(cell('at'));
  if (at === null) {
    reject('`at` is no time', Number.NaN);
    return null;
  }
  const value = cell('value');
  const of = cell('of');
  const until = cell('until');
  const ends = until === null ? null : momentOf(until);
  const fault =
    typeof value !== 'number' || !Number.isFinite(value)
      ? '`value` is not a number'
      : of !== null && typeof of !== 'number'
        ? '`of` is not a number'
        : until !== null && ends === null
          ? '`until` is no time'
          : null;
  if (fault !== null) {
    reject(fault, at);
    return null;
  }
  const subject = textOf(cell('subject'));
  return {
    at,
    value: value as number,
    ref,
    ...(of === null ? {} : { of: of as number }),
    ...(ends === null ? {} : { until: ends }),
    ...(subject === null ? {} : { subject }),
  };
}

/** Milliseconds, an ISO time with its offset, or what SQLite's own functions write, which is UTC. */
function momentOf(cell: unknown): Instant | null {
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? cell : null;
  if (typeof cell !== 'string') return null;
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(cell) ?? [];
  if (date === undefined) return null;
  const moment = Date.parse(`${date}T${time ?? '00:00'}${zone ?? 'Z'}`);
  return Number.isNaN(moment) ? null : moment;
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;
}
