import { formatAge, formatCount, type LocalClock } from '../format.ts';
import type { SourceModel, StatusModel } from '../model.ts';
import type { Context } from './context.ts';
import { type Cell, table } from './table.ts';
import { wrap } from './width.ts';

const COLUMNS = [
  { title: '' },
  { title: '' },
  { title: '' },
  { title: '', flexible: true },
  { title: '', align: 'right' },
] as const;

/** Each source with its last success and size; below it what failed, with the remedy as it was stored. */
export function sourceLines(context: Context, model: StatusModel, clock: LocalClock): readonly string[] {
  const roomy = context.width >= 72;
  const rows = model.sources.map((source): readonly Cell[] => {
    const { style, text } = stateOf(context, source);
    return [
      { text, style },
      { text: context.text(source.id) },
      { text: roomy ? context.text(source.kind) : '', style: context.colors.dim },
      { text: context.own(lastSuccess(source, model.asOf, clock)) },
      { text: context.own(formatCount(source.records, 'record')) },
    ];
  });
  const drawn = table(context, COLUMNS, rows);
  return drawn.rows.flatMap((lines, index) => {
    const source = model.sources[index];
    return source === undefined ? lines : [...lines, ...failureLines(context, source)];
  });
}

function stateOf(context: Context, source: SourceModel): Required<Cell> {
  const { colors } = context;
  if (failuresOf(source).length > 0)
    return { text: `${context.sign('off_track')} failed`, style: colors.red };
  if (source.lastSuccessAt !== null) return { text: `${context.sign('on_track')} ok`, style: colors.green };
  return { text: `${context.sign('no_data')} waiting`, style: colors.dim };
}

/** An age while it lies before the as-of time; the moment itself when the screen looks at a past day. */
function lastSuccess(source: SourceModel, asOf: string, clock: LocalClock): string {
  const { lastSuccessAt } = source;
  if (lastSuccessAt === null) return 'never completed';
  if (Date.parse(lastSuccessAt) - Date.parse(asOf) > 60_000)
    return `complete on ${clock.dateTime(lastSuccessAt)}`;
  return `complete ${formatAge(lastSuccessAt, asOf)}`;
}

interface Failure {
  readonly where: string;
  readonly error: string;
}

/** The source's own failure and those of its members, each text once. */
function failuresOf(source: SourceModel): readonly Failure[] {
  const failures: Failure[] = [];
  for (const { stream, member, error } of source.streams) {
    if (error !== null) failures.push({ where: member === null ? stream : `${stream} ${member}`, error });
  }
  const known = failures.some(({ error }) => source.error === error || source.error?.includes(error));
  if (source.error !== null && !known) failures.unshift({ where: '', error: source.error });
  return failures;
}

const MOST_FAILURES = 3;

function failureLines(context: Context, source: SourceModel): readonly string[] {
  const { colors } = context;
  const failures = failuresOf(source);
  const lines: string[] = [];
  for (const { where, error } of failures.slice(0, MOST_FAILURES)) {
    const text = context.text(where === '' ? error : `${where}: ${error}`);
    const margin = context.width < 48 ? '  ' : '      ';
    lines.push(...wrap(text, context.width - margin.length).map((line) => margin + colors.red(line)));
  }
  const more = failures.length - MOST_FAILURES;
  if (more > 0) lines.push(`      ${colors.dim(`${context.glyphs.ellipsis} ${more} more`)}`);
  return lines;
}
