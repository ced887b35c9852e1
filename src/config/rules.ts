import { fieldsOf } from '../domain/fields.ts';
import {
  type Combine,
  type Condition,
  type IncidentLink,
  NAMED_WINDOWS,
  type Rule,
  type Unit,
  type Where,
  type WindowSpec,
} from '../domain/okr.ts';
import type { RecordType } from '../domain/records.ts';
import { countsHours, kindOf, type Reads } from '../metrics/contract.ts';
import { observedTypes, readingOf } from '../metrics/engine/parts.ts';
import { namesOf, sourcesBringing } from './bringing.ts';
import { calendarOf } from './calendars.ts';
import { whereSchema } from './conditions.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { checkExpression, readTerms, widestWindow } from './formula.ts';
import { didYouMean } from './nearest.ts';
import { UNIT_NAMES, unitOf } from './quantity.ts';
import type { CatalogueMetric } from './registry.ts';
import { computedShape, ruleShape } from './schema.ts';
import type { SharedRules } from './shared.ts';
import type { KnownSource } from './sources.ts';
import { parseTime } from './times.ts';
import { isMapping, type Mapping } from './tree.ts';

export interface ReadRule {
  /** Null when something in it is wrong. */
  readonly rule: Rule | null;
  readonly metric: CatalogueMetric | null;
  /** Of its value; null while measure or aggregate are not known. */
  readonly unit: Unit | null;
}

/** A rule with every default filled in. `also`: keys of the mapping that are not the rule's. */
export function readRule(
  holder: Mapping,
  at: Place,
  sources: readonly KnownSource[],
  context: Context,
  also: readonly string[] = [],
  shared: SharedRules | null = null,
): ReadRule {
  const { reader, metrics } = context;
  const before = reader.faults.count;
  const { measure } = holder;
  const metric = (typeof measure === 'string' ? metrics.get(measure) : undefined) ?? null;
  if (metric?.compute !== undefined) {
    const read = (term: Mapping, place: Place) => readRule(term, place, sources, context, [], shared);
    return computedRule(holder, at, metric, also, shared, read, context);
  }
  const { where: _, ...shape } = ruleShape(metric);
  const fields = reader.fields(holder, at, shape, [...also, 'where', 'calendar']);
  if (metric === null) {
    if (typeof measure === 'string') {
      reader.fault(holder, at, ['measure'], unknownMeasure(measure, metrics, sources));
    }
    return { rule: null, metric: null, unit: null };
  }
  const aggregate = fields.aggregate ?? metric.aggregate;
  const wrongAggregate = holder.aggregate !== undefined && fields.aggregate === undefined;
  // Null when they are wrong: then what they decide is not known, and all of it may be meant.
  const options = (fields.options ?? metric.options.safeParse(holder.options ?? {}).data ?? null) as
    | Rule['options']
    | null;
  const incidents = incidentsOf(holder, at, metric, context);
  const link = incidents === null ? {} : { incidents };
  const reads = options === null ? metric.reads : readingOf(metric, { options, ...link });
  const types = observedTypes(metric, reads);
  const ids = sourcesOf(holder, at, fields.source, metric, types, sources, incidents, context);
  const where = readConditions(holder, at, observedTypes(metric), context);
  checkFields(holder, at, where, types, context);
  const calendar = calendarOf(holder, at, fields.calendar as string | undefined, context);
  if (holder.calendar !== undefined && !countsHours(metric)) {
    const message = `\`${metric.id}\` is in ${UNIT_NAMES[metric.unit]}: a calendar counts hours of work`;
    reader.fault(holder, at, ['calendar'], message, true);
  }
  const unit =
    wrongAggregate || options === null ? null : unitOf(metric.unitUnder?.(options) ?? metric.unit, aggregate);
  if (reader.faults.count > before || options === null || calendar === null)
    return { rule: null, metric, unit };
  const sums = kindOf(metric, options) === 'flow' && (aggregate === 'sum' || aggregate === 'count');
  const joins = joinsOf(metric, reads, sources);
  return {
    metric,
    unit,
    rule: {
      measure: metric.id,
      sources: ids,
      where: { ...metric.where, ...where },
      options,
      aggregate,
      window:
        fields.window === undefined
          ? sums
            ? { kind: 'cycleToDate' }
            : { kind: 'days', days: 28 }
          : windowOf(fields.window),
      combine: (fields.combine as Combine | undefined) ?? null,
      ...(calendar === undefined ? {} : { calendar }),
      ...(joins === null ? {} : { joins }),
      ...link,
    },
  };
}

/** A rule without records of its own: it is what its terms are. */
function computedRule(
  holder: Mapping,
  at: Place,
  metric: CatalogueMetric,
  also: readonly string[],
  shared: SharedRules | null,
  read: (term: Mapping, at: Place) => ReadRule,
  context: Context,
): ReadRule {
  const before = context.reader.faults.count;
  const fields = context.reader.fields(holder, at, computedShape(metric), also);
  const terms = readTerms(holder, at, shared, read, context);
  if (fields.options === undefined) return { rule: null, metric, unit: null };
  const { terms: named, ...options } = fields.options as Rule['options'];
  if (typeof options.expression === 'string') {
    const { expression } = options;
    const names = Object.keys((named ?? {}) as object);
    context.later.push(() => checkExpression(holder, at, expression, names, context));
  }
  const unit = metric.unitUnder?.(options) ?? metric.unit;
  if (terms === null || context.reader.faults.count > before) return { rule: null, metric, unit };
  const rules = Object.values(terms);
  const rule: Rule = {
    measure: metric.id,
    sources: [...new Set(rules.flatMap((one) => one.sources))],
    where: {},
    options,
    aggregate: metric.aggregate,
    window: widestWindow(rules, daysBackOf),
    combine: null,
    terms,
  };
  return { rule, metric, unit };
}

/** How incidents are found, for the measures that need it; null for the others, and where the section is wrong. */
function incidentsOf(
  holder: Mapping,
  at: Place,
  metric: CatalogueMetric,
  context: Context,
): IncidentLink | null {
  const { incidents, reader, incomplete } = context;
  if (!metric.incidents || incidents === 'wrong') return null;
  if (incidents === null && !incomplete) {
    const message = `\`${metric.id}\` needs the \`incidents:\` section, which says which tickets are incidents`;
    reader.fault(holder, at, ['measure'], message);
  }
  return incidents;
}

/** What a measure only joins with comes from every source that brings it; incidents from where their section says. */
function joinsOf(
  metric: CatalogueMetric,
  reads: Reads,
  sources: readonly KnownSource[],
): NonNullable<Rule['joins']> | null {
  const joined = (Object.keys(reads) as RecordType[]).filter(
    (type) => metric.joins?.includes(type) && !(metric.incidents && type === 'ticket'),
  );
  if (joined.length === 0) return null;
  return Object.fromEntries(
    joined.map((type) => [type, sources.filter((one) => one.yields?.has(type)).map((one) => one.id)]),
  );
}

/** The options may leave a record type out, and conditions on its fields would then hold for nothing. */
function checkFields(
  holder: Mapping,
  at: Place,
  where: Where,
  types: readonly RecordType[],
  { reader }: Context,
): void {
  const known = fieldsOf(types);
  for (const field of Object.keys(where)) {
    if (Object.hasOwn(known, field)) continue;
    reader.fault(holder, at, ['where', field], `is no field of ${namesOf(types, 'and')}`, true);
  }
}

function unknownMeasure(
  measure: string,
  metrics: ReadonlyMap<string, CatalogueMetric>,
  sources: readonly KnownSource[],
): string {
  const unknown = `unknown measure \`${measure}\``;
  const hint = didYouMean(measure, metrics.keys());
  if (hint !== '') return `${unknown}${hint}`;
  const listed = `${unknown}; \`krsync metrics\` lists them`;
  // A series of one's own is easily taken for a measure.
  return sources.some(({ yields }) => yields?.has('sample'))
    ? `${listed}; a series is read by \`measure: sample\` with \`options: { series: ${measure} }\``
    : listed;
}

function windowOf(text: string): WindowSpec {
  const named = NAMED_WINDOWS.find((name) => name === text);
  if (named !== undefined) return { kind: named };
  const count = Number.parseInt(text, 10);
  return { kind: 'days', days: text.endsWith('w') ? count * 7 : count };
}

/** How many days a window may reach back beyond the start of its cycle, the cycle before left out. */
export function daysBackOf(window: WindowSpec): number {
  switch (window.kind) {
    case 'days':
      return window.days;
    case 'week':
      return 7;
    case 'previousWeek':
      return 14;
    case 'month':
      return 31;
    case 'previousMonth':
      return 62;
    default:
      return 0;
  }
}

/** The named sources, else those that bring what the metric observes. */
function sourcesOf(
  holder: Mapping,
  at: Place,
  given: string | readonly string[] | undefined,
  metric: CatalogueMetric,
  types: readonly RecordType[],
  sources: readonly KnownSource[],
  incidents: IncidentLink | null,
  context: Context,
): readonly string[] {
  if (metric.incidents && types.includes('ticket') && holder.source === undefined)
    return incidents?.sources ?? [];
  const search = { holder, at, given, blame: 'measure', reader: `\`${metric.id}\``, sources, context };
  const { series } = metric;
  // A query reads what the views hold, from whichever source it came.
  if (metric.query !== undefined && holder.source === undefined) {
    const able = sources.filter(({ yields }) => yields === null || types.some((type) => yields.has(type)));
    if (able.length > 0 || types.length === 0) return able.map((one) => one.id);
  }
  if (!metric.sides || given !== undefined || holder.source !== undefined) {
    return sourcesBringing({ ...search, types, ...(series === undefined ? {} : { series }) });
  }
  // Each side may come from a source of its own. Samples beside other records count only where they are named.
  const found = types.flatMap((type) => {
    if (type !== 'sample' || types.length === 1) {
      return sourcesBringing({ ...search, types: [type], ...(series === undefined ? {} : { series }) });
    }
    return sources.filter((one) => series?.some((name) => one.series.has(name))).map((one) => one.id);
  });
  return [...new Set(found)];
}

/** The conditions with their times as instants. A range that nothing can meet is a fault. */
export function readConditions(
  holder: Mapping,
  at: Place,
  types: readonly RecordType[],
  { reader, timezone }: Context,
): Where {
  const place = reader.placeOf(holder, at, ['where']);
  const given = holder.where === undefined ? null : reader.mapping(holder.where, place);
  if (given === null) return {};
  const kinds = fieldsOf(types);
  const where = reader.fields(given, place, whereSchema(types).shape, [], 'field');
  const conditions: Record<string, Condition> = {};
  for (const [field, condition] of Object.entries(where)) {
    if (!isMapping(condition) || 'not' in condition) {
      conditions[field] = condition as Condition;
      continue;
    }
    const range: Record<string, number> = {};
    for (const [bound, limit] of Object.entries(condition)) {
      const value = kinds[field] === 'time' ? parseTime(String(limit), timezone) : (limit as number);
      if (value === null) reader.fault(holder, at, ['where', field, bound], 'there is no such day or time');
      else range[bound] = value;
    }
    const low = Math.max(range.gte ?? Number.NEGATIVE_INFINITY, range.gt ?? Number.NEGATIVE_INFINITY);
    const high = Math.min(range.lte ?? Number.POSITIVE_INFINITY, range.lt ?? Number.POSITIVE_INFINITY);
    const open = range.gt === low || range.lt === high;
    if (low > high || (low === high && open)) {
      reader.fault(holder, at, ['where', field], 'the range is empty: nothing lies in it');
    }
    conditions[field] = range;
  }
  return conditions;
}
