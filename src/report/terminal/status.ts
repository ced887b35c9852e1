import type { Status } from '../../domain/okr.ts';
import type { RollUpBy } from '../../okr/rollup.ts';
import { daysBetween, formatProgress, type LocalClock, localClock } from '../format.ts';
import type { ObjectiveModel, StatusModel } from '../model.ts';
import { dataWords } from '../words.ts';
import { bar } from './bar.ts';
import { channelLines } from './channels.ts';
import { type Context, createContext, type Terminal } from './context.ts';
import { keyResultLines, type RowLayout, rowLayout } from './key-result.ts';
import { rollUpLines } from './rollups.ts';
import { sourceLines } from './sources.ts';
import { displayWidth, padEnd, padStart, wrap } from './width.ts';

export type { Terminal } from './context.ts';

/** Where every objective and key result stands, as a screen; or the objectives alone, by team. Ends with a line break. */
export function renderStatus(model: StatusModel, terminal: Terminal, by: RollUpBy | null = null): string {
  const context = createContext(terminal);
  const clock = localClock(model.timezone);
  const keyResults = by === null ? model.objectives.flatMap((objective) => objective.keyResults) : [];
  const layout = rowLayout(context, model.objectives);
  const lines: string[] = [...headerLines(context, model, clock)];
  if (by !== null) lines.push(...rollUpLines(context, model, by));
  for (const objective of by === null ? model.objectives : []) {
    lines.push('', ...objectiveLines(context, layout, model, objective));
    for (const keyResult of objective.keyResults) {
      const drawn = keyResultLines(context, layout, keyResult);
      lines.push(...(layout.kind === 'row' ? drawn : ['', ...drawn]));
    }
  }
  if (model.objectives.length === 0) {
    lines.push('', ...wrap('No objective belongs to this cycle.', context.width));
  }
  if (keyResults.some((kr) => kr.expectedProgress !== null || kr.keep !== null)) {
    lines.push('', ...legendLines(context));
  }
  if (model.sources.length > 0) {
    lines.push('', context.colors.bold('Sources'), ...sourceLines(context, model, clock));
  }
  if (model.channels.length > 0) {
    lines.push('', context.colors.bold('Channels'), ...channelLines(context, model));
  }
  lines.push('', ...nextLines(context, model));
  return `${lines.join('\n')}\n`;
}

function headerLines(context: Context, model: StatusModel, clock: LocalClock): readonly string[] {
  const { colors, glyphs, width } = context;
  const { cycle } = model;
  const title = context.text(cycle.id);
  const span = `${cycle.start} to ${cycle.end}`;
  const asOf = `as of ${clock.dateTime(model.asOf)} ${context.text(model.timezone)}`;
  const room = width - displayWidth(`${title}  ${span}`) - displayWidth(asOf);
  const lines =
    room >= 2
      ? [`${colors.bold(title)}  ${span}${' '.repeat(room)}${colors.dim(asOf)}`]
      : [
          ...wrap(`${title}  ${span}`, width).map((line) => line.replace(title, colors.bold(title))),
          ...wrap(asOf, width).map(colors.dim),
        ];
  const elapsed = context.own(elapsedWords(model, clock));
  const barWidth = width - displayWidth(elapsed) - 1;
  const options = { share: cycle.elapsed, mark: null, tint: colors.cyan };
  if (barWidth >= 10) return [...lines, `${bar(context, { ...options, width: barWidth })} ${elapsed}`];
  return [...lines, bar({ ...context, glyphs }, { ...options, width }), ...wrap(elapsed, width)];
}

function elapsedWords(model: StatusModel, clock: LocalClock): string {
  const { cycle } = model;
  const days = daysBetween(cycle.start, cycle.end) + 1;
  const day = daysBetween(cycle.start, clock.date(model.asOf)) + 1;
  if (day < 1) return `begins in ${1 - day === 1 ? '1 day' : `${1 - day} days`}`;
  if (day > days) return 'over';
  return `${formatProgress(cycle.elapsed)} elapsed, day ${day} of ${days}`;
}

function objectiveLines(
  context: Context,
  layout: RowLayout,
  model: StatusModel,
  objective: ObjectiveModel,
): readonly string[] {
  const { width } = context;
  const tint = context.tint(objective.status);
  const plain = context.status(objective.status);
  const data = context.own(dataWords(objective));
  const drawn = bar(context, { share: objective.progress, mark: null, width: layout.bar, tint });
  const measures = `${drawn} ${tint(padStart(context.own(formatProgress(objective.progress)), 6))}`;
  const lines = titleLines(context, context.text(objective.title), facts(context, model, objective));
  const margin = ' '.repeat(layout.left);
  const opening = layout.left < 4 ? ` ${plain}` : padEnd(` ${plain}`, layout.left);
  const status = opening.replace(plain, tint(plain));
  if (layout.kind === 'stack') {
    if (layout.left < 4) lines.push(status, ...wrap(data, width - layout.left).map((line) => margin + line));
    else lines.push(status + data);
    return [...lines, margin + measures];
  }
  const cell = layout.kind === 'row' ? ' '.repeat(layout.title + 2) : '';
  return [...lines, `${status}${cell}${padEnd(data, layout.values)}  ${measures}`];
}

/** Whose it is and what it serves. */
function facts(context: Context, model: StatusModel, objective: ObjectiveModel): string {
  const { owner, team, focusArea, parent } = objective;
  const list = [owner, team, focusArea].filter((fact) => fact !== null).map(context.text);
  if (parent !== null) {
    const title = model.objectives.find(({ id }) => id === parent)?.title ?? parent;
    list.push(`under "${context.text(title)}"`);
  }
  return list.join(` ${context.glyphs.dot} `);
}

function titleLines(context: Context, title: string, about: string): string[] {
  const { colors, width } = context;
  const room = width - displayWidth(title) - displayWidth(about);
  if (room >= 3) return [`${colors.bold(title)}${' '.repeat(room)}${colors.dim(about)}`.trimEnd()];
  return [
    ...wrap(title, width).map(colors.bold),
    ...wrap(about, width - 1).map((line) => ` ${colors.dim(line)}`),
  ];
}

function legendLines(context: Context): readonly string[] {
  const text = `${context.glyphs.mark} on a bar: expected by now; for a band, the share of days asked`;
  return wrap(text, context.width).map(context.colors.dim);
}

const URGENCY: readonly Status[] = [
  'off_track',
  'at_risk',
  'held',
  'stale',
  'no_data',
  'closed',
  'on_track',
  'achieved',
];

/** The one command that helps most now: the key result that needs a look, or the run that is missing. */
function nextLines(context: Context, model: StatusModel): readonly string[] {
  const { colors } = context;
  const { command, why } = nextCommand(context, model);
  const line = `Next: ${colors.bold(command)}  ${colors.dim(why)}`;
  if (displayWidth(`Next: ${command}  ${why}`) <= context.width) return [line];
  return [
    ...wrap(`Next: ${command}`, context.width),
    ...wrap(why, context.width - 6).map((part) => `      ${colors.dim(part)}`),
  ];
}

function nextCommand(
  context: Context,
  model: StatusModel,
): { readonly command: string; readonly why: string } {
  const all = model.objectives.flatMap((objective) =>
    objective.keyResults.map((keyResult) => ({ objective, keyResult })),
  );
  if (all.length === 0) return { command: 'krsync validate', why: 'checks the configuration' };
  if (all.every(({ keyResult }) => keyResult.checkInId === null && keyResult.current === null)) {
    return { command: 'krsync update', why: 'pulls the sources and records the first check-ins' };
  }
  const [first] = all.toSorted(
    (a, b) => URGENCY.indexOf(a.keyResult.status) - URGENCY.indexOf(b.keyResult.status),
  );
  if (first?.keyResult.status === 'no_data') {
    return { command: 'krsync doctor', why: 'what keeps a key result without data' };
  }
  const name = context.text(`${first?.objective.id}/${first?.keyResult.id}`);
  return { command: `krsync explain ${name}`, why: 'every item behind the number' };
}
