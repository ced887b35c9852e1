import { describe, expect, it } from 'vitest';
import type { NamedWindow } from '../../../src/domain/okr.ts';
import { DAY } from '../../../src/domain/time.ts';
import { naiveBand } from '../../../src/okr/forecast/naive.ts';
import { COVERED_FROM, daily, flowInput } from './inputs.ts';

/** A Thursday, at whose end 7 days are left. */
const AS_OF = Date.UTC(2026, 11, 25);

/** One ticket a day at noon, and the count of its window at the end of each day. */
function tickets(kind: NamedWindow, value: (endOfDay: number) => number) {
  const series: { at: number; value: number }[] = [];
  for (let at = COVERED_FROM + DAY; at <= AS_OF; at += DAY) series.push({ at, value: value(at) });
  const observations = daily(() => 1, AS_OF);
  return flowInput('count', { kind }, observations, { series, asOf: AS_OF });
}

describe('the naive band', () => {
  it('of a calendar week: on Thursday 4, as in seven days, whatever the cycle held', () => {
    // 2026-06-29 is a Monday.
    const ofWeek = (at: number) => ((Math.round((at - Date.UTC(2026, 5, 29)) / DAY) - 1) % 7) + 1;
    expect(ofWeek(AS_OF)).toBe(4);
    expect(naiveBand(tickets('week', ofWeek))).toEqual({ p10: 4, p90: 4 });
  });

  it('of a calendar month: 24 by the end of the 24th, plus what a month did in seven days', () => {
    const ofMonth = (at: number) => new Date(at - 1).getUTCDate();
    const band = naiveBand(tickets('month', ofMonth));
    // Of 170 changes 135 are +7; where a month began between, 21 are -24 after a month of 31 days and 14 are -23.
    expect(band).toEqual({ p10: 24 - 24, p90: 24 + 7 });
  });

  it('of the week before: 7 in every week', () => {
    expect(naiveBand(tickets('previousWeek', () => 7))).toEqual({ p10: 7, p90: 7 });
  });

  it('of the cycle so far: 85 days with one each, and seven more', () => {
    expect(naiveBand(tickets('cycleToDate', () => Number.NaN))).toEqual({ p10: 92, p90: 92 });
  });
});
