import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { joined, pooledScore, type ReplayInput, replay } from '../../../src/okr/forecast/replay.ts';
import { aReach, aValue, cycleInUtc, day } from '../../support/okr.ts';
import { aRule } from '../../support/records.ts';

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
  const days = Array.from({ length: 100 }, (_, i) => ({
    end: day(i + 1),
    value: aValue(i + 1 + (i === 99 ? more : 0)),
  }));
  return {
    keyResult,
    kind: 'flow',
    start: 0,
    past: {
      observations: {
        at: Float64Array.from(at),
        value: new Float64Array(at.length).fill(1),
        of: null,
        from: null,
        until: null,
      },
      series: days.map(({ end, value }) => ({ at: end, value: value.value })),
      coveredFrom: COVERED_FROM,
    },
    span: cycleInUtc,
    zone: 'UTC',
    cycleId: '2026-A',
    days,
    judged: true,
    ...over,
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
    const whole = steadily();
    const days = whole.days.map((one, i) => (i === 92 || i === 85 ? { ...one, value: aValue(null) } : one));
    expect(replay({ ...whole, days })).toMatchObject({ refused: 2, withoutActual: 0 });
    const endless = whole.days.map((one, i) => (i === 99 ? { ...one, value: aValue(null) } : one));
    expect(replay({ ...whole, days: endless })).toMatchObject({ rows: [], withoutActual: 14 });
  });

  it('has too little before four whole weeks of data', () => {
    const whole = steadily();
    const { rows, refused } = replay({ ...whole, past: { ...whole.past, coveredFrom: cycleInUtc.from } });
    expect([rows.map((row) => row.asOf), refused]).toEqual([
      [30, 37, 44, 51, 58, 65, 72, 79, 86, 93].map(day),
      4,
    ]);
  });

  it('asks nothing of milestones, or without a start', () => {
    expect(replay(steadily(0, { start: null }))).toEqual({ rows: [], refused: 0, withoutActual: 0 });
    expect(replay(steadily(0, { keyResult: { ...keyResult, milestones: [] } })).rows).toEqual([]);
    expect(replay(steadily(0, { days: [] })).rows).toEqual([]);
  });
});

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
