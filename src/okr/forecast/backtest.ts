import type { Span } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { Forecast, ForecastInput, ForecastTarget, SeriesPoint } from './contract.ts';
import { forecast } from './forecast.ts';
import { type Band, naiveBand } from './naive.ts';
import { meets } from './target.ts';

/** A cycle that is over, with what became of it. */
export interface FinishedCycle {
  readonly id: string;
  readonly span: Span;
  /** Since when data is given to the forecast. */
  readonly coveredFrom: Instant;
  /** Since when it learns from it. Default `coveredFrom`. */
  readonly learnFrom?: Instant | undefined;
  /** The rule's daily values, oldest first; what is later than an origin is not shown to it. */
  readonly series: readonly SeriesPoint[];
  /** The value at the end; null when there was none. */
  readonly actual: number | null;
  readonly target: ForecastTarget | null;
  /** The moments at which the forecast is asked. */
  readonly origins: readonly Instant[];
}

export interface BacktestInput
  extends Pick<ForecastInput, 'rule' | 'kind' | 'bounds' | 'observations' | 'zone' | 'seed'> {
  readonly cycles: readonly FinishedCycle[];
}

export interface BacktestRow {
  readonly cycle: string;
  readonly asOf: Instant;
  readonly actual: number;
  readonly forecast: Forecast;
  readonly naive: Band | null;
  /** Whether the actual value met the target; null without one. */
  readonly met: boolean | null;
}

export interface BacktestResult {
  readonly rows: readonly BacktestRow[];
  /** Origins without a forecast: too little history. */
  readonly refused: number;
  /** Origins whose cycle ended without a value. */
  readonly withoutActual: number;
}

/** Asks the forecast at past moments, with what was known then, and puts what came of it beside the answer. */
export function backtest(input: BacktestInput): BacktestResult {
  const rows: BacktestRow[] = [];
  let refused = 0;
  let withoutActual = 0;
  for (const cycle of input.cycles) {
    for (const asOf of cycle.origins) {
      const asked: ForecastInput = {
        rule: input.rule,
        kind: input.kind,
        bounds: input.bounds,
        observations: input.observations,
        zone: input.zone,
        seed: input.seed,
        series: cycle.series.filter((point) => point.at <= asOf),
        coveredFrom: cycle.coveredFrom,
        learnFrom: cycle.learnFrom,
        asOf,
        span: cycle.span,
        target: cycle.target,
      };
      const answer = forecast(asked);
      if (answer === null) refused++;
      else if (cycle.actual === null) withoutActual++;
      else {
        const met = cycle.target === null ? null : meets(cycle.actual, cycle.target);
        rows.push({
          cycle: cycle.id,
          asOf,
          actual: cycle.actual,
          forecast: answer,
          naive: naiveBand(asked),
          met,
        });
      }
    }
  }
  return { rows, refused, withoutActual };
}
