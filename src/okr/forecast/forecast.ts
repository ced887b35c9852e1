import { percentile } from '../../metrics/engine/aggregate.ts';
import { windowAt } from '../../metrics/engine/windows.ts';
import type { Bounds, Forecast, ForecastInput, ForecastTarget } from './contract.ts';
import { simulateFlow } from './flow.ts';
import { simulateLevel } from './level.ts';
import { createRandom } from './random.ts';
import { meets } from './target.ts';
import { aliveAt, weeksAhead, weeksBefore } from './weeks.ts';

const PATHS = 500;

export function forecast(input: ForecastInput): Forecast | null {
  const ends = simulate(input);
  if (ends === null) return null;
  const some = ends.filter((end) => !Number.isNaN(end));
  if (some.length < ends.length / 2) return null;
  return summary(some, input.bounds, input.target);
}

function simulate(input: ForecastInput): Float64Array | null {
  const { asOf, span, zone, rule } = input;
  if (asOf >= span.to) return null;
  const random = createRandom(input.seed);
  if (input.kind !== 'flow' || input.observations === null)
    return simulateLevel(input.series, asOf, span.to, PATHS, random);
  const alive = aliveAt(input.observations, input.coveredFrom, asOf);
  const window = windowAt(rule.window, span.to, span, zone);
  const past = weeksBefore(asOf, input.coveredFrom, zone, 52);
  if (past.length < 4 || alive.at.length === 0) return null;
  return simulateFlow(
    {
      aggregate: rule.aggregate,
      alive,
      window,
      asOf,
      past,
      coming: weeksAhead(asOf, window, zone),
      paths: PATHS,
    },
    random,
  );
}

function summary(ends: Float64Array, bounds: Bounds, target: ForecastTarget | null): Forecast {
  const { min, max } = bounds;
  let hits = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = Math.min(
      max ?? Number.POSITIVE_INFINITY,
      Math.max(min ?? Number.NEGATIVE_INFINITY, ends[i] as number),
    );
    ends[i] = end;
    if (target !== null && meets(end, target)) hits++;
  }
  return {
    p10: percentile(ends, 0.1),
    p50: percentile(ends, 0.5),
    p90: percentile(ends, 0.9),
    probability: target === null ? null : hits / ends.length,
  };
}
