import type { Condition, Rule } from '../../domain/okr.ts';
import type { RecordType } from '../../domain/records.ts';
import type { Metric } from '../../metrics/contract.ts';
import { seriesOf } from '../../metrics/engine/coverage.ts';
import { hasHistory, type Part, partsOf } from '../../metrics/engine/parts.ts';
import { compileWhere } from '../../metrics/engine/where.ts';
import type { FieldOf, RecordStore } from '../../store/contract.ts';

/** How the stored records of one type meet the conditions of a rule. */
export interface Tally {
  readonly recordType: RecordType;
  readonly sources: readonly string[];
  readonly total: number;
  /** Those that meet all conditions now or met them once. */
  readonly matched: number;
  readonly conditions: readonly ConditionTally[];
}

export interface ConditionTally {
  /** As the configuration says it: `where.type`, `options.series`. */
  readonly name: string;
  readonly condition: Condition;
  readonly matched: number;
  /** What the field holds, the most frequent first. */
  readonly values: readonly string[];
}

interface Asked {
  readonly name: string;
  readonly field: string;
  readonly condition: Condition;
}

/** A field with more values than this is a text, not a choice. */
const MOST_VALUES = 1000;

/** Counts the stored records that a rule reads, by each of its conditions. */
export async function tallyRule(
  store: Pick<RecordStore, 'records'>,
  rule: Rule,
  metric: Metric,
  signal: AbortSignal,
): Promise<readonly Tally[]> {
  if (metric.query !== undefined) return [];
  const tallies: Tally[] = [];
  for (const part of partsOf(rule, metric)) {
    const incident = part.recordType === 'ticket' && rule.incidents !== undefined;
    if (part.joined && !incident) continue;
    tallies.push(await tallyPart(store, part, askedOf(part, rule, metric), signal));
  }
  return tallies;
}

function askedOf(part: Part, rule: Rule, metric: Metric): readonly Asked[] {
  const asked: Asked[] = [];
  const own = part.joined ? {} : { ...metric.where, ...rule.where };
  for (const [field, condition] of Object.entries(own)) {
    // The fields of one side of a fact say nothing of the other.
    if (!metric.sides || part.filter.fields.includes(field))
      asked.push({ name: `where.${field}`, field, condition });
  }
  if (part.recordType === 'ticket') {
    for (const [field, condition] of Object.entries(rule.incidents?.where ?? {})) {
      asked.push({ name: `incidents.where.${field}`, field, condition });
    }
  }
  const series = part.recordType === 'sample' ? seriesOf(rule, metric) : null;
  if (series !== null) asked.push({ name: 'series', field: 'series', condition: series });
  const { environments } = rule.options as { readonly environments?: readonly string[] };
  if (part.recordType === 'deployment' && environments !== undefined) {
    asked.push({ name: 'options.environments', field: 'environment', condition: environments });
  }
  return asked;
}

async function tallyPart(
  store: Pick<RecordStore, 'records'>,
  { recordType, sources }: Part,
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<Tally> {
  const counts = asked.map((one) => ({
    ...one,
    filter: compileWhere({ [one.field]: one.condition }),
    matched: 0,
    values: new Map<string, number>(),
  }));
  const fields = new Set(['id', ...asked.map(({ field }) => field)]);
  if (hasHistory(recordType) && counts.some(({ filter }) => filter.dated)) fields.add('history');
  let total = 0;
  let matched = 0;
  const query = { recordType, sources, fields: [...fields] as FieldOf<typeof recordType>[] };
  for await (const chunk of store.records(query)) {
    signal.throwIfAborted();
    for (const record of chunk) {
      total += 1;
      let all = true;
      for (const one of counts) {
        note(one.values, (record as Readonly<Record<string, unknown>>)[one.field]);
        if (one.filter.matches(record).length > 0) one.matched += 1;
        else all = false;
      }
      if (all) matched += 1;
    }
  }
  return {
    recordType,
    sources,
    total,
    matched,
    conditions: counts.map(({ name, condition, matched: met, values }) => ({
      name,
      condition,
      matched: met,
      values: [...values].sort(([, a], [, b]) => b - a).map(([value]) => value),
    })),
  };
}

function note(values: Map<string, number>, held: unknown): void {
  for (const value of Array.isArray(held) ? held : [held]) {
    if (typeof value !== 'string') continue;
    const known = values.get(value);
    if (known !== undefined || values.size < MOST_VALUES) values.set(value, (known ?? 0) + 1);
  }
}
