import { fieldsOf } from '../domain/fields.ts';
import type { Combine, Condition, Rule, Unit, Where, WindowSpec } from '../domain/okr.ts';
import type { RecordType } from '../domain/records.ts';
import { whereSchema } from './conditions.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { didYouMean } from './nearest.ts';
import { unitOf } from './quantity.ts';
import type { CatalogueMetric } from './registry.ts';
import { ruleShape } from './schema.ts';
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

const RECORD_NAMES: Readonly<Record<RecordType, string>> = {
  ticket: 'tickets',
  pull_request: 'pull requests',
  commit: 'commits',
  release: 'releases',
  tag: 'tags',
  deployment: 'deployments',
  build: 'builds',
  alert: 'alerts',
  sprint: 'sprints',
  worklog: 'worklogs',
  sample: 'samples',
};

/** A rule with every default filled in. `also`: keys of the mapping that are not the rule's. */
export function readRule(
  holder: Mapping,
  at: Place,
  sources: readonly KnownSource[],
  context: Context,
  also: readonly string[] = [],
): ReadRule {
  const { reader, metrics } = context;
  const before = reader.faults.count;
  const { measure } = holder;
  const metric = (typeof measure === 'string' ? metrics.get(measure) : undefined) ?? null;
  const { where: _, ...shape } = ruleShape(metric);
  const fields = reader.fields(holder, at, shape, [...also, 'where']);
  if (metric === null) {
    if (typeof measure === 'string') reader.fault(holder, at, ['measure'], unknownMeasure(measure, metrics));
    return { rule: null, metric: null, unit: null };
  }
  const aggregate = fields.aggregate ?? metric.aggregate;
  const unit =
    holder.aggregate !== undefined && fields.aggregate === undefined ? null : unitOf(metric.unit, aggregate);
  const ids = sourcesOf(holder, at, fields.source, metric, sources, context);
  const where = readWhere(holder, at, metric, context);
  if (reader.faults.count > before) return { rule: null, metric, unit };
  const sums = metric.kind === 'flow' && (aggregate === 'sum' || aggregate === 'count');
  return {
    metric,
    unit,
    rule: {
      measure: metric.id,
      sources: ids,
      where: { ...metric.where, ...where },
      options: (fields.options ?? metric.options.parse({})) as Rule['options'],
      aggregate,
      window:
        fields.window === undefined
          ? sums
            ? { kind: 'cycleToDate' }
            : { kind: 'days', days: 28 }
          : windowOf(fields.window),
      combine: (fields.combine as Combine | undefined) ?? null,
    },
  };
}

function unknownMeasure(measure: string, metrics: ReadonlyMap<string, CatalogueMetric>): string {
  const hint = didYouMean(measure, metrics.keys());
  return `unknown measure \`${measure}\`${hint === '' ? '; `krsync metrics` lists them' : hint}`;
}

function windowOf(text: string): WindowSpec {
  if (text === 'cycle' || text === 'cycleToDate') return { kind: text };
  const count = Number.parseInt(text, 10);
  return { kind: 'days', days: text.endsWith('w') ? count * 7 : count };
}

/** The named sources, else the one that yields what the metric reads. */
function sourcesOf(
  holder: Mapping,
  at: Place,
  given: string | readonly string[] | undefined,
  metric: CatalogueMetric,
  sources: readonly KnownSource[],
  { reader, incomplete }: Context,
): readonly string[] {
  const types = Object.keys(metric.reads) as RecordType[];
  const wanted = types.map((type) => RECORD_NAMES[type]).join(' or ');
  const yieldsSome = ({ yields }: KnownSource) => yields === null || types.some((type) => yields.has(type));
  if (given !== undefined) {
    const names = typeof given === 'string' ? [given] : given;
    for (const [index, name] of names.entries()) {
      const path = typeof given === 'string' ? ['source'] : ['source', index];
      const source = sources.find((one) => one.id === name);
      if (source === undefined) {
        const known = sources.map((one) => one.id);
        if (!incomplete)
          reader.fault(holder, at, path, `there is no source \`${name}\`${hintOf(name, known)}`);
      } else if (!yieldsSome(source)) {
        reader.fault(
          holder,
          at,
          path,
          `\`${name}\` is a ${source.kind} source and brings no ${wanted}, which \`${metric.id}\` reads`,
        );
      }
    }
    return [...new Set(names)];
  }
  if (holder.source !== undefined) return [];
  let able = sources.filter(yieldsSome);
  // A series is named after the kind that yields it, so two kinds that both bring samples are no doubt.
  const own = able.filter(({ kind }) => metric.series?.some((series) => series.startsWith(`${kind}-`)));
  if (own.length > 0) able = own;
  const doubtful = incomplete || able.some((one) => one.yields === null);
  if (able.length === 0 && !doubtful) {
    reader.fault(holder, at, ['measure'], `no source brings ${wanted}, which \`${metric.id}\` reads`);
  }
  if (able.length > 1 && !doubtful) {
    const names = able.map((one) => `\`${one.id}\``).join(' and ');
    reader.fault(
      holder,
      at,
      ['measure'],
      `${names} all bring ${wanted}: say which with \`source\`, one id or a list`,
    );
  }
  return able.map((one) => one.id);
}

function hintOf(name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known);
  return hint === '' && known.length > 0 ? `; there are ${known.join(', ')}` : hint;
}

/** The conditions with their times as instants. A range that nothing can meet is a fault. */
function readWhere(
  holder: Mapping,
  at: Place,
  metric: CatalogueMetric,
  { reader, timezone }: Context,
): Where {
  const types = Object.keys(metric.reads) as RecordType[];
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
