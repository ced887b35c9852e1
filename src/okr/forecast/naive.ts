import { DAY } from '../../domain/time.ts';
import { percentile } from '../../metrics/engine/aggregate.ts';
import { type ForecastInput, learnedFrom } from './contract.ts';
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
  // Weeks and months begin anew within the cycle, and what is before it stands still.
  const withCycle = window.kind === 'cycle' || window.kind === 'cycleToDate';
  const grows = input.kind === 'flow' && (aggregate === 'count' || aggregate === 'sum') && withCycle;
  const { series, now } = grows ? running(input) : asGiven(input);
  if (now === null) return null;
  const changes: number[] = [];
  for (let i = days; i < series.length; i++) {
    const after = series[i];
    const before = series[i - days];
    if (after != null && before != null) changes.push(after - before);
  }
  if (changes.length < LEAST_CHANGES) return null;
  const values = Float64Array.from(changes);
  return { p10: now + percentile(values, 0.1), p90: now + percentile(values, 0.9) };
}

interface Daily {
  /** Oldest first. */
  readonly series: readonly (number | null)[];
  readonly now: number | null;
}

function asGiven({ series, asOf }: ForecastInput): Daily {
  const values = series.filter((point) => point.at <= asOf).map((point) => point.value);
  return { series: values, now: values.findLast((value) => value !== null) ?? null };
}

/** The running total over all the data, and what of it belongs to the cycle. */
function running(input: ForecastInput): Daily {
  const { observations, rule, asOf, span } = input;
  if (observations === null) return { series: [], now: null };
  const learnFrom = learnedFrom(input);
  const alive = aliveAt(observations, Math.min(learnFrom, span.from), asOf);
  const sums = new Float64Array(alive.at.length + 1);
  for (let i = 0; i < alive.at.length; i++) {
    sums[i + 1] = (sums[i] as number) + (rule.aggregate === 'count' ? 1 : (alive.value[i] as number));
  }
  const totalBefore = (moment: number) => sums[firstAtOrAfter(alive.at, moment)] as number;
  const series: number[] = [];
  // Back from the as-of in whole days, so that the last one is now.
  for (let at = asOf; at >= learnFrom; at -= DAY) series.push(totalBefore(at));
  return { series: series.reverse(), now: totalBefore(asOf) - totalBefore(span.from) };
}
