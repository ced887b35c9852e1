import type { Context } from './context.ts';
import { displayWidth, padEnd, padStart, truncate, wrap } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Takes the room that the others leave, and is cut to it. At most one column. */
  readonly flexible?: boolean;
}

/** A cell's plain text; styled only after it is measured. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

const GAP = '  ';
const LEAST_FLEXIBLE = 16;

export interface Table {
  /** Null where no column has a title, or the rows are stacked. */
  readonly heading: string | null;
  /** The lines of each row. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Aligned rows under a dim heading. Where the screen is too narrow for that, each row becomes its cells in a
 * wrapped line, for a number that is cut off is worse than one that is not aligned.
 */
export function table(
  context: Context,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent = ' ',
): Table {
  const natural = columns.map((column, index) => {
    let width = displayWidth(column.title);
    for (const row of rows) width = Math.max(width, displayWidth(row[index]?.text ?? ''));
    return width;
  });
  const flexible = columns.findIndex((column) => column.flexible);
  let fixed = indent.length + GAP.length * (columns.length - 1);
  for (const [index, width] of natural.entries()) if (index !== flexible) fixed += width;
  const room = context.width - fixed;
  if (room < (flexible < 0 ? 0 : Math.min(LEAST_FLEXIBLE, natural[flexible] ?? 0))) {
    return { heading: null, rows: rows.map((row) => stacked(context, columns, row, indent)) };
  }
  const widths = natural.map((width, index) => (index === flexible ? Math.min(width, room) : width));
  function line(cells: readonly Cell[]): string {
    const parts = cells.map((cell, index) => {
      const width = widths[index] ?? 0;
      const text = truncate(cell.text, width, context.glyphs.ellipsis);
      const padded = columns[index]?.align === 'right' ? padStart(text, width) : padEnd(text, width);
      const shown = index === cells.length - 1 ? padded.trimEnd() : padded;
      return cell.style === undefined ? shown : cell.style(shown);
    });
    return (indent + parts.join(GAP)).trimEnd();
  }
  const titled = columns.some((column) => column.title !== '');
  const heading = columns.map((column) => ({ text: column.title, style: context.colors.dim }));
  return { heading: titled ? line(heading) : null, rows: rows.map((row) => [line(row)]) };
}

/** The lines of a table that needs nothing between its rows. */
export function tableLines(
  context: Context,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  const drawn = table(context, columns, rows);
  return [...(drawn.heading === null ? [] : [drawn.heading]), ...drawn.rows.flat()];
}

function stacked(
  context: Context,
  columns: readonly Column[],
  row: readonly Cell[],
  indent: string,
): readonly string[] {
  const text = row
    .map((cell, index) =>
      columns[index]?.title && cell.text ? `${columns[index].title} ${cell.text}` : cell.text,
    )
    .filter((cell) => cell !== '')
    .join(` ${context.glyphs.dot} `);
  const [first = '', ...rest] = wrap(text, context.width - indent.length - 2);
  return [`${indent}${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

/** Wrapped text behind a label, the following lines aligned with the first. */
export function labelled(
  context: Context,
  label: string,
  text: string,
  options: { readonly indent?: number; readonly style?: (text: string) => string } = {},
): readonly string[] {
  const { indent = 1, style = (line: string) => line } = options;
  const room = context.width - indent - displayWidth(label) - 1;
  const margin = ' '.repeat(indent);
  if (room < 16) {
    const lines = wrap(text, context.width - indent - 2);
    return [`${margin}${context.colors.dim(label)}`, ...lines.map((line) => `${margin}  ${style(line)}`)];
  }
  const hanging = margin + ' '.repeat(displayWidth(label) + 1);
  return wrap(text, room).map((line, index) =>
    index === 0 ? `${margin}${context.colors.dim(label)} ${style(line)}` : `${hanging}${style(line)}`,
  );
}
