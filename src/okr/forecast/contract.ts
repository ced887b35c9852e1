import type { Keep, Rule, Span, Unit } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { MetricKind } from '../../metrics/contract.ts';

type Column = ArrayLike<number>;

/** Observations in columns, sorted by `at`. Those that are not alive at the as-of are passed over. */
export interface ForecastObservations {
  readonly at: Column;
  readonly value: Column;
  /** The other sides of ratios; NaN where one has none. */
  readonly of?: Column | null;
  /** Alive for window ends in `(from, until]`. Default: `at`, and for ever. */
  readonly from?: Column | null;
  readonly until?: Column | null;
}

/** The rule's value as of a moment: at the end of a local day, or now. */
export interface SeriesPoint {
  readonly at: Instant;
  readonly value: number | null;
}

/** What the value at the cycle's end is judged by. */
export type ForecastTarget =
  | { readonly kind: 'reach'; readonly start: number; readonly target: number }
  | { readonly kind: 'keep'; readonly keep: Pick<Keep, 'min' | 'max'> };

/** What the value can never be beyond; null for no limit. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

export interface ForecastInput {
  readonly rule: Pick<Rule, 'aggregate' | 'window'>;
  readonly kind: MetricKind;
  readonly bounds: Bounds;
  /** Of flows. Null where the value is not an aggregate of one list: several subjects combined, formulas, SQL. */
  readonly observations: ForecastObservations | null;
  /** Daily values, oldest first. May begin before the cycle, and should for stocks and samples. */
  readonly series: readonly SeriesPoint[];
  /** Since when the data is complete: nothing observed after it means that nothing happened. */
  readonly coveredFrom: Instant;
  /** What is older says nothing of the coming weeks, only what a window holds already. Default `coveredFrom`. */
  readonly learnFrom?: Instant | undefined;
  readonly asOf: Instant;
  /** The cycle's. */
  readonly span: Span;
  readonly zone: string;
  /** Null: the probability is null too. */
  readonly target: ForecastTarget | null;
  /** The same seed and input give the same forecast on every machine. */
  readonly seed: number;
}

/** The value at the cycle's end: it is expected inside `p10..p90` four times in five. */
export interface Forecast {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Share of the simulated ends that reach the target, or lie inside the band; null without a target. */
  readonly probability: number | null;
}

/** Since when a forecast learns. */
export function learnedFrom({
  coveredFrom,
  learnFrom,
}: Pick<ForecastInput, 'coveredFrom' | 'learnFrom'>): Instant {
  return Math.max(coveredFrom, learnFrom ?? coveredFrom);
}

/** The limits that follow from what is measured. */
export function boundsOf(unit: Unit, aggregate: Rule['aggregate'], kind: MetricKind): Bounds {
  if (aggregate === 'nps') return { min: -100, max: 100 };
  if (unit === 'share' || aggregate === 'share') return { min: 0, max: 1 };
  // Scores of a page are shares of 1; what a table calls a score, or leaves without a unit, may be anything.
  if (aggregate === 'count' || kind === 'stock') return { min: 0, max: null };
  const positive: readonly Unit[] = [
    'count',
    'hours',
    'milliseconds',
    'lines',
    'points',
    'per week',
    'ratio',
  ];
  return { min: positive.includes(unit) ? 0 : null, max: null };
}
