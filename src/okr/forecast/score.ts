import type { BacktestResult, BacktestRow } from './backtest.ts';
import type { Band } from './naive.ts';

/** How well the forecasts of a backtest did. Figures over no rows are null. */
export interface BacktestScore {
  /** Forecasts that could be compared with what came. */
  readonly origins: number;
  readonly cycles: number;
  readonly refused: number;
  readonly withoutActual: number;
  /** Shares of the true values inside p10..p90 (0.8 is right), below it and above it. */
  readonly held: number | null;
  readonly under: number | null;
  readonly over: number | null;
  /** The share that the naive band held. */
  readonly naiveHeld: number | null;
  /** Mean width of the band, in the unit of the value and over that of the naive band. */
  readonly meanWidth: number | null;
  readonly width: number | null;
  /** Mean interval score over that of the naive band; below 1 is better. */
  readonly score: number | null;
  /** Mean squared error of the probability, and of always saying the share that met its target. */
  readonly brier: number | null;
  readonly brierBase: number | null;
}

export function scoreOf(result: BacktestResult): BacktestScore {
  const { rows } = result;
  const compared = rows.flatMap(({ actual, forecast, naive }) =>
    naive === null ? [] : [{ actual, forecast, naive }],
  );
  const judged = rows.flatMap(({ met, forecast: { probability } }) =>
    met === null || probability === null ? [] : [{ met: Number(met), probability }],
  );
  const rate = mean(judged, (row) => row.met);
  return {
    origins: rows.length,
    cycles: new Set(rows.map((row) => row.cycle)).size,
    refused: result.refused,
    withoutActual: result.withoutActual,
    held: mean(rows, ({ actual, forecast }) => Number(isInside(actual, forecast))),
    under: mean(rows, ({ actual, forecast }) => Number(actual < forecast.p10)),
    over: mean(rows, ({ actual, forecast }) => Number(actual > forecast.p90)),
    naiveHeld: mean(compared, ({ actual, naive }) => Number(isInside(actual, naive))),
    meanWidth: mean(rows, ({ forecast }) => widthOf(forecast)),
    width: over(
      mean(compared, (row) => widthOf(row.forecast)),
      mean(compared, (row) => widthOf(row.naive)),
    ),
    score: over(
      mean(compared, (row) => intervalScore(row.actual, row.forecast)),
      mean(compared, (row) => intervalScore(row.actual, row.naive)),
    ),
    brier: mean(judged, (row) => (row.probability - row.met) ** 2),
    brierBase: rate === null ? null : rate * (1 - rate),
  };
}

function isInside(value: BacktestRow['actual'], { p10, p90 }: Band): boolean {
  return p10 <= value && value <= p90;
}

function widthOf({ p10, p90 }: Band): number {
  return p90 - p10;
}

/** Gneiting and Raftery (2007), for the central 80 %: the width, and ten times what it was missed by. */
function intervalScore(value: number, { p10, p90 }: Band): number {
  return p90 - p10 + 10 * Math.max(0, p10 - value) + 10 * Math.max(0, value - p90);
}

function over(one: number | null, other: number | null): number | null {
  return one === null || other === null || other === 0 ? null : one / other;
}

function mean<T>(items: readonly T[], of: (item: T) => number): number | null {
  if (items.length === 0) return null;
  let total = 0;
  for (const item of items) total += of(item);
  return total / items.length;
}
