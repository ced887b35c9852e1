import { describe, expect, it } from 'vitest';
import { cycleSpan, DAY } from '../../../src/domain/time.ts';
import { cycleSeries, type SeriesOptions } from '../../../src/metrics/engine/series.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import { replay } from '../../../src/okr/forecast/replay.ts';
import { planKeyResult } from '../../../src/okr/plan.ts';
import { aReach } from '../../support/okr.ts';
import { aMember, aRule, aTicket, at, memoryStore } from '../../support/records.ts';

const zone = 'UTC';
const year = { id: '2026', start: '2026-01-01', end: '2026-12-31' };
const half = { id: '2026-H2', start: '2026-07-01', end: '2026-12-31' };
const toDate = { kind: 'cycleToDate' } as const;
const count = aReach({
  rule: aRule('tickets-closed', { window: toDate }),
  unit: 'count',
  start: 0,
  target: 366,
});
const median = aReach({ rule: aRule('ticket-lead-time', { window: toDate }), start: 40, target: 12 });

/** One ticket closed at noon of every day, after a day's work; two on the first of March. */
const tickets = [at('2026-03-01'), ...days(at('2025-06-01'), at('2027-01-01'))].map((day) =>
  aTicket({ createdAt: day - DAY / 2, resolvedAt: day + DAY / 2, history: null }),
);

function days(from: number, to: number): readonly number[] {
  return Array.from({ length: (to - from) / DAY }, (_, i) => from + i * DAY);
}

async function planned(
  one: typeof count,
  cycle: typeof year,
  asOf: number,
  coveredFrom = at('2025-06-01'),
  over: Partial<SeriesOptions> = {},
) {
  const span = cycleSpan(cycle, zone);
  const series = await cycleSeries({
    store: memoryStore(tickets),
    rule: one.rule,
    metricOf,
    span,
    zone,
    asOf,
    revisit: [],
    withPast: true,
    members: [aMember({ coveredFrom, completeAt: asOf })],
    failures: [],
    freshness: DAY,
    signal: new AbortController().signal,
    ...over,
  });
  const shared = { keyResult: one, kind: 'flow' as const, cycle, span, zone, series, checkIns: [] };
  const run = { asOf, frozen: null, recent: [], stale: null, fill: 'first' as const };
  return { shared, forecast: () => planKeyResult({ ...shared, ...run }).next.forecast };
}

describe('a cycle that is longer than what a forecast learns from', () => {
  it('has a forecast in its second half too: all that it counted since it began is known', async () => {
    const october = await planned(count, year, at('2026-10-20T05:15:00Z'));
    expect(october.forecast()).toEqual({ p10: 366, p50: 366, p90: 366, probability: 1 });
    const steady = await planned(median, year, at('2026-10-20T05:15:00Z'));
    expect(steady.forecast()).toMatchObject({ p10: 24, p50: 24, p90: 24 });
  });

  it('of 184 days has one until its last day', async () => {
    const last = await planned(count, half, at('2026-12-31T12:30:00Z'));
    expect(last.forecast()).toMatchObject({ p10: 184, p90: 184 });
  });

  it('is replayed with a forecast and the naive band on every seventh day', async () => {
    const { shared } = await planned(count, year, at('2027-01-01'), at('2025-06-01'), {
      pastAsOf: at('2026-01-01'),
    });
    const { rows, refused } = replay({ ...shared, starts: [], stale: () => null, judged: true });
    expect([rows.length, refused]).toEqual([52, 0]);
    // From September on nobody learns from the first of March any more, but the year still holds it.
    for (const { forecast, naive } of rows.slice(36)) {
      expect(forecast).toMatchObject({ p10: 366, p90: 366 });
      if (naive !== null) expect([naive.p10, naive.p90]).toEqual([366, 366]);
    }
    expect(rows.at(-1)?.naive).not.toBeNull();
  });
});
