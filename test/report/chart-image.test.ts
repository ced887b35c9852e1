import { Resvg } from '@resvg/resvg-js';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../src/report/chart-image.ts';
import { PALETTES } from '../../src/report/palette.ts';
import { aChart } from '../support/charts.ts';

const SIZE = { width: 600, height: 200, theme: 'light' } as const;

function drawn(over: Parameters<typeof aChart>[0] = {}, theme: 'light' | 'dark' = 'light'): string {
  const svg = chartSvg(aChart(over), { ...SIZE, theme });
  if (svg === null) throw new Error('nothing to draw');
  return svg;
}

/** The colour at a place of the picture that a renderer nobody here wrote makes of it. */
function pixels(svg: string): (x: number, y: number) => string {
  const image = new Resvg(svg).render();
  expect([image.width, image.height]).toEqual([600, 200]);
  const bytes = image.pixels;
  return (x, y) => `#${bytes.subarray((y * 600 + x) * 4, (y * 600 + x) * 4 + 3).toString('hex')}`;
}

/** Where a colour stands in the last column of the drawing. */
function rowsOf(colour: string, at: (x: number, y: number) => string, x: number): number[] {
  return Array.from({ length: 200 }, (_, y) => y).filter((y) => at(x, y) === colour);
}

describe('a chart that stands alone', () => {
  it('is well-formed, holds no text and loads nothing', () => {
    const names: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name }) => names.push(name));
    parser.on('error', (error) => {
      throw error;
    });
    const svg = drawn({ keep: { min: 10, max: 60 }, forecast: { p10: 10, p50: 20, p90: 30 } });
    parser.write(svg).close();
    expect([...new Set(names)].sort()).toEqual(['circle', 'path', 'rect', 'svg']);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|href|style/);
  });
  it('draws the target where its value is, in the colour of the theme', () => {
    for (const theme of ['light', 'dark'] as const) {
      const at = pixels(drawn({}, theme));
      // 18.2 to 51.8 over the 184 pixels between the margins: 20 is 9.9 above the floor.
      const rows = rowsOf(PALETTES[theme].good, at, 20);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(Math.abs(row - 182)).toBeLessThanOrEqual(1);
      expect(at(1, 1)).toBe(PALETTES[theme].card);
    }
  });
  it('draws the last value as a dot, where the cycle stands', () => {
    const at = pixels(drawn());
    const [x, y] = [300, Math.round(192 - ((32 - 18.2) / 33.6) * 184)];
    expect(at(x, y)).toBe(PALETTES.light.accent);
  });
  it('shades the band that is kept', () => {
    const at = pixels(drawn({ start: null, target: null, keep: { min: 20, max: 60 }, trend: [30, 40] }));
    expect(at(590, 100)).not.toBe(PALETTES.light.card);
    expect(at(590, 5)).toBe(PALETTES.light.card);
  });
  it('is null where no day has a value', () => {
    expect(chartSvg(aChart({ trend: [null] }), SIZE)).toBeNull();
  });
});
