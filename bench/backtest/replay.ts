import type { Span } from '../../src/domain/okr.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { type BacktestResult, backtest, type FinishedCycle } from '../../src/okr/forecast/backtest.ts';
import { boundsOf, type SeriesPoint } from '../../src/okr/forecast/contract.ts';
import { seedOf } from '../../src/okr/forecast/random.ts';
import type { GitHistory } from './git.ts';
import { type HistoryMetric, type Observed, observeHistory, windowLength } from './metrics.ts';

/** The protocol of docs/forecast.md. */
const SHARES = [0.25, 0.5, 0.75];
const HOUR_OF_DAY = 5 * HOUR + 15 * 60_000;

export interface Choice {
  /** Cycles that begin at or after this moment. */
  readonly from: number;
  /** Cycles that end at or before it. */
  readonly to: number;
  /** Days before the cycle (and the window before it) that the forecast is given; krsync holds 91 by default. */
  readonly earlier: number;
}

/** One metric of one history. */
export function replay(history: GitHistory, metric: HistoryMetric, choice: Choice): BacktestResult {
  const observed = observeHistory(metric, history);
  const began = history.changes[0]?.at ?? 0;
  const ended = history.changes.at(-1)?.at ?? 0;
  const daily = new Map<number, SeriesPoint>();
  const cycles: FinishedCycle[] = [];
  const first = new Date(began);
  for (let month = first.getUTCMonth() + 13; ; month++) {
    const span = {
      from: Date.UTC(first.getUTCFullYear(), month, 1),
      to: Date.UTC(first.getUTCFullYear(), month + 3, 1),
    };
    if (span.to > ended) break;
    if (span.from < choice.from || span.to > choice.to) continue;
    cycles.push(cycleOf(span, choice.earlier * DAY, metric, observed, daily));
  }
  return backtest({
    rule: metric.rule,
    kind: metric.kind,
    bounds: boundsOf(metric.unit, metric.rule.aggregate, metric.kind),
    observations: observed.observations,
    zone: 'UTC',
    seed: seedOf(metric.id),
    cycles,
  });
}

function cycleOf(
  span: Span,
  earlier: number,
  metric: HistoryMetric,
  observed: Observed,
  daily: Map<number, SeriesPoint>,
): FinishedCycle {
  const days = Math.round((span.to - span.from) / DAY);
  const length = windowLength(metric);
  const sliding = metric.rule.window.kind === 'days' || metric.kind === 'stock';
  const windowFrom = (to: number) => (sliding ? to - length : span.from);
  const coveredFrom = span.from - earlier - length;
  const series: SeriesPoint[] = [];
  // A count that begins with its cycle has no daily values before it, and its forecast needs none.
  for (let at = coveredFrom + length; sliding && at <= span.to; at += DAY) {
    const point = daily.get(at) ?? { at, value: observed.valueOver(windowFrom(at), at) };
    daily.set(at, point);
    series.push(point);
  }
  const before = observed.valueOver(sliding ? span.from - length : monthsBefore(span.from, 3), span.from);
  const towards = metric.better === 'up' ? -1 : 1;
  return {
    id: new Date(span.from).toISOString().slice(0, 7),
    span,
    coveredFrom,
    series,
    actual: observed.valueOver(windowFrom(span.to), span.to),
    target: before === null ? null : { kind: 'reach', start: before + towards, target: before },
    origins: SHARES.map((share) => span.from + Math.ceil(share * days) * DAY + HOUR_OF_DAY),
  };
}

function monthsBefore(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1);
}
