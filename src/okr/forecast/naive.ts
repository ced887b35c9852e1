import type { Instant } from '../../domain/records.ts';
import { DAY } from '../../domain/time.ts';
import { percentile } from '../../metrics/engine/aggregate.ts';
import type { ForecastInput, SeriesPoint } from './contract.ts';
import { aliveAt, firstAtOrAfter } from './weeks.ts';

export interface Band {
  readonly p10: number;
  readonly p90: number;
}

/** Fewer past changes than this say nothing of their tenths. */
const LEAST_CHANGES = 10;

/**
 * What a forecast must beat: the last value plus the 10th and 90th percentile of all past changes over as many days as
 * are left. Of a count or sum that grows with its cycle it is the running total that changes.
 */
export function naiveBand(input: ForecastInput): Band | null {
  const days = Math.max(1, Math.round((input.span.to - input.asOf) / DAY));
  const { aggregate, window } = input.rule;
  const grows =
    input.kind === 'flow' && (aggregate === 'count' || aggregate === 'sum') && window.kind !== 'days';
  const series = grows ? runningTotal(input) : input.series.filter((point) => point.at <= input.asOf);
  const last = series.findLast((point) => point.value !== null)?.value;
  if (last === undefined || last === null) return null;
  const changes: number[] = [];
  for (let i = days; i < series.length; i++) {
    const after = series[i]?.value;
    const before = series[i - days]?.value;
    if (after != null && before != null) changes.push(after - before);
  }
  if (changes.length < LEAST_CHANGES) return null;
  const values = Float64Array.from(changes);
  const now = grows ? last - (valueAt(series, input.span.from) ?? 0) : last;
  return { p10: now + percentile(values, 0.1), p90: now + percentile(values, 0.9) };
}

function runningTotal(input: ForecastInput): readonly SeriesPoint[] {
  if (input.observations === null) return [];
  const alive = aliveAt(input.observations, input.coveredFrom, input.asOf);
  const series: SeriesPoint[] = [];
  const sums = new Float64Array(alive.at.length + 1);
  for (let i = 0; i < alive.at.length; i++) {
    sums[i + 1] = (sums[i] as number) + (input.rule.aggregate === 'count' ? 1 : (alive.value[i] as number));
  }
  // Back from the as-of in whole days, so that the last point is now.
  for (let at = input.asOf; at >= input.coveredFrom; at -= DAY) {
    series.push({ at, value: sums[firstAtOrAfter(alive.at, at)] as number });
  }
  return series.reverse();
}

function valueAt(series: readonly SeriesPoint[], at: Instant): number | null {
  return series.findLast((point) => point.at <= at)?.value ?? null;
}
