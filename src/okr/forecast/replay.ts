import type { FrozenStart, Span } from '../../domain/okr.ts';
import type { DayValue } from '../../metrics/engine/series.ts';
import { usableValue } from '../assess.ts';
import { closingValue, gated, type PlanInput } from '../plan.ts';
import { resolveStart } from '../start.ts';
import { askFor } from './ask.ts';
import { type BacktestResult, backtest } from './backtest.ts';
import { type BacktestScore, scoreOf } from './score.ts';

/** A key result over a cycle, or the part of one that is over. */
export interface ReplayInput
  extends Pick<PlanInput, 'keyResult' | 'kind' | 'cycle' | 'zone' | 'series' | 'checkIns'> {
  /** Its last day ends where `series` does, with what the forecasts are compared with. */
  readonly span: Span;
  /** Of this key result, oldest first. */
  readonly starts: readonly FrozenStart[];
  /** Why the data is too old as of the end of a day; null when it is not. */
  readonly stale: (day: DayValue) => string | null;
  /** False where the end is not the one that the target is set for. */
  readonly judged: boolean;
}

/**
 * What a run would have said at the end of every seventh day, counted back from the last, each with what was known then.
 * Where a run says nothing of the end, neither does its replay.
 */
export function replay(input: ReplayInput): BacktestResult {
  const { series, span, cycle, judged, keyResult } = input;
  const { past, days } = series;
  if (past === null) throw new TypeError('a series that was asked for its past has one');
  if (keyResult.kind === 'reach' && keyResult.milestones !== undefined) return NOTHING;
  const end = runAt(input, days.length - 1);
  if (end === null) return NOTHING;
  const actual = usableValue(keyResult, judged ? closingValue(end.series).current : end.series.current);
  const results: BacktestResult[] = [];
  for (let i = days.length - 8; i >= 0; i -= 7) {
    const run = runAt(input, i);
    if (run === null) break;
    const { day, start } = run;
    const stale = input.stale(day);
    const asked = askFor({ ...input, start, current: run.series.current, stale, past, asOf: day.end });
    if (asked === null) {
      results.unshift({ ...NOTHING, refused: 1 });
      continue;
    }
    const target = judged ? asked.target : null;
    results.unshift(
      backtest({ ...asked, cycles: [{ ...asked, id: cycle.id, span, actual, target, origins: [day.end] }] }),
    );
  }
  return joined(results);
}

/** The start and the values of a run at the end of a day; null where there is no such day. */
function runAt(input: ReplayInput, index: number) {
  const { keyResult, cycle, span, kind, starts } = input;
  const days = input.series.days.slice(0, index + 1);
  const day = days.at(-1);
  if (day === undefined) return null;
  const start =
    keyResult.kind === 'reach'
      ? resolveStart({
          keyResult,
          cycleId: cycle.id,
          cycle: span,
          flow: kind === 'flow',
          frozen: starts.findLast((one) => one.at <= day.end) ?? null,
          atStart: input.series.atStart,
          days,
        }).value
      : null;
  const series = gated({ ...input, series: { ...input.series, days, current: day.value } }, start);
  return { day, start, series };
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
