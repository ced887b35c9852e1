import { DAY, HOUR } from '../../src/domain/time.ts';
import { type BacktestResult, backtest, type FinishedCycle } from '../../src/okr/forecast/backtest.ts';
import { boundsOf, type SeriesPoint } from '../../src/okr/forecast/contract.ts';
import { seedOf } from '../../src/okr/forecast/random.ts';
import type { GitHistory } from './git.ts';
import { type HistoryMetric, type Observed, observeHistory, windowLength } from './metrics.ts';

/** The protocol of docs/forecast.md. */
const SHARES = [0.25, 0.5, 0.75];
const HOUR_OF_DAY = 5 * HOUR + 15 * 60_000;
const EARLIER = 91 * DAY;

export interface Choice {
  /** Cycles that begin at or after this moment. */
  readonly from: number;
  /** Cycles that end at or before it. */
  readonly to: number;
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
    cycles.push(cycleOf(span, metric, observed, daily));
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
  span: { from: number; to: number },
  metric: HistoryMetric,
  observed: Observed,
  daily: Map<number, SeriesPoint>,
): FinishedCycle {
  const days = Math.round((span.to - span.from) / DAY);
  const coveredFrom = span.from - EARLIER - windowLength(metric);
  const windowFrom = (to: number) =>
    metric.rule.window.kind === 'days' ? to - metric.rule.window.days * DAY : span.from;
  const series: SeriesPoint[] = [];
  if (metric.rule.window.kind === 'days' || metric.kind === 'stock') {
    for (let at = coveredFrom + windowLength(metric); at <= span.to; at += DAY) {
      let point = daily.get(at);
      if (point === undefined) {
        point = { at, value: observed.valueOver(windowFrom(at), at) };
        daily.set(at, point);
      }
      series.push(point);
    }
  }
  const before =
    metric.rule.window.kind === 'days' || metric.kind === 'stock'
      ? observed.valueOver(span.from - windowLength(metric), span.from)
      : observed.valueOver(
          Date.UTC(new Date(span.from).getUTCFullYear(), new Date(span.from).getUTCMonth() - 3, 1),
          span.from,
        );
  return {
    id: new Date(span.from).toISOString().slice(0, 7),
    span,
    coveredFrom,
    series,
    actual: observed.valueOver(windowFrom(span.to), span.to),
    target:
      before === null
        ? null
        : { kind: 'reach', start: metric.better === 'up' ? before - 1 : before + 1, target: before },
    origins: SHARES.map((share) => span.from + Math.ceil(share * days) * DAY + HOUR_OF_DAY),
  };
}
