import {
  formatCount,
  formatNumber,
  formatValue,
  type LocalClock,
  localClock,
  valueFormatter,
} from '../format.ts';
import type { ExplainModel, ExplainTerm } from '../model.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { distributionLines } from './distribution.ts';
import { type Cell, type Column, labelled, table } from './table.ts';
import { displayWidth, wrap } from './width.ts';

export interface ExplainOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
  /** Every observation, not only the newest. */
  readonly all?: boolean;
}

const MOST_OBSERVATIONS = 20;

/** The value of a key result and everything behind it, as a screen. Ends with a line break. */
export function renderExplain(model: ExplainModel, terminal: Terminal, options: ExplainOptions): string {
  const context = createContext(terminal);
  const clock = localClock(options.timezone);
  const { colors, width } = context;
  const name = context.text(`${model.objective.id}/${model.keyResult.id}`);
  const lines = [
    ...wrap(context.text(model.keyResult.title), width).map(colors.bold),
    ...wrap(name, width).map(colors.dim),
    '',
    ...valueLines(context, model, clock),
    '',
    ...ruleLines(context, model, clock),
    ...distributionLines(context, model),
    ...observationLines(context, model, clock, options.all === true),
    ...termLines(context, model.terms, clock, options.all === true),
  ];
  return `${lines.join('\n')}\n`;
}

/** The value, or why there is none; and the check-in of `status` where it says another. */
function valueLines(context: Context, model: ExplainModel, clock: LocalClock): readonly string[] {
  const { colors } = context;
  const reason = model.reason === null ? null : context.text(model.reason);
  const lines: string[] = [];
  if (model.value === null) {
    lines.push(...labelled(context, 'no value:', reason ?? 'there is no data', { style: colors.yellow }));
  } else {
    const value = context.own(formatValue(model.value, model.unit) + inDays(model));
    const about = context.own(
      model.terms.length > 0
        ? `computed from ${formatCount(model.terms.length, 'term')}`
        : `${model.rule.aggregate} of ${formatCount(model.observations.length, 'observation')}`,
    );
    if (displayWidth(value) + displayWidth(about) + 3 <= context.width) {
      lines.push(` ${colors.bold(value)}  ${colors.dim(about)}`);
    } else {
      lines.push(...wrap(value, context.width - 1).map((line) => ` ${colors.bold(line)}`));
      lines.push(...wrap(about, context.width - 1).map((line) => ` ${colors.dim(line)}`));
    }
    if (reason !== null) lines.push(...labelled(context, 'but', reason, { style: colors.yellow }));
  }
  const { checkIn } = model;
  if (checkIn !== null && checkIn.value !== model.value) {
    const shown = formatValue(checkIn.value, model.unit);
    const text = `status shows ${shown}, check-in ${checkIn.id} of ${clock.dateTime(checkIn.asOf)}`;
    lines.push(...wrap(context.own(text), context.width - 1).map((line) => ` ${colors.yellow(line)}`));
  }
  return lines;
}

/** Long spans are read in days, which those of work are not. */
function inDays(model: ExplainModel): string {
  if (model.rule.calendar !== null) return '';
  if (model.unit !== 'hours' || model.value === null || Math.abs(model.value) < 48) return '';
  return ` (${formatNumber(model.value / 24, 1)} days)`;
}

function ruleLines(context: Context, model: ExplainModel, clock: LocalClock): readonly string[] {
  const { rule } = model;
  const { from, to } = model.window;
  const facts: [label: string, text: string][] = [
    ['measure', model.measure],
    ['definition', model.definition],
    ['defined by', model.definitionSource],
    ['sources', rule.sources.join(', ')],
    ['where', pairs(rule.where)],
    ['options', pairs(rule.options)],
    ['aggregate', rule.combine === null ? rule.aggregate : `${rule.aggregate}, subjects by ${rule.combine}`],
    ['counted', calendarWords(rule.calendar)],
    ['window', `${rule.window}: ${clock.dateTime(from)} to ${clock.dateTime(to)} ${clock.zone}`],
    [
      'sample',
      model.terms.length > 0
        ? `${formatNumber(model.sampleSize, 0)}, of its smallest term`
        : sampleWords(model),
    ],
    ['left out', model.rejected.map(({ reason, count }) => `${count} (${reason})`).join(', ')],
    ['fields', fieldWords(model)],
    ['hash', model.definitionHash],
  ];
  const known = facts.filter(([, text]) => text !== '');
  const widest = Math.max(...known.map(([label]) => label.length));
  return known.flatMap(([label, text]) => labelled(context, label.padEnd(widest), context.text(text)));
}

/** `in working hours of office: mon tue wed thu fri, 09:00-17:00 Europe/Stockholm, 2 holidays`. */
function calendarWords(calendar: ExplainModel['rule']['calendar']): string {
  if (calendar === null) return '';
  const { id, timezone, days, hours, holidays } = calendar;
  const free = holidays.length === 0 ? '' : `, ${formatCount(holidays.length, 'holiday')}`;
  return `in working hours of ${id}: ${days.join(' ')}, ${hours.join(' ')} ${timezone}${free}`;
}

function sampleWords(model: ExplainModel): string {
  const count = formatCount(model.observations.length, 'observation');
  return model.sampleSize === model.observations.length
    ? count
    : `${formatNumber(model.sampleSize, 0)} in ${count}`;
}

function fieldWords(model: ExplainModel): string {
  return model.attributes === 'dated'
    ? "as they stood at the window's end"
    : 'as they are now, for the source keeps no history of them (attributes: current)';
}

function pairs(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** Each rule that the value is computed from, with its own value and what stands behind it. */
function termLines(
  context: Context,
  terms: readonly ExplainTerm[],
  clock: LocalClock,
  all: boolean,
  above = '',
): readonly string[] {
  return terms.flatMap((term) => {
    const name = `${above}${term.name}`;
    const value = term.value === null ? (term.reason ?? 'no value') : formatValue(term.value, term.unit);
    const window = `${clock.dateTime(term.window.from)} to ${clock.dateTime(term.window.to)}`;
    const facts: readonly (readonly [label: string, text: string])[] = [
      ['value', value],
      ['measure', `${term.rule.aggregate} of ${term.measure}`],
      ['sources', term.rule.sources.join(', ')],
      ['where', pairs(term.rule.where)],
      ['options', pairs(term.rule.options)],
      ['counted', calendarWords(term.rule.calendar)],
      ['window', `${term.rule.window}: ${window} ${clock.zone}`],
    ];
    const known = facts.filter(([, text]) => text !== '');
    return [
      '',
      ...wrap(context.text(`Term ${name}`), context.width).map(context.colors.bold),
      ...known.flatMap(([label, text]) => labelled(context, label.padEnd(7), context.text(text))),
      ...observationLines(context, term, clock, all),
      ...termLines(context, term.terms, clock, all, `${name}.`),
    ];
  });
}

function observationLines(
  context: Context,
  model: Pick<ExplainModel, 'observations' | 'unit'>,
  clock: LocalClock,
  all: boolean,
): readonly string[] {
  const { colors, glyphs, width } = context;
  if (model.observations.length === 0) return [];
  const newest = model.observations.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const shown = all ? newest : newest.slice(0, MOST_OBSERVATIONS);
  const format = valueFormatter(
    model.unit,
    model.observations.map(({ value }) => value),
  );
  const links = width >= 120;
  const parted = model.observations.some(({ of }) => of !== null);
  const subjects = model.observations.some(({ subject }) => subject !== null);
  const columns: Column[] = [
    { title: 'at' },
    { title: 'value', align: 'right' },
    ...(parted ? [{ title: 'of', align: 'right' as const }] : []),
    { title: 'key' },
    ...(subjects ? [{ title: 'subject' }] : []),
    { title: 'title', flexible: true },
    ...(links ? [{ title: 'link' }] : []),
  ];
  const rows = shown.map(({ at, value, of, ref, subject }): readonly Cell[] => [
    { text: clock.dateTime(at) },
    // The two sides of a ratio are plain numbers, whatever the unit of their quotient.
    { text: context.own(of === null ? format(value) : formatNumber(value, 2)), style: colors.bold },
    ...(parted ? [{ text: of === null ? '' : context.own(formatNumber(of, 2)) }] : []),
    { text: context.text(ref.key) },
    ...(subjects ? [{ text: subject === null ? '' : context.text(subject) }] : []),
    { text: ref.title === null ? '' : context.text(ref.title) },
    ...(links ? [{ text: ref.url === null ? '' : context.text(ref.url), style: colors.dim }] : []),
  ]);
  const drawn = table(context, columns, rows);
  const lines = ['', ...wrap('Observations, newest first', width).map(colors.bold)];
  if (drawn.heading !== null) lines.push(drawn.heading);
  for (const [index, row] of drawn.rows.entries()) {
    lines.push(...row);
    const url = shown[index]?.ref.url ?? null;
    if (!links && url !== null) {
      lines.push(...wrap(context.text(url), width - 3).map((line) => `   ${colors.dim(line)}`));
    }
  }
  const more = newest.length - shown.length;
  if (more > 0) {
    const text = context.own(`${glyphs.ellipsis} ${formatNumber(more, 0)} more, --all shows them`);
    lines.push(...wrap(text, width - 1).map((line) => ` ${colors.dim(line)}`));
  }
  return lines;
}
