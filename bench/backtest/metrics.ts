import type { Rule, Unit } from '../../src/domain/okr.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';
import type { MetricKind } from '../../src/metrics/contract.ts';
import { aggregate } from '../../src/metrics/engine/aggregate.ts';
import type { ForecastObservations } from '../../src/okr/forecast/contract.ts';
import { firstAtOrAfter } from '../../src/okr/forecast/weeks.ts';
import type { Change, GitHistory } from './git.ts';

/** A rule as krsync has it, over a git history. */
export interface HistoryMetric {
  readonly id: string;
  readonly kind: MetricKind;
  readonly rule: Pick<Rule, 'aggregate' | 'window'>;
  readonly unit: Unit;
  readonly better: 'up' | 'down';
  readonly observe: (history: GitHistory) => readonly { at: number; value: number; of?: number }[];
}

const toDate = { kind: 'cycleToDate' } as const;
const days = (count: number) => ({ kind: 'days', days: count }) as const;
const each = (history: GitHistory, value: (change: Change) => number) =>
  history.changes.map((change) => ({ at: change.at, value: value(change) }));
const size = (change: Change) => change.added + change.deleted;

export const HISTORY_METRICS: readonly HistoryMetric[] = [
  {
    id: 'changes',
    kind: 'flow',
    rule: { aggregate: 'count', window: toDate },
    unit: 'count',
    better: 'up',
    observe: (history) => each(history, () => 1),
  },
  {
    id: 'lines',
    kind: 'flow',
    rule: { aggregate: 'sum', window: toDate },
    unit: 'lines',
    better: 'up',
    observe: (history) => each(history, size),
  },
  {
    id: 'releases',
    kind: 'flow',
    rule: { aggregate: 'count', window: toDate },
    unit: 'count',
    better: 'up',
    observe: (history) => history.releases.map((at) => ({ at, value: 1 })),
  },
  {
    id: 'change-rate',
    kind: 'flow',
    rule: { aggregate: 'perWeek', window: days(28) },
    unit: 'per week',
    better: 'up',
    observe: (history) => each(history, () => 1),
  },
  {
    id: 'change-size',
    kind: 'flow',
    rule: { aggregate: 'median', window: days(28) },
    unit: 'lines',
    better: 'down',
    observe: (history) => each(history, size),
  },
  {
    id: 'change-size-p90',
    kind: 'flow',
    rule: { aggregate: 'p90', window: days(28) },
    unit: 'lines',
    better: 'down',
    observe: (history) => each(history, size),
  },
  {
    id: 'branch-time',
    kind: 'flow',
    rule: { aggregate: 'median', window: days(28) },
    unit: 'hours',
    better: 'down',
    observe: (history) =>
      history.changes.flatMap(({ at, begunAt }) =>
        begunAt === null || begunAt > at ? [] : [{ at, value: (at - begunAt) / HOUR }],
      ),
  },
  {
    id: 'tested-share',
    kind: 'flow',
    rule: { aggregate: 'share', window: days(28) },
    unit: 'share',
    better: 'up',
    observe: (history) => each(history, (change) => (change.tested ? 1 : 0)),
  },
  {
    id: 'tests-ratio',
    kind: 'flow',
    rule: { aggregate: 'ratio', window: days(28) },
    unit: 'ratio',
    better: 'up',
    observe: (history) =>
      history.changes.map(({ at, testAdded, added }) => ({ at, value: testAdded, of: added })),
  },
  {
    id: 'release-cycle-time',
    kind: 'flow',
    rule: { aggregate: 'median', window: days(91) },
    unit: 'hours',
    better: 'down',
    observe: ({ releases }) =>
      releases.slice(1).map((at, i) => ({ at, value: (at - (releases[i] as number)) / HOUR })),
  },
  {
    id: 'files',
    kind: 'stock',
    rule: { aggregate: 'count', window: toDate },
    unit: 'count',
    better: 'up',
    observe: (history) => running(history, (change, before) => before + change.files),
  },
  {
    id: 'test-line-share',
    kind: 'sample',
    rule: { aggregate: 'last', window: days(28) },
    unit: 'share',
    better: 'up',
    observe: (history) => {
      let tests = 0;
      let all = 0;
      return history.changes.map((change) => {
        tests += change.testAdded - change.testDeleted;
        all += change.added - change.deleted;
        return { at: change.at, value: all > 0 ? Math.min(1, Math.max(0, tests / all)) : 0 };
      });
    },
  },
];

function running(history: GitHistory, next: (change: Change, before: number) => number) {
  let value = 0;
  return history.changes.map((change) => {
    value = next(change, value);
    return { at: change.at, value };
  });
}

/** A metric of one history as the forecast takes it. */
export interface Observed {
  readonly observations: ForecastObservations & { readonly at: Float64Array };
  /** The rule over `[from, to)`; for a stock the newest level before `to`. */
  valueOver(from: number, to: number): number | null;
}

export function observeHistory(metric: HistoryMetric, history: GitHistory): Observed {
  const all = metric.observe(history);
  const at = Float64Array.from(all, (one) => one.at);
  const value = Float64Array.from(all, (one) => one.value);
  const of = all.some((one) => one.of !== undefined) ? Float64Array.from(all, (one) => one.of ?? 0) : null;
  const place = (moment: number) => firstAtOrAfter(at, moment);
  return {
    observations: { at, value, of },
    valueOver(from, to) {
      const end = place(to);
      if (metric.kind === 'stock') return end === 0 ? null : (value[end - 1] as number);
      const first = place(from);
      const points = { values: value.subarray(first, end), ofs: of?.subarray(first, end) ?? null };
      return aggregate(metric.rule.aggregate, points, { from, to });
    },
  };
}

/** The longest that the rule looks back, in milliseconds, beside its cycle. */
export function windowLength({ rule }: HistoryMetric): number {
  return rule.window.kind === 'days' ? rule.window.days * DAY : 0;
}
