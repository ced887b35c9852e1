import type { Rule, Span, Value } from '../../domain/okr.ts';
import { kindOf, type Metric } from '../contract.ts';
import { coverageOf, gapIn, reachOf } from './coverage.ts';
import {
  isKeepable,
  type Kept,
  type KeptFacts,
  type KeptValue,
  keptName,
  placeOf,
  recordTypesOf,
} from './kept.ts';
import { type ObservationColumns, ObservationTable } from './observations.ts';
import { endOfFirst } from './removed.ts';
import { computedValues, evaluateRule, type RuleEvaluation, type RuleOptions } from './rule.ts';
import { valueOver } from './value.ts';
import { windowAt } from './windows.ts';

/** What a series needs of an evaluation. */
export type RuleValues = Pick<RuleEvaluation, 'values' | 'later' | 'attributes' | 'columns'>;

/**
 * The values of a rule as of moments, as `evaluateRule` computes them. Where no record of its types changed since they
 * were computed last, neither the records nor the known windows are looked at again.
 */
export async function valuesOfRule(options: RuleOptions, kept: Kept | null): Promise<RuleValues> {
  const { rule, metricOf, moments } = options;
  const metric = metricOf(rule.measure);
  if (kept !== null && metric.compute !== undefined) {
    const compute = await metric.compute(rule.options);
    const terms: ({ readonly name: string } & RuleValues)[] = [];
    for (const [name, term] of Object.entries(rule.terms ?? {})) {
      terms.push({ name, ...(await valuesOfRule({ ...options, rule: term }, kept)) });
    }
    return { ...computedValues(terms, moments, compute), later: () => [], columns: () => null };
  }
  if (kept === null || !isKeepable(rule, metric)) return evaluateRule(options);
  return recalled(options, metric, kept);
}

async function recalled(options: RuleOptions, metric: Metric, kept: Kept): Promise<RuleValues> {
  const { rule, moments, later = [], span, zone, members, failures, freshness, readFrom } = options;
  const flow = kindOf(metric, rule.options) === 'flow';
  const windows = moments.map((moment) => windowAt(rule.window, moment, span, zone));
  const laterWindows = () => later.map((moment) => windowAt(rule.window, moment, span, zone));
  const all = [...windows, ...laterWindows()];
  const begins = all.map((window) => window.from);
  const end = endOfFirst(all);
  const from = flow ? Math.min(...begins, readFrom ?? span.to) : null;
  const name = keptName(rule, metric, members);
  const keep = (
    facts: Omit<KeptFacts, 'values'>,
    values: readonly Value[],
    columns: ObservationColumns | null,
  ) => kept.keep({ ...facts, name, types: recordTypesOf(rule, metric), values: values.map(asKept) }, columns);

  const found = kept.find(name);
  const reaches = found !== null && (found.from === null || (from !== null && found.from <= from));
  if (found !== null && reaches && found.end <= end) {
    const coverage = coverageOf(rule, metric, members, failures);
    const reach = reachOf(rule, !flow);
    const known = new Map(found.values.map((value) => [placeOf(value.window), value]));
    const gapOf = (window: Span) => gapIn(coverage, window, freshness, reach);
    const recall = windows.map((window) => {
      const gap = gapOf(window);
      return { window, gap, value: asValue(known.get(placeOf(window)), gap, rule) };
    });
    const lacking = recall.some(({ value }) => value === null);
    // A forecast learns from the observations of a flow, and from nothing but the values of a stock.
    const needed = lacking || later.length > 0 || (flow && readFrom !== undefined);
    const columns = needed ? await kept.observations(name) : null;
    if (columns !== null || !needed) {
      const table = columns === null ? null : ObservationTable.of(columns);
      const computed = (window: Span, gap: string | null): readonly Value[] =>
        table === null ? [] : [valueOver(table, table.inside(window, !flow), window, rule, metric, gap)];
      const values = recall.flatMap(({ window, gap, value }) => value ?? computed(window, gap));
      if (lacking) keep(found, values, null);
      return {
        values,
        later: () => laterWindows().flatMap((window) => computed(window, gapOf(window))),
        attributes: found.attributes,
        columns: () => columns,
      };
    }
  }
  const evaluation = await evaluateRule(options);
  keep({ from, end, attributes: evaluation.attributes }, evaluation.values, evaluation.columns());
  return evaluation;
}

function asKept({ window, newestAt, sampleSize, value, reason, held }: Value): KeptValue {
  // Of what is neither a sample nor a query, nothing but a gap holds a value.
  return { window, newestAt, sampleSize, value, reason, gap: held };
}

/** Null where it is to be computed: the window is new, or the data covers it by now. */
function asValue(known: KeptValue | undefined, gap: string | null, { aggregate }: Rule): Value | null {
  if (known === undefined) return null;
  const { window, newestAt, sampleSize, value, reason } = known;
  if (gap === null) return known.gap ? null : { window, newestAt, sampleSize, value, reason, held: false };
  // A ratio counts what it is of, and what is not computed its observations.
  if (!known.gap && aggregate === 'ratio') return null;
  return { window, newestAt, sampleSize, value: null, reason: gap, held: true };
}
