import type { Rule, Span, Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { StoredMember, StreamFailure } from '../../store/contract.ts';
import type { Metric } from '../contract.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { type Evaluation, evaluate, type RuleStore } from './evaluate.ts';
import { largestOf, type Move, type Moves, NO_MOVES } from './movers.ts';
import type { ObservationColumns } from './observations.ts';
import { windowAt } from './windows.ts';

export interface RuleOptions {
  readonly store: RuleStore;
  readonly rule: Rule;
  readonly metricOf: (measure: string) => Metric;
  /** One value is computed as of each. */
  readonly moments: readonly Instant[];
  /** Further ones, whose values are computed once they are asked for: not of a rule that has terms. */
  readonly later?: readonly Instant[];
  /** The cycle's. */
  readonly span: Span;
  readonly zone: string;
  readonly members: readonly StoredMember[];
  readonly failures: readonly StreamFailure[];
  /** How far the data may end before a window does and still cover it, in milliseconds. */
  readonly freshness: number;
  readonly signal: AbortSignal;
  /** Reads further back than the windows reach, for what is to be foreseen. */
  readonly readFrom?: Instant;
  /** Keeps what the observations do not tell. */
  readonly traced?: boolean;
}

export interface RuleEvaluation extends Omit<Evaluation, 'columns'> {
  /** Null where the values are not aggregates of one list of observations. */
  columns(): ObservationColumns | null;
  /** The rules that its values are computed from; none of one that observes records. */
  readonly terms: readonly Term[];
}

export interface Term {
  readonly name: string;
  readonly rule: Rule;
  readonly evaluation: RuleEvaluation;
}

/** The members that a rule touches, those of its terms included. */
export function coverageOfRule(
  rule: Rule,
  metricOf: RuleOptions['metricOf'],
  members: readonly StoredMember[],
  failures: readonly StreamFailure[],
): Coverage {
  const own = coverageOf(rule, metricOf(rule.measure), members, failures);
  const parts = Object.values(rule.terms ?? {}).map((term) =>
    coverageOfRule(term, metricOf, members, failures),
  );
  return {
    members: [...new Set([own, ...parts].flatMap((part) => part.members))],
    missing: [...new Set([own, ...parts].flatMap((part) => part.missing))],
  };
}

/** The values of a rule as of moments: aggregates of what its metric observes, or computed from those of its terms. */
export async function evaluateRule(options: RuleOptions): Promise<RuleEvaluation> {
  const { rule, metricOf, moments, later = [], span, zone, members, failures } = options;
  const metric = metricOf(rule.measure);
  if (metric.compute !== undefined) return computed(options, await metric.compute(rule.options));
  const evaluation = await evaluate({
    ...options,
    metric,
    windows: moments.map((moment) => windowAt(rule.window, moment, span, zone)),
    later: later.map((moment) => windowAt(rule.window, moment, span, zone)),
    coverage: coverageOf(rule, metric, members, failures),
  });
  return { ...evaluation, terms: [] };
}

type Compute = (terms: Readonly<Record<string, number>>, moment: Instant) => number | null;

/** What moved a term moves what is computed from it: the other terms are left as they are. */
function movesOfTerms(
  terms: readonly Term[],
  [earlier, value]: readonly [Value | undefined, Value | undefined],
  recompute: (terms: Readonly<Record<string, number>>) => number | null,
  windows: readonly [earlier: number, later: number],
  most: number,
): Moves {
  const now = value?.value ?? null;
  const total = { ...NO_MOVES, largest: [] as Move[] };
  for (const { name, evaluation } of terms) {
    const moves = evaluation.moves(...windows, most);
    total.entered += moves.entered;
    total.left += moves.left;
    total.changed += moves.changed;
    total.weighed &&= moves.weighed;
    for (const move of moves.largest) {
      const { otherwise } = move;
      const other = otherwise === null ? null : recompute({ ...value?.terms, [name]: otherwise });
      total.largest.push({ ...move, otherwise: other, terms: [name, ...move.terms] });
    }
  }
  if (now === null || !total.weighed) return { ...total, largest: [] };
  return { ...total, largest: largestOf(total.largest, { earlier: earlier?.value ?? null, now }, most) };
}

async function computed(options: RuleOptions, compute: Compute): Promise<RuleEvaluation> {
  const terms: Term[] = [];
  for (const [name, rule] of Object.entries(options.rule.terms ?? {})) {
    terms.push({ name, rule, evaluation: await evaluateRule({ ...options, rule }) });
  }
  const named = terms.map(({ name, evaluation }) => ({ name, ...evaluation }));
  const { values, attributes } = computedValues(named, options.moments, compute);
  return {
    values,
    attributes,
    later: () => [],
    rejected: terms.flatMap(({ name, evaluation }) =>
      evaluation.rejected.map(({ reason, count }) => ({ reason: `${name}: ${reason}`, count })),
    ),
    observations: () => [],
    named: null,
    trace: null,
    columns: () => null,
    moves(earlier, later, most) {
      const moment = options.moments[later] ?? 0;
      const ends = [values[earlier], values[later]] as const;
      return movesOfTerms(terms, ends, (known) => compute(known, moment), [earlier, later], most);
    },
    terms,
  };
}

/** The values that follow from those of the terms, moment by moment. */
export function computedValues(
  terms: readonly ({ readonly name: string } & Pick<RuleEvaluation, 'values' | 'attributes'>)[],
  moments: readonly Instant[],
  compute: Compute,
): Pick<RuleEvaluation, 'values' | 'attributes'> {
  const values = moments.map((moment, i) => {
    const ofTerms = terms.flatMap((term) => {
      const value = term.values[i];
      return value === undefined ? [] : [{ name: term.name, value }];
    });
    return valueFrom(ofTerms, moment, compute);
  });
  const current = terms.some(({ attributes }) => attributes === 'current');
  return { values, attributes: current ? 'current' : 'dated' };
}

/** Its sample is that of its smallest term, it is as old as its oldest, and it is held where one of them is. */
function valueFrom(
  terms: readonly { readonly name: string; readonly value: Value }[],
  moment: Instant,
  compute: Compute,
): Value {
  const all = terms.map(({ value }) => value);
  const newest = all.flatMap(({ newestAt }) => (newestAt === null ? [] : [newestAt]));
  const base = {
    window: {
      from: Math.min(moment, ...all.map(({ window }) => window.from)),
      to: all.length === 0 ? moment : Math.max(...all.map(({ window }) => window.to)),
    },
    newestAt: newest.length === 0 ? null : Math.min(...newest),
    sampleSize: all.length === 0 ? 0 : Math.min(...all.map(({ sampleSize }) => sampleSize)),
  };
  const known: Record<string, number> = Object.create(null);
  const lacking: string[] = [];
  for (const { name, value } of terms) {
    if (value.value !== null && !value.held) known[name] = value.value;
    else lacking.push(`${name}: ${value.reason ?? 'no value'}`);
  }
  if (lacking.length > 0) {
    return { ...base, value: null, reason: lacking.join('; '), held: all.some((value) => value.held) };
  }
  const value = compute(known, moment);
  return { ...base, terms: known, value, reason: value === null ? 'divides by zero' : null, held: false };
}
