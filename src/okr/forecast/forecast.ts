import type { Aggregate } from '../../domain/okr.ts';
import { percentile } from '../../metrics/engine/aggregate.ts';
import { windowAt } from '../../metrics/engine/windows.ts';
import { type Bounds, type Forecast, type ForecastInput, learnedFrom } from './contract.ts';
import { simulateFlow } from './flow.ts';
import { simulateLevel } from './level.ts';
import { createRandom } from './random.ts';
import { meets } from './target.ts';
import { aliveAt, firstAtOrAfter, weeksAhead, weeksBefore } from './weeks.ts';

/** Simulated ends: the p10 of five hundred is within two percent points of rank. */
const PATHS = 500;
/** Whole weeks of data without which a flow has no forecast: fewer say nothing of how weeks differ. */
const LEAST_WEEKS = 4;
/** Observations without which a percentile, mean, share or ratio has none. */
export const LEAST_OBSERVATIONS = 5;
/** Older weeks say nothing of the next ones. */
const MOST_WEEKS = 52;

const ZERO_WHEN_EMPTY: ReadonlySet<Aggregate> = new Set(['count', 'perDay', 'perWeek']);

/**
 * Where the value will stand at the cycle's end. Null when the cycle is over, when there is too little history
 * (`LEAST_WEEKS` and `LEAST_OBSERVATIONS` of a flow, `LEAST_STEPS` weekly changes of a series), when the data begins
 * inside the last window, or when more than half of the simulated ends have no value. Pure: the same input gives the same forecast.
 */
export function forecast(input: ForecastInput): Forecast | null {
  if (input.asOf >= input.span.to) return null;
  const ends = simulate(input)?.filter((end) => !Number.isNaN(end));
  if (ends === undefined || ends.length < PATHS / 2) return null;
  const whole = input.rule.aggregate === 'count';
  let hits = 0;
  for (const [i, end] of ends.entries()) {
    const value = within(whole ? Math.round(end) : end, input.bounds);
    ends[i] = value;
    if (input.target !== null && meets(value, input.target)) hits++;
  }
  return {
    p10: percentile(ends, 0.1),
    p50: percentile(ends, 0.5),
    p90: percentile(ends, 0.9),
    probability: input.target === null ? null : hits / ends.length,
  };
}

function simulate(input: ForecastInput): Float64Array | null {
  const { asOf, span, zone, rule, coveredFrom } = input;
  const random = createRandom(input.seed);
  const learnFrom = learnedFrom(input);
  const window = windowAt(rule.window, span.to, span, zone);
  const alive =
    input.kind === 'flow' && input.observations !== null
      ? aliveAt(input.observations, Math.min(learnFrom, window.from), asOf)
      : null;
  // A cohort's members change after they were observed; its daily values have that in them.
  if (alive === null || alive.maturing) {
    return simulateLevel({ series: input.series, asOf, end: span.to, paths: PATHS }, random);
  }
  const past = weeksBefore(asOf, learnFrom, zone, MOST_WEEKS);
  // What the window already holds must be known, or what is kept of it is not what will be.
  if (coveredFrom > window.from || past.length < LEAST_WEEKS) return null;
  if (!enough(rule.aggregate, alive.at.length - firstAtOrAfter(alive.at, learnFrom))) return null;
  const coming = weeksAhead(asOf, window, zone);
  const { aggregate } = rule;
  return simulateFlow({ aggregate, alive, window, asOf, learnFrom, past, coming, paths: PATHS }, random);
}

function enough(aggregate: Aggregate, observations: number): boolean {
  if (ZERO_WHEN_EMPTY.has(aggregate)) return true;
  return observations >= (aggregate === 'sum' ? 1 : LEAST_OBSERVATIONS);
}

function within(value: number, { min, max }: Bounds): number {
  return Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, value));
}
