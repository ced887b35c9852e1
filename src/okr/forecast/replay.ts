import type { Value } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import { pastAsOf } from '../../metrics/engine/series.ts';
import { type Ask, askFor } from './ask.ts';
import { type BacktestResult, backtest, type FinishedCycle } from './backtest.ts';
import { type BacktestScore, scoreOf } from './score.ts';

/** A key result over a cycle, or the part of one that is over. */
export interface ReplayInput extends Omit<Ask, 'asOf'> {
  readonly cycleId: string;
  /** The values at the ends of its days, oldest first. The last one is what its forecasts are compared with. */
  readonly days: readonly { readonly end: Instant; readonly value: Value }[];
  /** False where the end is not the one that the target is set for. */
  readonly judged: boolean;
}

/**
 * What its forecasts would have said at the end of every seventh day, counted back from the last, each with what was
 * known then. Days without a value have none.
 */
export function replay(input: ReplayInput): BacktestResult {
  const { days, span, past, judged, cycleId } = input;
  const last = days.at(-1);
  const asked = askFor({ ...input, asOf: span.to });
  if (last === undefined || asked === null) return NOTHING;
  const cycles: FinishedCycle[] = [];
  let withoutValue = 0;
  for (let i = days.length - 8; i >= 0; i -= 7) {
    const day = days[i];
    if (day === undefined || day.value.value === null || day.value.held) {
      withoutValue++;
      continue;
    }
    const { series, coveredFrom } = pastAsOf(past, day.end);
    cycles.unshift({
      id: cycleId,
      span,
      coveredFrom,
      series,
      actual: last.value.held ? null : last.value.value,
      target: judged ? asked.target : null,
      origins: [day.end],
    });
  }
  const result = backtest({ ...asked, cycles });
  return { ...result, refused: result.refused + withoutValue };
}

const NOTHING: BacktestResult = { rows: [], refused: 0, withoutActual: 0 };

export function joined(results: readonly BacktestResult[]): BacktestResult {
  return {
    rows: results.flatMap((result) => result.rows),
    refused: results.reduce((sum, result) => sum + result.refused, 0),
    withoutActual: results.reduce((sum, result) => sum + result.withoutActual, 0),
  };
}

/** Ends of cycles below which the share of bands that held says little: of ten, 80 % is known to some 25 points. */
export const LEAST_ENDS = 10;

export interface PooledScore extends Omit<BacktestScore, 'cycles' | 'meanWidth'> {
  /** The ends that the forecasts were compared with: those of one cycle share theirs. */
  readonly ends: number;
}

/** Several key results together. Widths and scores are in different units, so theirs are geometric means. */
export function pooledScore(results: readonly BacktestResult[]): PooledScore {
  const each = results.map(scoreOf);
  const { cycles: _some, meanWidth: _mixed, ...all } = scoreOf(joined(results));
  return {
    ...all,
    ends: each.reduce((sum, score) => sum + score.cycles, 0),
    width: geometricMean(each.map((score) => score.width)),
    score: geometricMean(each.map((score) => score.score)),
  };
}

function geometricMean(ratios: readonly (number | null)[]): number | null {
  const known = ratios.filter((ratio): ratio is number => ratio !== null && ratio > 0);
  if (known.length === 0) return null;
  return Math.exp(known.reduce((sum, ratio) => sum + Math.log(ratio), 0) / known.length);
}
