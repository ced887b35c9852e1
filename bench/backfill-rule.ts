import type { Rule, Span } from '../src/domain/okr.ts';
import { cycleSpan, DAY } from '../src/domain/time.ts';
import { type CycleSeries, cycleSeries } from '../src/metrics/engine/series.ts';
import { metricOf } from '../src/metrics/index.ts';
import type { Store } from '../src/store/contract.ts';

export const ZONE = 'Europe/Stockholm';
export const KEY = { source: 'gh', stream: 'issues', member: 'acme/web' };

/** A cycle of 92 days. */
export const CYCLE: Span = cycleSpan({ id: '2025-Q4', start: '2025-10-01', end: '2025-12-31' }, ZONE);
const WINDOW_DAYS = 28;
/** What the windows of all its days reach over: 120 days. */
export const REACH: Span = { from: CYCLE.from - WINDOW_DAYS * DAY, to: CYCLE.to };

const metric = metricOf('ticket-lead-time');
const RULE: Rule = {
  measure: metric.id,
  sources: [KEY.source],
  where: {},
  options: metric.options.parse({}) as Rule['options'],
  aggregate: 'median',
  window: { kind: 'days', days: WINDOW_DAYS },
  combine: null,
};

/** The values of every day, as `krsync backfill` computes them. */
export async function backfilledValues(store: Store): Promise<CycleSeries> {
  return cycleSeries({
    store,
    rule: RULE,
    metricOf: () => metric,
    span: CYCLE,
    zone: ZONE,
    asOf: CYCLE.to,
    revisit: [],
    members: await store.members(),
    failures: await store.streamFailures(),
    freshness: 4 * DAY,
    signal: new AbortController().signal,
  });
}
