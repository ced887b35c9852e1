import { formatCount, formatNumber, formatValue, type LocalClock, localClock } from '../format.ts';
import type { ExplainModel, ExplainTerm } from '../model.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { distributionLines } from './distribution.ts';
import { type ItemsOptions, leftOutLines, observationLines } from './explain-items.ts';
import { labelled } from './table.ts';
import { displayWidth, wrap } from './width.ts';

export interface ExplainOptions {
  /** IANA zone in which times are shown. */
  readonly timezone: string;
  /** Every observation, not only the newest. */
  readonly all?: boolean;
}

/** The value of a key result and everything behind it, as a screen. Ends with a line break. */
export function renderExplain(model: ExplainModel, terminal: Terminal, options: ExplainOptions): string {
  const context = createContext(terminal);
  const clock = localClock(options.timezone);
  const { colors, width } = context;
  const items = { clock, all: options.all === true };
  const name = context.text(`${model.objective.id}/${model.keyResult.id}`);
  const lines = [
    ...wrap(context.text(model.keyResult.title), width).map(colors.bold),
    ...wrap(name, width).map(colors.dim),
    '',
    ...valueLines(context, model, clock),
    '',
    ...ruleLines(context, model, clock),
    ...distributionLines(context, model),
    ...observationLines(context, model, items),
    ...leftOutLines(context, model, items),
    ...termLines(context, model.terms, items),
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
    ['incidents', incidentWords(model)],
    ['aggregate', rule.combine === null ? rule.aggregate : `${rule.aggregate}, subjects by ${rule.combine}`],
    ['counted', calendarWords(rule.calendar)],
    ['window', `${rule.window}: ${clock.dateTime(from)} to ${clock.dateTime(to)} ${clock.zone}`],
    [
      'sample',
      model.terms.length > 0
        ? `${formatNumber(model.sampleSize, 0)}, of its smallest term`
        : sampleWords(model),
    ],
    ['left out', rejectedWords(model)],
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

/** Which tickets are incidents, how they are tied to deployments, and how many of the window were. */
function incidentWords({ incidents }: Pick<ExplainModel, 'incidents'>): string {
  if (incidents === null) return '';
  const { sources, where, link, services, linked, unlinked } = incidents;
  const named = pairs(services);
  const parts = [
    `${sources.join(', ')}${pairs(where) === '' ? '' : ` where ${pairs(where)}`}`,
    `link ${link}${named === '' ? '' : ` by ${named}`}`,
    `in the window ${formatNumber(linked, 0)} met a deployment and ${formatNumber(unlinked, 0)} none`,
  ];
  return parts.join('; ');
}

function rejectedWords({ rejected }: Pick<ExplainModel, 'rejected'>): string {
  return rejected.map(({ reason, count }) => `${count} (${reason})`).join(', ');
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
  items: ItemsOptions,
  above = '',
): readonly string[] {
  const { clock } = items;
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
      ['incidents', incidentWords(term)],
      ['window', `${term.rule.window}: ${window} ${clock.zone}`],
      ['left out', rejectedWords(term)],
    ];
    const known = facts.filter(([, text]) => text !== '');
    return [
      '',
      ...wrap(context.text(`Term ${name}`), context.width).map(context.colors.bold),
      ...known.flatMap(([label, text]) => labelled(context, label.padEnd(9), context.text(text))),
      ...observationLines(context, term, items),
      ...leftOutLines(context, term, items),
      ...termLines(context, term.terms, items, `${name}.`),
    ];
  });
}
