import { describe, expect, it } from 'vitest';
import { guardDays, NOTHING_MOVED, weekEnds, weekModel } from '../../src/report/detail.ts';
import { aCheckIn, day } from '../support/okr.ts';

/** The week that ends on the 20th day, told by these check-ins. */
function week(...checkIns: readonly Parameters<typeof aCheckIn>[0][]) {
  const rows = checkIns.map((fields, i) => aCheckIn({ id: i + 1, ...fields }));
  return weekModel(weekEnds(rows, day(13)), 'UTC', NOTHING_MOVED);
}

describe('a week of a key result', () => {
  it('lies between the last good check-in of a week ago and the one that is shown', () => {
    const told = week(
      { asOf: day(10), value: 70, progress: 0.3 },
      { asOf: day(12), value: 64, progress: 0.36 },
      { asOf: day(13), value: null, progress: null, shown: 'held' },
      { asOf: day(15), value: 60, progress: 0.4 },
      { asOf: day(20), value: 50, progress: 0.5 },
    );
    expect([told.before?.value, told.now?.value, told.delta, told.reason]).toEqual([64, 50, -14, null]);
    expect(told.progressDelta).toBeCloseTo(0.14);
  });
  it('goes on to show the last good value where newer ones are held', () => {
    const told = week(
      { asOf: day(12), value: 64 },
      { asOf: day(18), value: 52 },
      { asOf: day(20), value: null, shown: 'held' },
    );
    expect([told.now?.value, told.delta]).toEqual([52, -12]);
  });
  it.each([
    ['nothing was good yet', [{ asOf: day(20), value: null }], 'no value yet'],
    ['there was none a week ago', [{ asOf: day(20) }], 'no value of a week ago to compare with'],
    [
      'there is none since',
      [{ asOf: day(12) }, { asOf: day(20), value: null }],
      'no new value since 2026-01-12',
    ],
    [
      'another rule gave the earlier one',
      [{ asOf: day(12), definitionHash: 'old' }, { asOf: day(20) }],
      'its definition changed since a week ago',
    ],
  ])('is not told where %s', (_why, checkIns, reason) => {
    expect(week(...checkIns)).toMatchObject({ delta: null, progressDelta: null, reason });
  });
  it('has no change of progress where the earlier one had none', () => {
    const told = week({ asOf: day(12), progress: null }, { asOf: day(20), value: 40, progress: 0.6 });
    expect([told.delta, told.progressDelta]).toEqual([-10, null]);
  });
});

describe('the days of a guard', () => {
  const guard = (broken: boolean | null) => ({
    guards: [
      { title: 'g', unit: 'count' as const, keep: { min: 1, max: null }, value: 1, broken, reason: null },
    ],
  });
  it('are broken, kept or not known, by the last check-in of each', () => {
    const checkIns = [
      aCheckIn({ asOf: day(1), details: guard(false) }),
      aCheckIn({ asOf: day(2) - 1000, details: guard(false) }),
      aCheckIn({ asOf: day(2), details: guard(true) }),
      aCheckIn({ asOf: day(4), details: guard(null) }),
    ];
    const dates = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'];
    expect(guardDays(dates, checkIns, 'UTC')).toEqual([false, true, null, null]);
  });
  it('are none without guards', () => {
    expect(guardDays(['2026-01-01'], [aCheckIn()], 'UTC')).toEqual([]);
  });
});
