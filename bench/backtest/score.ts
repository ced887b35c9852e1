import type { BacktestResult, BacktestRow } from '../../src/okr/forecast/backtest.ts';

/** What the protocol measures of one metric of one history. */
export interface Cell {
  readonly origins: number;
  /** Cycles among them that do not overlap. */
  readonly apart: number;
  readonly refused: number;
  readonly withoutActual: number;
  readonly held: number;
  readonly under: number;
  readonly over: number;
  readonly naiveHeld: number;
  readonly width: number;
  readonly score: number;
  readonly brier: number;
  readonly brierBase: number;
}

export function cellOf(result: BacktestResult): Cell {
  const { rows } = result;
  const both = rows.filter((row) => row.naive !== null);
  const judged = rows.filter((row) => row.met !== null && row.forecast.probability !== null);
  const rate = mean(judged, (row) => Number(row.met));
  return {
    origins: rows.length,
    apart: Math.round(new Set(rows.map((row) => row.cycle)).size / 3),
    refused: result.refused,
    withoutActual: result.withoutActual,
    held: mean(rows, (row) => Number(inside(row.actual, row.forecast))),
    under: mean(rows, (row) => Number(row.actual < row.forecast.p10)),
    over: mean(rows, (row) => Number(row.actual > row.forecast.p90)),
    naiveHeld: mean(both, (row) => Number(row.naive !== null && inside(row.actual, row.naive))),
    width: mean(both, (row) => row.forecast.p90 - row.forecast.p10) / mean(both, naiveWidth),
    score:
      mean(both, (row) => interval(row.actual, row.forecast)) /
      mean(both, (row) => (row.naive === null ? Number.NaN : interval(row.actual, row.naive))),
    brier: mean(judged, (row) => ((row.forecast.probability ?? Number.NaN) - Number(row.met)) ** 2),
    brierBase: rate * (1 - rate),
  };
}

function inside(value: number, band: { readonly p10: number; readonly p90: number }): boolean {
  return band.p10 <= value && value <= band.p90;
}

function naiveWidth({ naive }: BacktestRow): number {
  return naive === null ? Number.NaN : naive.p90 - naive.p10;
}

/** Gneiting and Raftery (2007), at 80 %. */
function interval(value: number, { p10, p90 }: { readonly p10: number; readonly p90: number }): number {
  return p90 - p10 + 10 * Math.max(0, p10 - value) + 10 * Math.max(0, value - p90);
}

function mean<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total / items.length;
}
