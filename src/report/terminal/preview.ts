import type { LocalClock } from '../format.ts';
import type { Context } from './context.ts';
import { type Cell, type Column, table } from './table.ts';
import { truncate, wrap } from './width.ts';

/** The first rows of a table, as the settings of its source map them. */
export interface PreviewedTable {
  readonly title: string;
  readonly rows: readonly {
    readonly at: string;
    readonly series: string;
    readonly subject: string;
    readonly value: number;
    readonly of: number | null;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/** A cell is a glimpse: a text without end must not fill the screen. */
const WIDEST_CELL = 60;

/** What a person compares with the table itself: each row as krsync understands it, its number unrounded. */
export function previewLines(
  context: Context,
  { title, rows }: PreviewedTable,
  clock: LocalClock,
): readonly string[] {
  const { colors, glyphs, width } = context;
  const name = context.text(title);
  const said = rows.length === 0 ? `${name}: it has no row yet` : `${name}, its first rows as they are read`;
  const heading = wrap(said, width - 3).map((line) => `   ${colors.dim(line)}`);
  if (rows.length === 0) return heading;
  const cell = (raw: string): Cell => ({ text: truncate(context.text(raw), WIDEST_CELL, glyphs.ellipsis) });
  const parted = rows.some(({ of }) => of !== null);
  const labelled = rows.some(({ labels }) => Object.keys(labels).length > 0);
  const columns: Column[] = [
    { title: `at (${clock.zone})` },
    { title: 'series' },
    { title: 'subject', flexible: !labelled },
    { title: 'value', align: 'right' },
    ...(parted ? [{ title: 'of', align: 'right' as const }] : []),
    ...(labelled ? [{ title: 'labels', flexible: true }] : []),
  ];
  const cells = rows.map(({ at, series, subject, value, of, labels }): readonly Cell[] => [
    { text: clock.dateTime(at) },
    cell(series),
    cell(subject),
    { text: String(value), style: colors.bold },
    ...(parted ? [{ text: of === null ? '' : String(of) }] : []),
    ...(labelled ? [cell(labelText(labels))] : []),
  ]);
  const drawn = table(context, columns, cells, '   ');
  return [...heading, ...(drawn.heading === null ? [] : [drawn.heading]), ...drawn.rows.flat()];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, text]) => `${name}: ${text}`)
    .join(', ');
}
