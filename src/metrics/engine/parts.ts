import { FIELDS } from '../../domain/fields.ts';
import type { Rule, Where } from '../../domain/okr.ts';
import type { RecordType } from '../../domain/records.ts';
import type { Metric, Reads } from '../contract.ts';
import { compileWhere, type Filter } from './where.ts';

/** One record type that a rule reads: which of them, from where, with what. */
export interface Part {
  readonly recordType: RecordType;
  readonly fields: readonly string[];
  readonly sources: readonly string[];
  readonly filter: Filter;
  /** The conditions that may name the stream member that its records come from. */
  readonly where: Where;
  /** Only placing or judging the others. */
  readonly joined: boolean;
  /** Where each source was found to bring it, so that one that has brought nothing yet is a gap. */
  readonly expected: boolean;
  readonly latest: string | null;
}

/** The record types that a metric reads under these options, each with the fields that it needs. */
export function readingOf(metric: Metric, rule: Pick<Rule, 'options' | 'incidents'>): Reads {
  return metric.reading?.(rule.options, rule.incidents ?? null) ?? metric.reads;
}

/** The types that a metric observes; those that it only joins with are left out. */
export function observedTypes(metric: Metric, reads: Reads = metric.reads): readonly RecordType[] {
  return (Object.keys(reads) as RecordType[]).filter((type) => !metric.joins?.includes(type));
}

export function partsOf(rule: Rule, metric: Metric): readonly Part[] {
  const reads = readingOf(metric, rule);
  const where = { ...metric.where, ...rule.where };
  const incidents = rule.incidents ?? null;
  return (Object.keys(reads) as RecordType[]).map((recordType): Part => {
    const joined = metric.joins?.includes(recordType) === true;
    const isIncident = recordType === 'ticket' && incidents !== null;
    const own = joined ? {} : metric.sides ? withFieldsOf(recordType, where) : where;
    const filter = compileWhere(own, isIncident ? incidents.where : {});
    const fields = new Set<string>(reads[recordType]);
    for (const field of filter.fields) if (field in FIELDS[recordType]) fields.add(field);
    if (filter.dated && hasHistory(recordType)) fields.add('history');
    return {
      recordType,
      fields: [...fields],
      sources: sourcesOf(rule, recordType, joined),
      filter,
      where: joined && isIncident ? incidents.where : where,
      joined,
      expected: !joined || isIncident || rule.joins?.[recordType] !== undefined,
      latest: joined || metric.kind === 'stock' ? null : (metric.latest?.[recordType] ?? null),
    };
  });
}

function sourcesOf(rule: Rule, type: RecordType, joined: boolean): readonly string[] {
  if (!joined) return rule.sources;
  if (type === 'ticket' && rule.incidents !== undefined) return rule.incidents.sources;
  return rule.joins?.[type] ?? rule.sources;
}

function withFieldsOf(type: RecordType, where: Where): Where {
  return Object.fromEntries(Object.entries(where).filter(([field]) => field in FIELDS[type]));
}

export function hasHistory(type: RecordType): boolean {
  return type === 'ticket' || type === 'pull_request';
}
