import type { Rule, Span, Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { dayEnds, isoTime } from '../../domain/time.ts';
import type { RecordStore, StoredMember, StreamFailure } from '../../store/contract.ts';
import type { Metric } from '../contract.ts';
import { type Coverage, coverageOf, staleMembers } from './coverage.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { windowAt } from './windows.ts';

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
  readonly rejected: Evaluation['rejected'];
  readonly attributes: Evaluation['attributes'];
}

export interface SeriesOptions {
  readonly store: Pick<RecordStore, 'records'>;
  readonly rule: Rule;
  readonly metric: Metric;
  readonly span: Span;
  readonly zone: string;
  readonly asOf: Instant;
  /** Further moments to evaluate, such as those of earlier check-ins. */
  readonly revisit: readonly Instant[];
  readonly members: readonly StoredMember[];
  readonly failures: readonly StreamFailure[];
  readonly freshness: number;
  readonly signal: AbortSignal;
}

export async function cycleSeries(options: SeriesOptions): Promise<CycleSeries> {
  const { rule, metric, span, zone, store, freshness, signal } = options;
  const coverage = coverageOf(rule, metric, options.members, options.failures);
  const asOf = Math.max(span.from, Math.min(options.asOf, span.to));
  const days = dayEnds(span, asOf, zone);
  const moments = [span.from, ...days.map((day) => day.end), ...options.revisit, asOf];
  const windows = moments.map((moment) => windowAt(rule.window, moment, span, zone));
  const { values, rejected, attributes } = await evaluate({
    store,
    rule,
    metric,
    windows,
    coverage,
    freshness,
    signal,
  });
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
  return {
    coverage,
    atStart,
    days: days.flatMap(({ date, end }, i) => (rest[i] === undefined ? [] : [{ date, end, value: rest[i] }])),
    current,
    revisited,
    rejected,
    attributes,
  };
}

/** Why the data behind a rule is too old as of a moment; null when it is not. */
export function staleReason(
  coverage: Coverage,
  asOf: Instant,
  freshness: number,
  newestAt: Instant | null,
  maxAge: number | null,
): string | null {
  const [oldest] = [...staleMembers(coverage, asOf, freshness)].sort(
    (a, b) => (a.completeAt ?? 0) - (b.completeAt ?? 0),
  );
  if (oldest?.completeAt) {
    const why = oldest.error === null ? '' : `: ${oldest.error}`;
    return `${oldest.stream} of ${oldest.title} (${oldest.source}) were last read completely ${isoTime(oldest.completeAt)}${why}`;
  }
  if (maxAge !== null && newestAt !== null && newestAt < asOf - maxAge) {
    return `the newest sample is from ${isoTime(newestAt)}`;
  }
  return null;
}
