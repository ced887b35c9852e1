import type { Unit } from '../../domain/okr.ts';
import { formatValue, valueFormatter } from '../format.ts';
import type { Context } from './context.ts';
import { displayWidth, fitStart, padStart } from './width.ts';

export interface ChartOptions {
  /** One value per day from the first column on; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Days that the width stands for: the days still to come stay empty. */
  readonly days: number;
  readonly unit: Unit;
  readonly start: number | null;
  readonly target: number | null;
  readonly height: number;
  /** Below the first and the last column. */
  readonly from: string;
  readonly to: string;
}

// Bits of the eight dots of a braille cell, by row and column.
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE = 0x2800;
/** Columns of ` target`. */
const NAME_ROOM = 7;

/** A line chart with its start and target as dashed lines. In ASCII the points are stars. */
export function chartLines(context: Context, options: ChartOptions): readonly string[] {
  const { colors, glyphs } = context;
  const { values, start, target, height } = options;
  const known = [...values, start, target].filter((value) => value !== null);
  if (!values.some((value) => value !== null)) return [];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const format = valueFormatter(options.unit, known);
  const axis = new Map<number, string>();
  const rowOf = (value: number): number =>
    high === low ? height >> 1 : Math.round(((high - value) / (high - low)) * (height - 1));
  axis.set(rowOf(high), context.own(format(high)));
  axis.set(rowOf(low), context.own(format(low)));
  for (const value of [start, target]) if (value !== null) axis.set(rowOf(value), context.own(format(value)));
  const margin = Math.max(...Array.from(axis.values(), displayWidth));
  const room = context.width - margin - 2;
  const names = new Map<number, string>();
  if (room >= NAME_ROOM * 3) {
    if (start !== null) names.set(rowOf(start), 'start');
    if (target !== null) names.set(rowOf(target), 'target');
  }
  const width = Math.max(1, room - (names.size > 0 ? NAME_ROOM : 0));
  const marks = plot(context, options, { low, high, width });
  const lines: string[] = [];
  for (let row = 0; row < height; row++) {
    const name = names.get(row);
    const lined = [start, target].some((value) => value !== null && rowOf(value) === row);
    let line = '';
    for (const mark of marks[row] ?? []) {
      if (mark !== ' ') line += colors.cyan(mark);
      else line += lined ? colors.dim(glyphs.none) : ' ';
    }
    const label = padStart(axis.get(row) ?? '', margin);
    lines.push(` ${colors.dim(label)} ${line}${name === undefined ? '' : ` ${colors.dim(name)}`}`.trimEnd());
  }
  const gap = width - displayWidth(options.from) - displayWidth(options.to);
  const dates = gap >= 1 ? options.from + ' '.repeat(gap) + options.to : options.from;
  lines.push(`${' '.repeat(margin + 2)}${colors.dim(fitStart(dates, width))}`);
  return lines;
}

interface Frame {
  readonly low: number;
  readonly high: number;
  readonly width: number;
}

/** The cells of the series: braille dots, two columns and four rows to a cell, or one star a cell. */
function plot(context: Context, options: ChartOptions, frame: Frame): readonly (readonly string[])[] {
  const { values, days, height } = options;
  const fine = context.glyphs.arrow === '→';
  const [columns, rows] = fine ? [frame.width * 2, height * 4] : [frame.width, height];
  const cells = Array.from({ length: height }, () => Array.from({ length: frame.width }, () => 0));
  const span = frame.high - frame.low;
  function dot(x: number, y: number): void {
    const row = cells[fine ? y >> 2 : y];
    const column = fine ? x >> 1 : x;
    if (row !== undefined) row[column] = (row[column] ?? 0) | (fine ? (DOTS[y & 3]?.[x & 1] ?? 0) : 1);
  }
  let before: { readonly x: number; readonly y: number } | null = null;
  for (const [day, value] of values.entries()) {
    if (value === null) {
      before = null;
      continue;
    }
    const x: number = days <= 1 ? 0 : Math.round((day / (days - 1)) * (columns - 1));
    const y: number = span === 0 ? rows >> 1 : Math.round(((frame.high - value) / span) * (rows - 1));
    // A line from the day before; a day without data breaks it.
    const steps = before === null ? 0 : Math.max(Math.abs(x - before.x), Math.abs(y - before.y));
    for (let step = 1; before !== null && step < steps; step++) {
      const part = step / steps;
      dot(Math.round(before.x + (x - before.x) * part), Math.round(before.y + (y - before.y) * part));
    }
    dot(x, y);
    before = { x, y };
  }
  return cells.map((row) =>
    row.map((bits) => (bits === 0 ? ' ' : fine ? String.fromCodePoint(BRAILLE + bits) : '*')),
  );
}

/** The chart in one sentence, for those who cannot see it. */
export function chartWords(options: Pick<ChartOptions, 'values' | 'unit'>): string {
  const known = options.values.filter((value) => value !== null);
  const missing = options.values.length - known.length;
  const lowest = formatValue(Math.min(...known), options.unit);
  const highest = formatValue(Math.max(...known), options.unit);
  const days = `${known.length} of ${options.values.length} days have a value`;
  return missing === 0 ? `between ${lowest} and ${highest}` : `between ${lowest} and ${highest}; ${days}`;
}
