import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { bar } from '../../../src/report/terminal/bar.ts';
import { chartLines } from '../../../src/report/terminal/chart.ts';
import { createContext } from '../../../src/report/terminal/context.ts';
import { histogram } from '../../../src/report/terminal/distribution.ts';
import { displayWidth, fitStart, truncate, wrap } from '../../../src/report/terminal/width.ts';

const context = createContext({ width: 60, color: false, unicode: true });
const same = (text: string): string => text;

describe('width', () => {
  it('is what string-width says, for every character that takes the short way', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCodePoint(code);
      expect(displayWidth(character), code.toString(16)).toBe(stringWidth(character));
    }
  });
  it('is what string-width says, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(displayWidth(text)).toBe(stringWidth(text));
      }),
    );
  });
  it('is never passed by wrapping or cutting, and wrapping loses nothing but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-composite' }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = wrap(text, width);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          expect(displayWidth(truncate(text, width, '…'))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
  it('never splits an emoji or a wide character', () => {
    expect(fitStart('a👩‍💻b', 2)).toBe('a');
    expect(truncate('日本語です', 6, '…')).toBe('日本…');
  });
  it('keeps a number with its unit when a line is broken', () => {
    expect(wrap('raise it to 80 % soon', 14)).toEqual(['raise it to', '80 % soon']);
    expect(wrap('from 52 h to 24 h', 11)).toEqual(['from 52 h', 'to 24 h']);
  });
});

describe('a bar', () => {
  const draw = (share: number | null, mark: number | null = null): string =>
    bar(context, { share, mark, width: 10, tint: same });

  it('fills in half cells', () => {
    expect([draw(0.5), draw(0.55)]).toEqual(['━━━━━─────', '━━━━━╸────']);
  });
  it('is full only when all is done, and not empty once anything is', () => {
    expect([draw(0), draw(0.001), draw(0.999), draw(1), draw(1.4), draw(-0.3)]).toEqual([
      '──────────',
      '╸─────────',
      '━━━━━━━━━╸',
      '━━━━━━━━━━',
      '━━━━━━━━━━',
      '──────────',
    ]);
  });
  it('without data is neither full nor empty', () => {
    expect(draw(null, 0.5)).toBe('┄┄┄┄┄┄┄┄┄┄');
  });
  it('marks what is expected, passed or not', () => {
    expect([draw(0.2, 0.6), draw(0.8, 0.6), draw(1, 1)]).toEqual(['━━────┼───', '━━━━━━╋━──', '━━━━━━━━━╋']);
  });
});

describe('a histogram', () => {
  it('counts every observation once', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        let count = 0;
        for (const bin of histogram(values)) count += bin.count;
        expect(count).toBe(values.length);
      }),
    );
  });
  it('takes a long tail into its last bin', () => {
    const values = [...Array.from({ length: 40 }, (_, index) => index), 5000];
    const bins = histogram(values);
    expect(bins.at(-1)).toEqual({ from: 70, to: null, count: 1 });
    expect(bins[0]).toEqual({ from: 0, to: 10, count: 10 });
  });
});

describe('a chart', () => {
  const options = { days: 10, unit: 'hours', start: 50, target: 20, height: 5, from: 'a', to: 'b' } as const;

  it('draws the start and the target as lines with their names and values', () => {
    const lines = chartLines(context, { ...options, values: [50, 45, 40] });
    expect(lines[0]).toMatch(/^ 50 h .*┄ start$/);
    expect(lines[4]).toMatch(/^ 20 h ┄+ target$/);
  });
  it('leaves the days to come empty', () => {
    const [, line = ''] = chartLines(context, { ...options, values: [45, 45], target: 20 });
    expect(line.length).toBeLessThan(20);
  });
  it('breaks the line where a day has no data', () => {
    const width = (values: readonly (number | null)[]): number =>
      chartLines(context, { ...options, start: null, target: null, days: 5, values })
        .join('')
        .match(/[\u2801-\u28ff]/g)?.length ?? 0;
    expect(width([30, 30, null, 30, 30])).toBeLessThan(width([30, 30, 30, 30, 30]));
  });
  it('is nothing when there is no value at all', () => {
    expect(chartLines(context, { ...options, values: [null, null] })).toEqual([]);
  });
  it('is made of stars where the terminal has only ASCII', () => {
    const ascii = createContext({ width: 60, color: false, unicode: false });
    const text = chartLines(ascii, { ...options, values: [50, 35, 20] }).join('\n');
    expect(text).toContain('*');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
