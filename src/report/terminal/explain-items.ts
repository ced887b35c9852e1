import type { Aggregate, Unit } from '../../domain/okr.ts';
import { formatCount, formatNumber, type LocalClock, valueFormatter } from '../format.ts';
import type { ExplainItems, ExplainObservation } from '../model.ts';
import { keyWords } from '../words.ts';
import type { Context } from './context.ts';
import { type Cell, type Column, table } from './table.ts';
import { wrap } from './width.ts';

export interface ItemsOptions {
  readonly clock: LocalClock;
  /** Every one of them, not only the newest. */
  readonly all: boolean;
}

const MOST = 20;
/** From this width on links stand beside their items, else below them. */
const LINKS_BESIDE = 120;

interface Observed extends Pick<ExplainItems, 'observations'> {
  readonly unit: Unit;
  readonly rule: { readonly aggregate: Aggregate };
}

/** What was observed, newest first, each with its link and the records that made it what it is. */
export function observationLines(
  context: Context,
  { observations, unit, rule }: Observed,
  { clock, all }: ItemsOptions,
): readonly string[] {
  const { colors, width } = context;
  if (observations.length === 0) return [];
  const newest = observations.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const shown = all ? newest : newest.slice(0, MOST);
  const valueText = valueWords(context, { observations, unit, rule });
  const links = width >= LINKS_BESIDE;
  const parted = observations.some(({ of }) => of !== null);
  const subjects = observations.some(({ subject }) => subject !== null);
  const columns: Column[] = [
    { title: 'at' },
    { title: 'value', align: 'right' },
    ...(parted ? [{ title: 'of', align: 'right' as const }] : []),
    { title: 'key' },
    ...(subjects ? [{ title: 'subject' }] : []),
    { title: 'title', flexible: true },
    ...(links ? [{ title: 'link' }] : []),
  ];
  const rows = shown.map((one): readonly Cell[] => {
    const { at, of, ref, subject } = one;
    return [
      { text: clock.dateTime(at) },
      { text: valueText(one), style: colors.bold },
      ...(parted ? [{ text: of === null ? '' : context.own(formatNumber(of, 2)) }] : []),
      { text: context.text(keyWords(ref)) },
      ...(subjects ? [{ text: subject === null ? '' : context.text(subject) }] : []),
      { text: ref.title === null ? '' : context.text(ref.title) },
      ...(links ? [{ text: ref.url === null ? '' : context.text(ref.url), style: colors.dim }] : []),
    ];
  });
  const drawn = table(context, columns, rows);
  const lines = ['', ...wrap('Observations, newest first', width).map(colors.bold)];
  if (drawn.heading !== null) lines.push(drawn.heading);
  for (const [index, row] of drawn.rows.entries()) {
    lines.push(...row);
    const { ref, related = [] } = shown[index] ?? {};
    if (!links && ref?.url != null) lines.push(...below(context, ref.url));
    for (const { is, ref: other } of related) {
      const parts = [keyWords(other), other.title, other.url].filter((part) => part !== null);
      lines.push(...below(context, `${is} ${parts.join('  ')}`));
    }
  }
  return [...lines, ...moreLines(context, newest.length - shown.length)];
}

/** The records that gave no observation, as far as the measure names them. */
export function leftOutLines(
  context: Context,
  { leftOut }: Pick<ExplainItems, 'leftOut'>,
  { clock, all }: ItemsOptions,
): readonly string[] {
  const { colors, width } = context;
  if (leftOut.length === 0) return [];
  const newest = leftOut.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1));
  const shown = all ? newest : newest.slice(0, MOST);
  const columns: Column[] = [
    { title: 'at' },
    { title: 'key' },
    { title: 'title', flexible: true },
    { title: 'why' },
  ];
  const rows = shown.map(({ reason, at, ref }): readonly Cell[] => [
    { text: at === null ? '' : clock.dateTime(at) },
    { text: context.text(keyWords(ref)) },
    { text: ref.title === null ? '' : context.text(ref.title) },
    { text: context.text(reason) },
  ]);
  const drawn = table(context, columns, rows);
  const lines = ['', ...wrap('Left out, newest first', width).map(colors.bold)];
  if (drawn.heading !== null) lines.push(drawn.heading);
  for (const [index, row] of drawn.rows.entries()) {
    lines.push(...row);
    const url = shown[index]?.ref.url ?? null;
    if (url !== null) lines.push(...below(context, url));
  }
  return [...lines, ...moreLines(context, newest.length - shown.length)];
}

/** A share counts those of which something is true; the two sides of a ratio are plain numbers, whatever its unit. */
function valueWords(context: Context, { observations, unit, rule }: Observed) {
  const format = valueFormatter(
    unit,
    observations.map(({ value }) => value),
  );
  return ({ value, of }: ExplainObservation): string => {
    if (rule.aggregate === 'share' && (value === 0 || value === 1)) return value === 1 ? 'yes' : 'no';
    return context.own(of !== null && rule.aggregate === 'ratio' ? formatNumber(value, 2) : format(value));
  };
}

function below(context: Context, raw: string): readonly string[] {
  return wrap(context.text(raw), context.width - 3).map((line) => `   ${context.colors.dim(line)}`);
}

function moreLines(context: Context, more: number): readonly string[] {
  if (more <= 0) return [];
  const text = context.own(
    `${context.glyphs.ellipsis} ${formatCount(more, 'more', 'more')}, --all shows them`,
  );
  return wrap(text, context.width - 1).map((line) => ` ${context.colors.dim(line)}`);
}
