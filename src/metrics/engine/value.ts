import type { Combine, Rule, Span, Value } from '../../domain/okr.ts';
import { betterOf, kindOf, type Metric } from '../contract.ts';
import { aggregate, type Points, sampleSize } from './aggregate.ts';
import type { ObservationTable } from './observations.ts';
import { COUNTS } from './spans.ts';
import { namesLacking } from './where.ts';

/** The value of a window, held for what is lacking where something is. */
export function valueOver(
  table: ObservationTable,
  places: Uint32Array,
  window: Span,
  rule: Rule,
  metric: Metric,
  gap: string | null,
): Value {
  const newest = places[places.length - 1];
  const base = {
    window,
    newestAt: newest === undefined ? null : table.at(newest),
    sampleSize: places.length,
  };
  if (gap !== null) return { ...base, value: null, reason: gap, held: true };
  const groups = subjectsOf(table, places, rule, metric);
  const lacking = subjectsLacking(groups, rule);
  if (lacking !== null) return { ...base, value: null, reason: lacking, held: true };
  const value = numberOver(table, places, window, rule, metric, groups);
  if (groups.length > 1) {
    if (rule.combine !== null) {
      // It is as old as its oldest part, so that `maxAge` sees a subject that is measured no more.
      const newestAt = Math.min(...groups.map((g) => table.at(g.places[g.places.length - 1] as number)));
      return { ...base, newestAt, value, reason: value === null ? NOT_COMBINED : null, held: false };
    }
    const names = groups.map((g) => g.subject);
    const shown = names.length > 4 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ');
    const reason = `matches ${names.length} subjects (${shown}): name one in where.subject or say how to combine them`;
    return { ...base, value: null, reason, held: true };
  }
  const size = sampleSize(rule.aggregate, pointsAt(table, places));
  const nothing =
    places.length === 0 ? 'no observations in the window' : 'what the ratio is of is 0 or not known';
  const reason = value === null ? nothing : null;
  return { ...base, sampleSize: size, value, reason, held: false };
}

const NOT_COMBINED = 'one of its subjects has no value, or does not say how large what it is of is';

/**
 * Why the subjects that are there are not all that the rule names; null when they are, or when it names none. Without one
 * of them the others would give a number of something else. Of what is counted or summed, none is a true 0.
 */
function subjectsLacking(
  groups: readonly { readonly subject: string }[],
  { where, aggregate: name, combine }: Rule,
): string | null {
  if (groups.length === 0 || combine === null || COUNTS.some((one) => one === name)) return null;
  const lacking = namesLacking(
    where.subject,
    groups.map(({ subject }) => subject),
  );
  if (lacking.length === 0) return null;
  const have = lacking.length === 1 ? 'has' : 'have';
  return `${lacking.join(', ')} ${have} no sample in the window: name in where.subject those that are measured`;
}

/** The number alone; null where several subjects are not combined. */
export function numberOver(
  table: ObservationTable,
  places: Uint32Array,
  window: Span,
  rule: Rule,
  metric: Metric,
  groups = subjectsOf(table, places, rule, metric),
): number | null {
  if (groups.length < 2) return aggregate(rule.aggregate, pointsAt(table, places), window);
  if (rule.combine === null) return null;
  const parts = groups.map((g) => part(pointsAt(table, g.places), window, rule));
  return combined(parts, rule.combine, betterOf(metric, rule.options));
}

function subjectsOf(
  table: ObservationTable,
  places: Uint32Array,
  rule: Rule,
  metric: Metric,
): ReturnType<ObservationTable['bySubject']> {
  return kindOf(metric, rule.options) === 'sample' ? table.bySubject(places) : [];
}

function pointsAt(table: ObservationTable, places: Uint32Array): Points {
  return { values: table.values(places), ofs: table.ofs(places) };
}

/** One subject's value, and the size of what its newest observation is of. */
function part(points: Points, window: Span, rule: Rule): { value: number; size: number } {
  const value = aggregate(rule.aggregate, points, window) ?? Number.NaN;
  return { value, size: points.ofs?.[points.ofs.length - 1] ?? Number.NaN };
}

function combined(
  parts: readonly { readonly value: number; readonly size: number }[],
  combine: Combine,
  better: Metric['better'],
): number | null {
  const values = parts.map((p) => p.value);
  if (values.some(Number.isNaN)) return null;
  switch (combine) {
    case 'sum':
      return values.reduce((a, b) => a + b, 0);
    case 'mean':
      return values.reduce((a, b) => a + b, 0) / values.length;
    case 'worst':
      return better === 'up' ? Math.min(...values) : Math.max(...values);
    case 'sumOverSum': {
      let top = 0;
      let bottom = 0;
      for (const { value, size } of parts) {
        top += value * size;
        bottom += size;
      }
      return bottom > 0 ? top / bottom : null;
    }
  }
}
