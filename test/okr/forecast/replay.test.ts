import { describe, expect, it } from 'vitest';
import type { KeyResult } from '../../../src/domain/okr.ts';
import { cycleSpan, DAY, HOUR } from '../../../src/domain/time.ts';
import { kindOf } from '../../../src/metrics/contract.ts';
import { cycleSeries, type SeriesOptions } from '../../../src/metrics/engine/series.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import { joined, pooledScore, type ReplayInput, replay } from '../../../src/okr/forecast/replay.ts';
import { planKeyResult } from '../../../src/okr/plan.ts';
import { knownAt } from '../../metrics/support/known.ts';
import { aKeep, aReach, aSeries, aValue, cycle, cycleInUtc, day } from '../../support/okr.ts';
import { createRandom } from '../../support/random.ts';
import { aMember, aRule, aTicket, at, memoryStore } from '../../support/records.ts';

const COVERED_FROM = day(-80);
const keyResult = aReach({
  rule: aRule('tickets-closed', { window: { kind: 'cycleToDate' } }),
  unit: 'count',
  start: 0,
  target: 100,
});

/** One ticket closed at noon of every day, and so many more on the last one. */
function steadily(more = 0, over: Partial<ReplayInput> = {}): ReplayInput {
  const at: number[] = [];
  for (let moment = COVERED_FROM + 12 * HOUR; moment < cycleInUtc.to; moment += DAY) at.push(moment);
  for (let i = 0; i < more; i++) at.push(cycleInUtc.to - HOUR);
  return {
    keyResult,
    kind: 'flow',
    cycle,
    span: cycleInUtc,
    zone: 'UTC',
    series: withPast(
      Array.from({ length: 100 }, (_, i) => i + 1 + (i === 99 ? more : 0)),
      at,
    ),
    starts: [],
    checkIns: [],
    stale: () => null,
    judged: true,
    ...over,
  };
}

/** A cycle of these daily values and the observations that they count. */
function withPast(values: readonly (number | null)[], at: readonly number[], coveredFrom = COVERED_FROM) {
  const series = aSeries(values);
  return {
    ...series,
    past: {
      observations: {
        at: Float64Array.from(at),
        value: new Float64Array(at.length).fill(1),
        of: null,
        from: null,
        until: null,
      },
      series: series.days.map(({ end, value }) => ({ at: end, value: value.value })),
      coveredFrom,
      learnFrom: coveredFrom,
    },
  };
}

describe('the replay of a cycle', () => {
  it('asks at the end of every seventh day before the last, with what was known then', () => {
    const { rows, refused } = replay(steadily());
    expect(rows.map((row) => row.asOf)).toEqual(
      [2, 9, 16, 23, 30, 37, 44, 51, 58, 65, 72, 79, 86, 93].map(day),
    );
    expect(refused).toBe(0);
    // One a day has been one a day for as long as is known, so that the forecast is sure of the hundred.
    for (const { forecast, actual, met } of rows) {
      expect([forecast, actual, met]).toEqual([{ p10: 100, p50: 100, p90: 100, probability: 1 }, 100, true]);
    }
    expect(pooledScore([replay(steadily())])).toMatchObject({
      origins: 14,
      ends: 1,
      held: 1,
      naiveHeld: 1,
      brier: 0,
    });
  });

  it('lets what happened on the last day into no forecast, only into the end', () => {
    const score = pooledScore([replay(steadily(5))]);
    expect(score).toMatchObject({ origins: 14, held: 0, over: 1, under: 0, naiveHeld: 0, width: null });
    // Reached at 100, and each forecast was sure of it.
    expect(score).toMatchObject({ brier: 0, brierBase: 0 });
    const higher = { ...keyResult, target: 103 };
    expect(pooledScore([replay(steadily(5, { keyResult: higher }))])).toMatchObject({
      brier: 1,
      brierBase: 0,
    });
  });

  it('judges no probability before the end that the target is set for', () => {
    expect(pooledScore([replay(steadily(0, { judged: false }))])).toMatchObject({ origins: 14, brier: null });
  });

  it('counts days without a value, and ends without one, apart', () => {
    const { series } = steadily();
    const without = (...gone: readonly number[]) => ({
      ...series,
      days: series.days.map((one, i) => (gone.includes(i) ? { ...one, value: aValue(null) } : one)),
    });
    expect(replay(steadily(0, { series: without(92, 85) }))).toMatchObject({ refused: 2, withoutActual: 0 });
    expect(replay(steadily(0, { series: without(99) }))).toMatchObject({ rows: [], withoutActual: 14 });
  });

  it('asks nothing where a run had nothing to say: a stale source, too few observations, no start yet', () => {
    const stale = (one: { readonly end: number }) => (one.end < day(10) ? 'read too long ago' : null);
    expect(replay(steadily(0, { stale }))).toMatchObject({ refused: 2 });
    const median = { ...keyResult, rule: aRule('ticket-lead-time'), minSamples: 5, start: 200 };
    const { series } = steadily();
    const few = series.days.map((one, i) => ({ ...one, value: aValue(i, { sampleSize: i < 40 ? 4 : 5 }) }));
    const asked = { kind: 'sample' as const, series: { ...series, days: few } };
    expect(replay(steadily(0, { ...asked, keyResult: median })).rows.map((row) => row.asOf)).toEqual(
      [44, 51, 58, 65, 72, 79, 86, 93].map(day),
    );
    const late = { ...median, minSamples: 1, start: 'auto' as const };
    const values = series.days.map(({ value }, i) => (i < 30 ? null : value.value));
    const begun = { kind: 'sample' as const, series: withPast(values, []) };
    expect(replay(steadily(0, { ...begun, keyResult: late })).refused).toBeGreaterThanOrEqual(4);
  });

  it('asks nothing on a day whose jump was held, and takes the last good value where the cycle closed with one', () => {
    const values = Array.from({ length: 100 }, (_, i) => 50 + (i % 3) + (i === 93 - 1 || i === 99 ? 40 : 0));
    const jumping = { kind: 'sample' as const, series: withPast(values, []) };
    const median = { ...keyResult, rule: aRule('ticket-lead-time'), start: 60, target: 40 };
    const { rows, refused } = replay(steadily(0, { ...jumping, keyResult: median }));
    expect(rows.map((row) => row.asOf)).not.toContain(day(93));
    expect(refused).toBe(
      replay(steadily(0, { ...jumping, series: withPast(calm(values), []), keyResult: median })).refused + 1,
    );
    expect(rows[0]?.actual).toBe(50 + (98 % 3));
  });

  it('has too little before four whole weeks of data', () => {
    const { series } = steadily();
    const past = series.past && { ...series.past, learnFrom: cycleInUtc.from };
    const { rows, refused } = replay(steadily(0, { series: { ...series, past } }));
    expect([rows.map((row) => row.asOf), refused]).toEqual([
      [30, 37, 44, 51, 58, 65, 72, 79, 86, 93].map(day),
      4,
    ]);
  });

  it('asks nothing of milestones, or before the first day', () => {
    const nothing = { rows: [], refused: 0, withoutActual: 0 };
    expect(replay(steadily(0, { keyResult: { ...keyResult, milestones: [] } }))).toEqual(nothing);
    expect(replay(steadily(0, { series: withPast([], []) }))).toEqual(nothing);
  });
});

describe('what the replay says', () => {
  const zone = 'Europe/Stockholm';
  const quarter = { id: '2026-Q2', start: '2026-04-01', end: '2026-06-30' };
  const span = cycleSpan(quarter, zone);
  const tickets = ticketsSince(at('2025-06-01'), span.to);
  const member = aMember({ coveredFrom: at('2025-06-01'), completeAt: span.to });
  const measuredAs = (one: KeyResult, asOf: number, over: Partial<SeriesOptions> = {}) =>
    cycleSeries({
      store: memoryStore(tickets),
      rule: one.rule,
      metricOf,
      span,
      zone,
      asOf,
      revisit: [],
      withPast: true,
      members: [member],
      failures: [],
      freshness: DAY,
      signal: new AbortController().signal,
      ...over,
    });
  const toDate = { kind: 'cycleToDate' } as const;
  const closed = aRule('tickets-closed', { window: toDate });
  const cases: readonly (readonly [string, KeyResult])[] = [
    ['a count', aReach({ rule: closed, unit: 'count', start: 0, target: 300 })],
    ['a median', aReach({ rule: aRule('ticket-lead-time'), start: 'auto', target: 60, minSamples: 5 })],
    [
      'a share of cohorts',
      aReach({ rule: aRule('ticket-cohort-close-rate'), unit: 'share', start: 0.2, target: 0.9 }),
    ],
    [
      'a stock',
      aKeep({ rule: aRule('tickets-open'), unit: 'count', keep: { min: null, max: 30, for: 0.9 } }),
    ],
  ];

  it.each(cases)('of %s is what a run said that knew nothing of the days to come', async (_, one) => {
    const kind = kindOf(metricOf(one.rule.measure), one.rule.options);
    const series = await measuredAs(one, span.to, { pastAsOf: span.from });
    const shared = { keyResult: one, kind, cycle: quarter, span, zone };
    const { rows, refused } = replay({
      ...shared,
      series,
      starts: [],
      checkIns: [],
      stale: () => null,
      judged: true,
    });
    expect([rows.length, refused]).toEqual([12, 0]);
    for (const { asOf, forecast } of rows.filter((_row, i) => i % 4 === 3)) {
      const then = await measuredAs(one, asOf, { store: memoryStore(knownAt(tickets, asOf)) });
      const run = {
        asOf,
        series: then,
        frozen: null,
        checkIns: [],
        recent: [],
        stale: null,
        fill: 'first' as const,
      };
      expect(planKeyResult({ ...shared, ...run }).next.forecast).toEqual(forecast);
    }
  });
});

/** Some tickets a day, twice as many in the first months, most closed within weeks and some never. */
function ticketsSince(from: number, to: number) {
  const random = createRandom(11);
  const tickets = [];
  for (let moment = from; moment < to; moment += (random() * DAY) / (moment < at('2025-11-15') ? 6 : 3)) {
    const closes = Math.round(moment - Math.log(1 - random()) * 6 * DAY);
    const createdAt = Math.round(moment);
    const never = random() < 0.02;
    tickets.push(aTicket({ createdAt, resolvedAt: never || closes >= to ? null : closes, history: null }));
  }
  return tickets;
}

/** Without the jumps. */
function calm(values: readonly number[]): readonly number[] {
  return values.map((value) => (value > 60 ? value - 40 : value));
}

describe('several key results together', () => {
  const rows = (cycle: string, width: number, ...actuals: readonly number[]) =>
    joined([
      {
        rows: actuals.map((actual, i) => ({
          cycle,
          asOf: day(i),
          actual,
          met: null,
          forecast: { p10: 0, p50: width / 2, p90: width, probability: null },
          naive: { p10: 0, p90: 10 },
        })),
        refused: 1,
        withoutActual: 2,
      },
    ]);

  it('count every forecast the same, and every width, whatever its unit', () => {
    const results = [rows('a', 5, 1, 2, 9), joined([rows('a', 20, 30), rows('b', 20, 1)])];
    // Widths of 0.5 and 2 naive ones; three of five inside; one end of the first and two of the second.
    expect(pooledScore(results)).toMatchObject({
      origins: 5,
      ends: 3,
      held: 0.6,
      over: 0.4,
      width: 1,
      refused: 3,
      withoutActual: 6,
    });
  });

  it('say nothing where there is nothing', () => {
    expect(pooledScore([])).toMatchObject({ origins: 0, ends: 0, held: null, width: null, brier: null });
  });
});
