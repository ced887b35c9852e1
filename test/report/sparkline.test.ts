import { describe, expect, it } from 'vitest';
import { compress, sparkline, trendLine } from '../../src/report/sparkline.ts';
import { aKeepKeyResult, aKeyResult } from '../support/models.ts';

describe('a sparkline', () => {
  it('climbs from its lowest to its highest value', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  });
  it('shows a day without data as a gap, and a true zero as the lowest bar', () => {
    expect(sparkline([7, null, 0, null, 7], 9)).toBe('█·▁·█');
  });
  it('draws a level series in the middle', () => {
    expect(sparkline([3, 3, 3], 9)).toBe('▄▄▄');
  });
  it('is never wider than it may be, and keeps the newest value', () => {
    const long = Array.from({ length: 92 }, (_, day) => day);
    expect(sparkline(long, 20)).toHaveLength(20);
    expect(compress(long, 20).at(-1)).toBe(91);
  });
  it('shares a long series out so that a gap as long as a cell stays visible', () => {
    const series = Array.from({ length: 40 }, (_, day) => (day >= 20 && day < 30 ? null : day));
    expect(compress(series, 8)).toEqual([4, 9, 14, 19, null, null, 34, 39]);
  });
  it('of a key result spans the way from start to target, so that a wobble stays small', () => {
    expect(trendLine(aKeyResult({ start: 0, target: 100, trend: [50, 51, 50] }), 9)).toBe('▅▅▅');
  });
  it('of a band spans the band', () => {
    const keep = { min: 0, max: 100, for: 0.95 };
    expect(trendLine(aKeepKeyResult({ keep, trend: [0, 100, 50] }), 9)).toBe('▁█▅');
  });
  it('of nothing but gaps is empty', () => {
    expect(trendLine(aKeyResult({ trend: [null, null] }), 9)).toBe('');
  });
});
