import type { KeyResultModel } from './model.ts';

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

export interface SparkGlyphs {
  readonly levels: readonly string[];
  /** A day without a value. */
  readonly gap: string;
}

export const SPARK_GLYPHS: SparkGlyphs = { levels: LEVELS, gap: '·' };

/**
 * A series as one character a cell, at most `width` cells, oldest first. A longer series shares the cells out
 * evenly, each showing its last value; a cell of days that all lack one is a gap. `domain` widens the scale
 * beyond the values, so that a small wobble far from the target stays small.
 */
export function sparkline(
  series: readonly (number | null)[],
  width: number,
  glyphs: SparkGlyphs = SPARK_GLYPHS,
  domain: readonly (number | null)[] = [],
): string {
  const cells = compress(series, width);
  const known = [...series, ...domain].filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const top = glyphs.levels.length - 1;
  let text = '';
  for (const value of cells) {
    if (value === null) text += glyphs.gap;
    else text += glyphs.levels[span === 0 ? top >> 1 : Math.round(((value - low) / span) * top)];
  }
  return text;
}

/** The trend of a key result, scaled to the way from its start to its target, or to its band. */
export function trendLine(keyResult: KeyResultModel, width: number, glyphs?: SparkGlyphs): string {
  const { start, target, keep } = keyResult;
  if (!keyResult.trend.some((value) => value !== null)) return '';
  return sparkline(keyResult.trend, width, glyphs, [start, target, keep?.min ?? null, keep?.max ?? null]);
}

/** The series in at most `width` cells, each the last value of its days. */
export function compress(series: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (width <= 0) return [];
  if (series.length <= width) return series;
  const cells: (number | null)[] = [];
  for (let cell = 0; cell < width; cell++) {
    const days = series.slice(
      Math.floor((cell * series.length) / width),
      Math.floor(((cell + 1) * series.length) / width),
    );
    cells.push(days.findLast((value) => value !== null) ?? null);
  }
  return cells;
}
