import {
  daysBetween,
  formatCount,
  formatNumber,
  formatProgress,
  localClock,
  valueFormatter,
} from '../format.ts';
import type { HistoryModel } from '../model.ts';
import { statusWords } from '../words.ts';
import { chartLines, chartWords } from './chart.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { type Cell, type Column, tableLines } from './table.ts';
import { wrap } from './width.ts';

export interface HistoryOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
  /** Every check-in, not only the newest. */
  readonly all?: boolean;
}

const HEIGHT = 10;
const MOST_CHECK_INS = 20;

/** The daily series of a cycle as a chart, and the check-ins that were recorded. Ends with a line break. */
export function renderHistory(model: HistoryModel, terminal: Terminal, options: HistoryOptions): string {
  const context = createContext(terminal);
  const { colors, width } = context;
  const values = model.days.map(({ value }) => value);
  const { cycle, unit, start, target } = model;
  const days = Math.max(values.length, daysBetween(cycle.start, cycle.end) + 1);
  const chart = chartLines(context, {
    values,
    days,
    unit,
    start,
    target,
    height: HEIGHT,
    from: model.days[0]?.date ?? cycle.start,
    to: cycle.end,
  });
  const lines = [
    ...wrap(context.text(model.keyResult.title), width).map(colors.bold),
    ...wrap(
      context.text(
        `${model.objective.id}/${model.keyResult.id}, ${cycle.id}: ${cycle.start} to ${cycle.end}`,
      ),
      width,
    ).map(colors.dim),
    '',
  ];
  if (chart.length > 0) {
    lines.push(
      ...chart,
      ...wrap(context.own(chartWords({ values, unit })), width - 1).map((line) => ` ${line}`),
    );
  } else lines.push(...emptyLines(context, model));
  lines.push('', ...checkInLines(context, model, options));
  return `${lines.join('\n')}\n`;
}

function emptyLines(context: Context, model: HistoryModel): readonly string[] {
  const reason = model.days.findLast((day) => day.reason !== null)?.reason ?? null;
  const text = reason === null ? 'No day of the cycle has a value yet.' : `No day has a value: ${reason}`;
  return wrap(context.text(text), context.width);
}

function checkInLines(context: Context, model: HistoryModel, options: HistoryOptions): readonly string[] {
  const { colors, glyphs, width } = context;
  if (model.checkIns.length === 0) {
    return wrap('No check-in is recorded yet. krsync update records one.', width);
  }
  const clock = localClock(options.timezone);
  const newest = model.checkIns.toReversed();
  const shown = options.all === true ? newest : newest.slice(0, MOST_CHECK_INS);
  const format = valueFormatter(
    model.unit,
    model.checkIns.map(({ value }) => value),
  );
  const columns: Column[] = [
    { title: 'id', align: 'right' },
    { title: 'as of' },
    { title: 'value', align: 'right' },
    { title: 'sample', align: 'right' },
    { title: 'progress', align: 'right' },
    { title: 'status' },
    { title: 'by' },
    { title: 'note', flexible: true },
  ];
  const rows = shown.map((checkIn): readonly Cell[] => [
    { text: String(checkIn.id), style: colors.dim },
    { text: clock.dateTime(checkIn.asOf) },
    { text: context.own(format(checkIn.value)), style: colors.bold },
    { text: context.own(formatNumber(checkIn.sampleSize, 0)) },
    { text: context.own(formatProgress(checkIn.progress)) },
    { text: statusWords(checkIn.status), style: context.tint(checkIn.status) },
    { text: context.text(checkIn.author) },
    { text: noteText(context, checkIn) },
  ]);
  const heading = context.own(`${formatCount(newest.length, 'check-in')}, newest first`);
  const lines = [...wrap(heading, width).map(colors.bold), ...tableLines(context, columns, rows)];
  const more = newest.length - shown.length;
  if (more > 0) {
    const text = `${glyphs.ellipsis} ${more} more, --all shows them`;
    lines.push(...wrap(text, width - 1).map((line) => ` ${colors.dim(line)}`));
  }
  return lines;
}

function noteText(context: Context, checkIn: HistoryModel['checkIns'][number]): string {
  const note = checkIn.note === null ? '' : context.text(checkIn.note);
  if (checkIn.correctsId === null) return note;
  return `corrects ${checkIn.correctsId}${note === '' ? '' : `: ${note}`}`;
}
