import type { Rule, Span, Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { DAY, dayEnds, daysBefore, isoTime } from '../../domain/time.ts';
import type { StoredMember, StreamFailure } from '../../store/contract.ts';
import { kindOf, type Metric } from '../contract.ts';
import { type Coverage, completeUntil, endOf, staleMembers } from './coverage.ts';
import type { Evaluation, RuleStore } from './evaluate.ts';
import type { Kept } from './kept.ts';
import type { ObservationColumns } from './observations.ts';
import { valuesOfRule } from './recall.ts';
import { coverageOfRule } from './rule.ts';

/** The value at the end of a local day; of the running day, as of now. */
export interface DayValue {
  readonly date: string;
  readonly end: Instant;
  readonly value: Value;
}

/** A rule over a cycle: every day so far, from one pass over the records. */
export interface CycleSeries {
  readonly coverage: Coverage;
  /** As of the cycle's first moment. */
  readonly atStart: Value;
  /** Oldest first; the last one is as of the moment that was asked for. */
  readonly days: readonly DayValue[];
  readonly current: Value;
  /** The values as of the moments that were asked for beside the days. */
  readonly revisited: ReadonlyMap<Instant, Value>;
  readonly attributes: Evaluation['attributes'];
  /** What a forecast may learn from; null where none was asked for. */
  readonly past: Past | null;
}

/** The rule before and during the cycle. */
export interface Past {
  /** Null where the values are not aggregates of one list of them. */
  readonly observations: ObservationColumns | null;
  /** The values at the ends of the days, those before the cycle included. */
  readonly series: readonly { readonly at: Instant; readonly value: number | null }[];
  /** Since when the data of every member is complete. */
  readonly coveredFrom: Instant;
  /** Since when a forecast learns from it: as long as is of use, and never from before the data is complete. */
  readonly learnFrom: Instant;
}

export interface SeriesOptions {
  readonly store: RuleStore;
  readonly rule: Rule;
  readonly metricOf: (measure: string) => Metric;
  readonly span: Span;
  readonly zone: string;
  readonly asOf: Instant;
  /** Further moments to evaluate, such as those of earlier check-ins. */
  readonly revisit: readonly Instant[];
  /** Also brings what a forecast learns from. */
  readonly withPast?: boolean;
  /** Of the earliest moment that a forecast is asked as of; default `asOf`. */
  readonly pastAsOf?: Instant;
  readonly members: readonly StoredMember[];
  readonly failures: readonly StreamFailure[];
  readonly freshness: number;
  readonly signal: AbortSignal;
  /** What earlier runs observed; default nothing. */
  readonly kept?: Kept | null;
}

export async function cycleSeries(options: SeriesOptions): Promise<CycleSeries> {
  const { rule, metricOf, span, zone, members, failures } = options;
  const coverage = coverageOfRule(rule, metricOf, members, failures);
  const asOf = Math.max(span.from, Math.min(options.asOf, span.to));
  const days = dayEnds(span, asOf, zone);
  const coveredFrom = Math.max(...coverage.members.map((member) => member.coveredFrom ?? asOf));
  const learnFrom = Math.max(coveredFrom, (options.pastAsOf ?? asOf) - LEARNED_FROM);
  const before = options.withPast ? daysBack(learnFrom, span.from, zone) : [];
  // A forecast of a flow hardly ever looks at the values of the days: its observations say more.
  const observed = kindOf(metricOf(rule.measure), rule.options) === 'flow' && rule.terms === undefined;
  const later = observed && rule.combine === null ? before : [];
  const first = [span.from, ...days.map((day) => day.end), ...options.revisit];
  const moments = [...first, ...(later === before ? [] : before), asOf];
  const evaluation = await valuesOfRule(
    { ...options, moments, later, ...(options.withPast ? { readFrom: learnFrom } : {}) },
    options.kept ?? null,
  );
  const { values, attributes } = evaluation;
  const [atStart, ...rest] = values;
  const current = rest.pop();
  if (atStart === undefined || current === undefined)
    throw new RangeError('a series has at least two moments');
  const revisited = new Map(
    options.revisit.flatMap((moment, i): [Instant, Value][] => {
      const value = rest[days.length + i];
      return value === undefined ? [] : [[moment, value]];
    }),
  );
  const inPast = () => (later === before ? evaluation.later() : values.slice(first.length, -1));
  return {
    coverage,
    atStart,
    days: days.flatMap(({ date, end }, i) => (rest[i] === undefined ? [] : [{ date, end, value: rest[i] }])),
    current,
    revisited,
    attributes,
    past: options.withPast
      ? pastOf({ observations: evaluation.columns(), coveredFrom, learnFrom }, () => [
          ...inPast().map(({ value }, i) => ({ at: before[i] ?? span.from, value })),
          ...days.map(({ end }, i) => ({ at: end, value: rest[i]?.value ?? null })),
        ])
      : null,
  };
}

/** The values of the days are computed when they are looked at. */
function pastOf(known: Omit<Past, 'series'>, compute: () => Past['series']): Past {
  let series: Past['series'] | null = null;
  return {
    ...known,
    get series() {
      series ??= compute();
      return series;
    },
  };
}

/** Half a year: what is older says little of the next weeks. */
const LEARNED_FROM = 182 * DAY;

/** What of it a forecast as of a moment is given, be the moment now or long ago. */
export function pastAsOf(past: Past, asOf: Instant): Past {
  const from = asOf - LEARNED_FROM;
  const { observations, coveredFrom } = past;
  return pastOf({ observations, coveredFrom, learnFrom: Math.max(past.learnFrom, from) }, () =>
    past.series.filter(({ at }) => at > from && at <= asOf),
  );
}

/** The ends of the local days between two moments, the first of them after `from`, the last at `to`. */
function daysBack(from: Instant, to: Instant, zone: string): readonly Instant[] {
  const ends: Instant[] = [];
  for (let end = to; end > from; end = daysBefore(end, 1, zone)) ends.unshift(end);
  return ends;
}

/** Why the data behind a rule is too old as of a moment; null when it is not. */
export function staleReason(
  coverage: Coverage,
  asOf: Instant,
  freshness: number,
  newest: Newest,
  maxAge: number | null,
): string | null {
  const [oldest] = [...staleMembers(coverage, asOf, freshness)].sort(
    (a, b) => (completeUntil(a) ?? 0) - (completeUntil(b) ?? 0),
  );
  if (oldest !== undefined) return `${endOf(oldest)}${oldest.error === null ? '' : `: ${oldest.error}`}`;
  if (maxAge === null) return null;
  const { newestAt, noneSince } = newest;
  if (newestAt !== null && newestAt < asOf - maxAge) return `the newest sample is from ${isoTime(newestAt)}`;
  if (noneSince !== null && noneSince <= asOf - maxAge)
    return `there is no sample since ${isoTime(noneSince)}`;
  return null;
}

/** How new the newest observation is; of a count over none at all, since when there is none. */
export interface Newest {
  readonly newestAt: Instant | null;
  readonly noneSince: Instant | null;
}

/** A table that nobody fills in any more counts 0 like one of days without events: `maxAge` tells them apart. */
export function newestOf(
  value: Pick<Value, 'value' | 'newestAt' | 'window'>,
  rule: Rule,
  metricOf: SeriesOptions['metricOf'],
): Newest {
  const { newestAt, window } = value;
  const counts = kindOf(metricOf(rule.measure), rule.options) !== 'stock' && rule.terms === undefined;
  return { newestAt, noneSince: newestAt === null && value.value !== null && counts ? window.from : null };
}
