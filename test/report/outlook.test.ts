import { describe, expect, it } from 'vitest';
import { forecastOf, paceOf } from '../../src/report/outlook.ts';
import { aCheckIn, aReach, cycleInUtc, day } from '../support/okr.ts';

const counted = (pairs: readonly (readonly [n: number, value: number | null])[]) =>
  pairs.map(([n, value]) => aCheckIn({ asOf: day(n), value }));

describe('the pace of what is counted up', () => {
  const keyResult = aReach({ start: 0, target: 200 });

  it('is what is left over the weeks left, beside what the last four weeks brought', () => {
    // Day 58 of 100: 42 days are six weeks. 28 days before, at day 30, it was 40.
    const pace = paceOf(
      keyResult,
      cycleInUtc,
      counted([
        [2, 4],
        [30, 40],
        [44, 70],
        [58, 80],
      ]),
    );
    expect(pace?.neededPerWeek).toBeCloseTo(20, 12);
    expect(pace?.deliveredPerWeek).toBeCloseTo(10, 12);
  });

  it('begins with the cycle while that is younger than four weeks', () => {
    const pace = paceOf(keyResult, cycleInUtc, counted([[14, 30]]));
    expect(pace?.deliveredPerWeek).toBeCloseTo(15, 12);
  });

  it('takes nothing from what another definition counted', () => {
    const [before, now] = counted([
      [30, 700],
      [70, 100],
    ]).map((one, i) => ({ ...one, definitionHash: `definition ${i}` }));
    const checkIns = [before, now].flatMap((one) => one ?? []);
    expect(paceOf(keyResult, cycleInUtc, checkIns)?.deliveredPerWeek).toBeCloseTo(10, 12);
  });

  it('needs nothing once the target is passed', () => {
    expect(
      paceOf(
        keyResult,
        cycleInUtc,
        counted([
          [30, 100],
          [58, 250],
        ]),
      )?.neededPerWeek,
    ).toBe(0);
  });

  it('is not told without a value, in the first week, or at the end', () => {
    expect(paceOf(keyResult, cycleInUtc, counted([[30, null]]))).toBeNull();
    expect(paceOf(keyResult, cycleInUtc, counted([[5, 10]]))).toBeNull();
    expect(paceOf(keyResult, cycleInUtc, counted([[100, 10]]))).toBeNull();
  });
});

describe('the forecast', () => {
  it('is the one that the last check-in was recorded with', () => {
    const forecast = { p10: 1, p50: 2, p90: 3, probability: 0.5 };
    expect(forecastOf(aCheckIn({ forecast }))).toEqual({
      atEnd: { p10: 1, p50: 2, p90: 3 },
      probability: 0.5,
    });
    expect(forecastOf(aCheckIn())).toBeNull();
    expect(forecastOf(undefined)).toBeNull();
  });
});
