import type { Aggregate, WindowSpec } from '../../../src/domain/okr.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import type { ForecastInput, ForecastObservations, SeriesPoint } from '../../../src/okr/forecast/contract.ts';
import { createRandom } from '../../../src/okr/forecast/random.ts';

export const CYCLE = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2027, 0, 1) };
export const AS_OF = Date.UTC(2026, 10, 16, 5, 15);
export const COVERED_FROM = Date.UTC(2026, 6, 1);

export function flowInput(
  aggregate: Aggregate,
  window: WindowSpec,
  observations: ForecastObservations,
  more: Partial<ForecastInput> = {},
): ForecastInput {
  return {
    rule: { aggregate, window },
    kind: 'flow',
    bounds: { min: null, max: null },
    observations,
    series: [],
    coveredFrom: COVERED_FROM,
    asOf: AS_OF,
    span: CYCLE,
    zone: 'UTC',
    target: null,
    seed: 7,
    ...more,
  };
}

export function levelInput(series: readonly SeriesPoint[], more: Partial<ForecastInput> = {}): ForecastInput {
  const rule = { aggregate: 'last', window: { kind: 'days', days: 28 } } as const;
  return {
    ...flowInput('last', rule.window, { at: [], value: [] }, more),
    kind: 'sample',
    observations: null,
    series,
    ...more,
  };
}

/** One observation a day at noon, from the first covered day up to the as-of. */
export function daily(value: (day: number) => number, until = AS_OF): ForecastObservations {
  const at: number[] = [];
  for (let moment = COVERED_FROM + 12 * HOUR; moment < until; moment += DAY) at.push(moment);
  return { at, value: at.map((_, day) => value(day)) };
}

/** A value for the end of every covered day, and one as of now. */
export function dailySeries(value: (day: number) => number | null): readonly SeriesPoint[] {
  const points: SeriesPoint[] = [];
  let day = 0;
  for (let at = COVERED_FROM + DAY; at < AS_OF; at += DAY) points.push({ at, value: value(day++) });
  return [...points, { at: AS_OF, value: value(day) }];
}

/** Work as it comes: several a weekday, few at weekends, of very different sizes. */
export function irregular(seed: number, perDay = 4): ForecastObservations {
  const random = createRandom(seed);
  const at: number[] = [];
  const value: number[] = [];
  for (let day = COVERED_FROM; day < AS_OF; day += DAY) {
    const weekend = [0, 6].includes(new Date(day).getUTCDay());
    const count = random.int(weekend ? 2 : 2 * perDay + 1);
    const moments = Array.from({ length: count }, () => day + random.int(DAY)).filter((one) => one < AS_OF);
    for (const moment of moments.sort((a, b) => a - b)) {
      at.push(moment);
      value.push(Math.exp(3 + 1.5 * random.normal()));
    }
  }
  return { at, value };
}
