import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../src/report/chart/frame.ts';
import { shapesOf } from '../../../src/report/chart/shapes.ts';
import { aChart } from '../../support/charts.ts';

/** One unit of the drawing is one of the values upside down: 0 is at 100. */
const BOX = { left: 0, right: 1000, top: 0, bottom: 100 };

function shapes(over: Parameters<typeof aChart>[0] = {}) {
  const data = aChart(over);
  const frame = frameOf(data, BOX);
  if (frame === null) throw new Error('nothing to draw');
  return { ...shapesOf(data, frame), frame };
}

describe('the lines of a chart', () => {
  it('go through each day where it ends', () => {
    const { series, frame, last } = shapes();
    const y = (value: number) => frame.y(value);
    expect(series).toBe(`M100,${y(50)}L200,${y(46)}L300,${y(44)}L400,${y(38)}L500,${y(32)}`);
    expect(last).toEqual({ x: 500, y: y(32) });
  });
  it('break where a day has no value, and say by other pieces where that is', () => {
    const { series, gaps, frame } = shapes({ trend: [50, 46, null, null, 32] });
    const y = (value: number) => frame.y(value);
    expect(series).toBe(`M100,${y(50)}L200,${y(46)}M500,${y(32)}Z`);
    expect(gaps).toBe(`M200,${y(46)}L500,${y(32)}`);
  });
  it('bridge nothing before the first value and nothing after the last', () => {
    const { gaps, last } = shapes({ trend: [null, 50, 46, null, null] });
    expect(gaps).toBe('');
    expect(last.x).toBe(300);
  });
  it('name the days that stand alone', () => {
    const { alone, frame } = shapes({ trend: [50, null, 44, null, 32, 31] });
    expect(alone.map(({ y }) => y)).toEqual([frame.y(50), frame.y(44)]);
  });
  it('expect an even pace from the start to the target over the whole cycle', () => {
    const { expected, frame } = shapes();
    expect(expected).toBe(`M0,${frame.y(50)}L1000,${frame.y(20)}`);
    expect(shapes({ target: null, keep: { min: null, max: 60 } }).expected).toBeNull();
  });
  it('fan out from the last value to the forecast at the end', () => {
    const { likely, median, frame } = shapes({ forecast: { p10: 18, p50: 22, p90: 30 } });
    const y = (value: number) => frame.y(value);
    expect(median).toBe(`M500,${y(32)}L1000,${y(22)}`);
    expect(likely).toBe(`M500,${y(32)}L1000,${y(30)}L1000,${y(18)}L500,${y(32)}Z`);
  });
  it('foresee nothing once the cycle is over', () => {
    const { likely, median } = shapes({ elapsed: 1, forecast: { p10: 18, p50: 22, p90: 30 } });
    expect([likely, median]).toEqual([null, null]);
  });
});
