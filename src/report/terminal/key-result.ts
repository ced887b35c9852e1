import { formatProgress } from '../format.ts';
import type { KeyResultModel, ObjectiveModel } from '../model.ts';
import { trendLine } from '../sparkline.ts';
import {
  bandWords,
  computedWords,
  dataWords,
  guardWords,
  journeyWords,
  keepWords,
  keptValueWords,
  milestoneWords,
  outlookWords,
  stretchWords,
} from '../words.ts';
import { bar } from './bar.ts';
import type { Context } from './context.ts';
import { displayWidth, padEnd, padStart, wrap } from './width.ts';

/**
 * How the rows of a screen are laid out, the same for all of them so that they align: `row` has title and
 * numbers side by side, `pair` the numbers below the title, `stack` the bar below the numbers.
 */
export interface RowLayout {
  readonly kind: 'row' | 'pair' | 'stack';
  /** Where the text after the status begins. */
  readonly left: number;
  readonly title: number;
  readonly values: number;
  readonly bar: number;
  readonly spark: number;
}

const GAP = 2;
const PERCENT = 6;
const LEAST_BAR = 12;
const MOST_BAR = 24;
const LEAST_SPARK = 8;
const MOST_SPARK = 31;
const LEAST_TITLE = 36;

/** The layout that fits every objective and key result of the screen without cutting a number. */
export function rowLayout(context: Context, objectives: readonly ObjectiveModel[]): RowLayout {
  const keyResults = objectives.flatMap((objective) => objective.keyResults);
  const shown = [...objectives.map(({ status }) => ({ status, outcome: null })), ...keyResults];
  const status = Math.max(9, ...shown.map((it) => displayWidth(context.status(it.status, it.outcome))));
  const left = context.width < 48 ? 2 : 1 + status + GAP;
  const room = context.width - left;
  const texts = [
    ...keyResults.map((kr) => valuesText(context, kr)),
    ...objectives.map((it) => context.own(dataWords(it))),
  ];
  const values = Math.max(0, ...texts.map(displayWidth));
  const days = Math.max(...keyResults.map((kr) => kr.trend.length), 0);
  const spark = days === 0 ? 0 : Math.max(LEAST_SPARK, Math.min(MOST_SPARK, days));
  const title = room - values - LEAST_BAR - PERCENT - spark - 4 * GAP;
  if (title >= LEAST_TITLE && context.width >= 120) {
    const most = Math.max(...keyResults.map((kr) => displayWidth(context.text(kr.title))), LEAST_TITLE);
    const spare = Math.max(0, title - most);
    const width = Math.min(MOST_BAR, LEAST_BAR + spare);
    return { kind: 'row', left, title: title - (width - LEAST_BAR), values, bar: width, spark };
  }
  const rest = room - values - PERCENT - 3 * GAP;
  if (rest >= LEAST_BAR + LEAST_SPARK) {
    const width = Math.max(LEAST_BAR, Math.min(MOST_BAR, Math.floor(rest * 0.55)));
    return { kind: 'pair', left, title: room, values, bar: width, spark: Math.min(spark, rest - width) };
  }
  const width = Math.max(4, Math.min(MOST_BAR, room - PERCENT - 2 * GAP - LEAST_SPARK));
  const tail = Math.max(0, Math.min(spark, room - width - PERCENT - 2 * GAP));
  return { kind: 'stack', left, title: room, values, bar: width, spark: tail };
}

/** The lines of one key result: status, title, start → current → target, bar, per cent, trend, and why. */
export function keyResultLines(context: Context, layout: RowLayout, kr: KeyResultModel): readonly string[] {
  const { colors } = context;
  const margin = ' '.repeat(layout.left);
  const tint = context.tint(kr.status, kr.outcome);
  const status = tint(context.status(kr.status, kr.outcome));
  const titles = wrap(context.text(kr.title), layout.title);
  const lines: string[] = [];
  const numbers = numberLines(context, layout, kr);
  const opening =
    layout.left === 2
      ? null
      : ` ${status}${' '.repeat(layout.left - 1 - displayWidth(context.status(kr.status, kr.outcome)))}`;
  if (opening === null) lines.push(` ${status}`);
  if (layout.kind === 'row') {
    const [first = '', ...rest] = titles;
    lines.push(`${opening ?? margin}${padEnd(first, layout.title)}  ${numbers.join('')}`);
    lines.push(...rest.map((line) => margin + line));
  } else {
    lines.push(...titles.map((line, index) => (index === 0 && opening !== null ? opening : margin) + line));
    lines.push(...numbers.map((line) => margin + line));
  }
  const note = noteText(context, kr);
  if (note !== '') {
    const sign = `${context.glyphs.note} `;
    const room = context.width - layout.left - sign.length;
    for (const [index, line] of wrap(note, room).entries()) {
      lines.push(margin + colors.dim((index === 0 ? sign : ' '.repeat(sign.length)) + line));
    }
  }
  return lines.map((line) => line.trimEnd());
}

/** `52 h → 40.5 h → 24 h`, or `2.48 s, keep ≤ 2.5 s`. */
function valueParts(context: Context, kr: KeyResultModel): readonly [string, string, string] {
  if (kr.kind === 'keep') {
    return ['', context.own(keptValueWords(kr)), context.own(`, keep ${bandWords(kr)}`)];
  }
  const [start, current, target] = journeyWords(kr).map(context.own);
  const arrow = ` ${context.glyphs.arrow} `;
  return [`${start}${arrow}`, `${current}`, `${arrow}${target}`];
}

function valuesText(context: Context, kr: KeyResultModel): string {
  return valueParts(context, kr).join('');
}

function numberLines(context: Context, layout: RowLayout, kr: KeyResultModel): readonly string[] {
  const { colors } = context;
  const tint = context.tint(kr.status, kr.outcome);
  const [before, current, after] = valueParts(context, kr);
  const text = before + current + after;
  const styled = `${before}${kr.current === null ? current : colors.bold(current)}${after}`;
  const mark = kr.kind === 'keep' ? (kr.keep?.for ?? null) : kr.expectedProgress;
  const drawn = bar(context, { share: kr.progress, mark, width: layout.bar, tint });
  const percent = padStart(context.own(formatProgress(kr.progress)), PERCENT);
  const trend = trendLine(kr, layout.spark, context.glyphs.spark);
  const measures = `${drawn} ${tint(percent)}${trend === '' ? '' : `  ${colors.cyan(trend)}`}`;
  if (layout.kind !== 'stack') {
    return [styled + ' '.repeat(Math.max(0, layout.values - displayWidth(text)) + GAP) + measures];
  }
  const room = context.width - layout.left;
  const values = displayWidth(text) <= room ? [styled] : wrap(text, room);
  return [...values, measures];
}

/** Why it is as it is, in one sentence: the share of days of a band, the stored note, what today alone says. */
function noteText(context: Context, kr: KeyResultModel): string {
  const parts: string[] = [];
  const kept = keepWords(kr);
  if (kept !== null) parts.push(context.own(kept));
  const steps = milestoneWords(kr);
  if (steps !== null) parts.push(context.text(steps));
  const stretch = stretchWords(kr);
  if (stretch !== null) parts.push(context.own(stretch));
  const guards = guardWords(kr.guards);
  if (guards !== null) parts.push(context.text(guards));
  if (kr.note !== null && kr.note !== '') parts.push(context.text(kr.note));
  const outlook = outlookWords(kr);
  if (outlook !== null) parts.push(context.own(outlook));
  const computed = computedWords(kr);
  if (computed !== null) parts.push(context.own(computed));
  return parts.join('; ');
}
