import { setImmediate } from 'node:timers/promises';
import type { Rule, Span, Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { FieldOf, RecordHandle, RecordStore, StoredRecord } from '../../store/contract.ts';
import { kindOf, type Metric, type Observation } from '../contract.ts';
import { type Coverage, gapIn, reachOf } from './coverage.ts';
import { type Moves, movesOf, NO_MOVES } from './movers.ts';
import { type ObservationColumns, type ObservationRow, ObservationTable } from './observations.ts';
import { hasHistory, partsOf, readingOf } from './parts.ts';
import { type RowLink, readQuery } from './query.ts';
import { type Era, erasOf, isRemoved, lastingOver, thereAt, whileThere } from './removed.ts';
import { clockOf } from './spans.ts';
import type { Left, Relation, Trace } from './trace.ts';
import { numberOver, valueOver } from './value.ts';
import type { Match } from './where.ts';

/** What rules read from; one that cannot select has no query to answer. */
export type RuleStore = Pick<RecordStore, 'records'> & Partial<Pick<RecordStore, 'select'>>;

export interface EvaluateOptions {
  readonly store: RuleStore;
  readonly rule: Rule;
  readonly metric: Metric;
  /** One value is computed for each, in the same pass over the records. */
  readonly windows: readonly Span[];
  /** Further ones, whose values are computed once they are asked for. */
  readonly later?: readonly Span[];
  readonly coverage: Coverage;
  /** How far the data may end before a window does and still cover it, in milliseconds. */
  readonly freshness: number;
  readonly signal: AbortSignal;
  /** Reads further back than the windows reach, for what is to be foreseen. */
  readonly readFrom?: Instant;
  /** Keeps what the observations do not tell: what they have to do with each other, and what was left out. */
  readonly traced?: boolean;
}

export interface Evaluation {
  /** One for each window, in their order. */
  readonly values: readonly Value[];
  /** Those of the further windows. */
  later(): readonly Value[];
  /** Records inside the windows' reach that give no observation, by reason. */
  readonly rejected: readonly { readonly reason: string; readonly count: number }[];
  /** Whether `where` reads fields as of a window's end or as they are now. */
  readonly attributes: 'dated' | 'current';
  /** The observations behind one of the values, in the order they are aggregated. */
  observations(window: number): readonly ObservationRow[];
  /** What the observations of a query are called, by their `ref`; null where they stand on records of the store. */
  readonly named: readonly RowLink[] | null;
  /** Null where it was not asked for. */
  readonly trace: Trace | null;
  /** Everything that was read, inside a window or not. */
  columns(): ObservationColumns;
  /** Which items tell a window from an earlier one, and the `most` that moved its value furthest. */
  moves(earlier: number, later: number, most: number): Moves;
}

/**
 * Values of one rule over many windows. The records are read once, and each window takes what is inside it and
 * alive at its end: a past day is the same function as today.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { metric, rule, windows } = options;
  const { table, rejected, attributes, named, fault, trace } = await observe(options);
  const stock = kindOf(metric, rule.options) === 'stock';
  const reach = reachOf(rule, stock);
  const inside = (window: Span) => table.inside(window, stock);
  const seenFrom = fault === null ? await firstSeen(options, table) : Number.NEGATIVE_INFINITY;
  const valueIn = (window: Span): Value => {
    const gap = fault ?? gapIn(options.coverage, window, options.freshness, reach);
    const value = valueOver(table, inside(window), window, rule, metric, gap);
    return gap === null && window.to <= seenFrom ? { ...value, value: null, reason: NEVER_SEEN } : value;
  };
  const values = windows.map(valueIn);
  return {
    values,
    later: () => options.later?.map(valueIn) ?? [],
    rejected,
    attributes,
    named,
    trace,
    observations(index) {
      const window = windows[index];
      return window === undefined ? [] : Array.from(inside(window), (place) => table.row(place));
    },
    columns: () => table.columns(),
    moves(earlier, later, most) {
      const [before, after] = [windows[earlier], windows[later]];
      if (before === undefined || after === undefined) return NO_MOVES;
      return movesOf(
        {
          before: inside(before),
          after: inside(after),
          row: (place) => table.row(place),
          over: (places) => numberOver(table, places, after, rule, metric),
          earlier: values[earlier]?.value ?? null,
          aggregate: rule.aggregate,
          combine: rule.combine,
          named,
        },
        most,
      );
    },
  };
}

const NEVER_SEEN = 'no sample that it counts was seen by then: is the table empty, or a name misspelt?';

/**
 * Since when a zero can be believed of a rule that reads samples: from the first of them on. A table can be empty for
 * want of rows as well as of events. Of all other rules, always.
 */
async function firstSeen(options: EvaluateOptions, table: ObservationTable): Promise<Instant> {
  const { metric, rule } = options;
  const windows = [...options.windows, ...(options.later ?? [])];
  const samplesAlone = Object.keys(readingOf(metric, rule)).every((type) => type === 'sample');
  const stock = kindOf(metric, rule.options) === 'stock';
  if (stock || !samplesAlone || metric.query !== undefined) return Number.NEGATIVE_INFINITY;
  const first = table.length === 0 ? Number.POSITIVE_INFINITY : table.at(0);
  // Those of before were left in the database.
  if (!windows.some((window) => window.to <= first)) return first;
  const ever = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const all = (await observe({ ...options, windows: [ever], later: [], readFrom: ever.from })).table;
  return all.length === 0 ? Number.POSITIVE_INFINITY : all.at(0);
}

async function observe(options: EvaluateOptions) {
  const { store, rule, metric, signal, readFrom, traced } = options;
  const windows = [...options.windows, ...(options.later ?? [])];
  const stock = kindOf(metric, rule.options) === 'stock';
  const from = Math.min(...windows.map((w) => w.from));
  const to = Math.max(...windows.map((w) => w.to));
  const table = new ObservationTable();
  const rejections = new Map<string, number>();
  const trace = traced === true ? { relations: [] as Relation[], left: [] as Left[] } : null;
  const reject = (reason: string, at: Instant, ref?: RecordHandle) => {
    // Without a time it would belong to any window.
    const inReach = Number.isNaN(at) || (at < to && (stock || at >= from));
    if (!inReach) return;
    rejections.set(reason, (rejections.get(reason) ?? 0) + 1);
    if (ref !== undefined) trace?.left.push({ reason, at, ref });
  };
  // Only for records that match some of the time; those that always do need no entry.
  const limited = new Map<RecordHandle, readonly Match[]>();
  const joined: StoredRecord[] = [];
  const relate = trace === null ? {} : { relate: (one: Relation) => void trace.relations.push(one) };
  const around = { joined, incidents: rule.incidents ?? null, time: clockOf(rule, reject), ...relate };
  const everything: StoredRecord[] = [];
  let current = false;
  const add = (observation: Observation, within: Match) => {
    const begins = Math.max(observation.from ?? observation.at, within.from);
    const ends = Math.min(observation.until ?? Number.POSITIVE_INFINITY, within.until);
    const spans = limited.size === 0 ? undefined : limited.get(observation.ref);
    if (spans === undefined) table.add(observation, begins, ends);
    else for (const s of spans) table.add(observation, Math.max(begins, s.from), Math.min(ends, s.until));
  };
  // What was left out, and what led to what, is told as of the last of the windows.
  const silent = { ...around, time: clockOf(rule, unheard), relate: unheard };
  const observing = (records: readonly StoredRecord[], tells: boolean, beside = joined) =>
    metric.observe(records, rule.options, tells ? reject : unheard, {
      ...(tells ? around : silent),
      joined: beside,
    });
  const take = (records: readonly StoredRecord[]) => {
    const isGone = ({ removedAt }: StoredRecord) => removedAt !== undefined && removedAt < to;
    const there = records.some(isGone) ? records.filter((record) => !isGone(record)) : records;
    for (const observation of observing(there, true)) add(observation, ALL_TIME);
    if (there !== records) {
      for (const observation of observing(records.filter(isGone), false)) add(observation, ALL_TIME);
    }
    limited.clear();
  };
  const takeAll = () => {
    const eras = erasOf([...everything, ...joined], windows);
    const observe = (era: Era) =>
      observing(everything.filter(era.isThere), era.from < to && to <= era.until, joined.filter(era.isThere));
    for (const { observation, ...span } of lastingOver(eras, observe)) add(observation, span);
  };
  if (metric.query !== undefined) {
    const answer = await readQuery(store, metric.query(rule.options), reject, signal);
    for (const observation of answer.observations) {
      table.add(observation, observation.at, observation.until ?? Number.POSITIVE_INFINITY);
    }
    table.sort();
    return { table, rejected: counted(rejections), attributes: 'current' as const, trace, ...answer };
  }
  const parts = partsOf(rule, metric);
  for (const part of [...parts.filter((one) => one.joined), ...parts.filter((one) => !one.joined)]) {
    const { recordType, filter } = part;
    const dated = hasHistory(recordType) && (filter.dated || (metric.dated !== undefined && !part.joined));
    const chunks = store.records({
      recordType,
      fields: part.fields as FieldOf<typeof recordType>[],
      sources: part.sources,
      // Of records that are observed one by one, those that they are joined with are there for all windows or for none.
      ...(part.joined && metric.scope === 'record' ? {} : thereAt(recordType, windows)),
      ...(part.latest === null
        ? {}
        : {
            latest: {
              column: part.latest as FieldOf<typeof recordType>,
              notBefore: Math.min(from, readFrom ?? from),
            },
          }),
    });
    for await (const chunk of chunks as AsyncIterable<readonly StoredRecord[]>) {
      let matching = chunk;
      if (filter.fields.length > 0 || dated || chunk.some(isRemoved)) {
        const some: StoredRecord[] = [];
        for (const record of chunk) {
          const matches = filter.matches(record);
          const spans = part.joined ? matches : whileThere(matches, record);
          if (spans.length === 0) continue;
          if (dated && !('history' in record && record.history)) current = true;
          // What only joins has no observation of its own to end: it counts as it stands now.
          if (part.joined) {
            if (spans.at(-1)?.until === Number.POSITIVE_INFINITY) some.push(record);
            continue;
          }
          if (!isAlways(spans)) limited.set(record.ref, spans);
          some.push(record);
        }
        matching = some;
      }
      if (part.joined) for (const record of matching) joined.push(record);
      else if (metric.scope === 'record') take(matching);
      else for (const record of matching) everything.push(record);
      // Chunks come without a turn of the event loop, and a Ctrl-C would wait for the last of them.
      await setImmediate();
      signal.throwIfAborted();
    }
  }
  if (metric.scope === 'set') takeAll();
  table.sort();
  return {
    table,
    rejected: counted(rejections),
    attributes: current ? ('current' as const) : ('dated' as const),
    named: null,
    fault: null,
    trace,
  };
}

const ALL_TIME: Match = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
/** For what is told of another window. */
const unheard = () => undefined;

function counted(rejections: ReadonlyMap<string, number>): Evaluation['rejected'] {
  return [...rejections].map(([reason, count]) => ({ reason, count }));
}

function isAlways(spans: readonly Match[]): boolean {
  const [first] = spans;
  return (
    spans.length === 1 && first?.from === Number.NEGATIVE_INFINITY && first.until === Number.POSITIVE_INFINITY
  );
}
