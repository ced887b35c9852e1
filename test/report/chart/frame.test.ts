import { describe, expect, it } from 'vitest';
import { dayShares, frameOf } from '../../../src/report/chart/frame.ts';
import { aChart } from '../../support/charts.ts';

const BOX = { left: 0, right: 1000, top: 10, bottom: 110 };

function framed(over: Parameters<typeof aChart>[0] = {}) {
  const frame = frameOf(aChart(over), BOX);
  if (frame === null) throw new Error('nothing to draw');
  return frame;
}

describe('the scales of a chart', () => {
  it('lie evenly between the lowest and the highest of everything that is drawn, with a little room', () => {
    const { x, y } = framed();
    // 20 to 50, and 6 % of that on both sides: 18.2 to 51.8 over 100 units.
    expect(y(51.8)).toBe(10);
    expect(y(18.2)).toBe(110);
    expect(y(35)).toBe(60);
    expect([x(0), x(0.25), x(1)]).toEqual([0, 250, 1000]);
  });
  it('hold the start, the target, the band and the forecast, not only the days', () => {
    for (const over of [
      { start: 90 },
      { target: 5 },
      { target: null, keep: { min: null, max: 70 } },
      { target: null, keep: { min: 12, max: null } },
      { forecast: { p10: 14, p50: 20, p90: 52 } },
    ]) {
      const { y } = framed(over);
      const { start, target, keep, forecast } = aChart(over);
      const drawn = [start, target, keep?.min ?? null, keep?.max ?? null, forecast?.p10 ?? null];
      for (const value of drawn) {
        if (value === null) continue;
        expect(y(value), JSON.stringify(over)).toBeGreaterThanOrEqual(10);
        expect(y(value), JSON.stringify(over)).toBeLessThanOrEqual(110);
      }
    }
  });
  it('do not flatten the days for a forecast that may be anything', () => {
    const { y } = framed({ forecast: { p10: -4000, p50: 20, p90: 9000 } });
    expect(y(20) - y(50)).toBeGreaterThan(30);
  });
  it('do not go below zero where no value does', () => {
    const { y } = framed({ trend: [0, 1, 3], start: 0, target: 40 });
    expect(y(0)).toBe(110);
    expect(framed({ trend: [-5, 1, 3], start: 0, target: 40 }).y(-5)).toBeLessThan(110);
  });
  it('have room for a series that never moves', () => {
    const { y, ticks } = framed({ trend: [7, 7], start: null, target: null });
    expect(y(7)).toBe(60);
    expect(ticks.length).toBeGreaterThan(0);
    expect(framed({ trend: [0, 0], start: null, target: null }).y(0)).toBe(110);
  });
  it('do not exist without a value', () => {
    expect(frameOf(aChart({ trend: [null, null] }), BOX)).toBeNull();
    expect(frameOf(aChart({ trend: [] }), BOX)).toBeNull();
  });
  it('end the last day where the cycle stands now', () => {
    expect(dayShares({ trend: [1, null, 2, 3], elapsed: 0.4 })).toEqual([0.1, 0.2, expect.closeTo(0.3), 0.4]);
  });
});
