import type { RollUpBy } from '../../okr/rollup.ts';
import { formatProgress } from '../format.ts';
import type { ObjectiveModel, RollUpModel, StatusModel } from '../model.ts';
import { dataWords, rollUpName } from '../words.ts';
import { bar } from './bar.ts';
import type { Context } from './context.ts';
import { displayWidth, padStart, wrap } from './width.ts';

const BAR = 24;
const PERCENT = 6;

/** The objectives under whoever they are put together by, each with where it stands. */
export function rollUpLines(context: Context, model: StatusModel, by: RollUpBy): readonly string[] {
  const objectives = new Map(model.objectives.map((objective) => [objective.id, objective]));
  return model.rollups[by].flatMap((group) => [
    '',
    ...wrap(context.text(rollUpName(group, by)), context.width).map(context.colors.bold),
    ...row(context, group.status, context.own(dataWords(group)), group.progress, true),
    ...group.objectives.flatMap((id) => objectiveRow(context, objectives.get(id))),
  ]);
}

function objectiveRow(context: Context, objective: ObjectiveModel | undefined): readonly string[] {
  if (objective === undefined) return [];
  const { status, title, progress } = objective;
  return row(context, status, context.text(title), progress, false);
}

/** Status, words and progress in line where they fit, else below each other. */
function row(
  context: Context,
  status: RollUpModel['status'],
  words: string,
  progress: number | null,
  drawn: boolean,
): readonly string[] {
  const tint = context.tint(status);
  const plain = context.status(status);
  const percent = padStart(context.own(formatProgress(progress)), PERCENT);
  const left = 14;
  const width = Math.min(BAR, context.width - left - PERCENT - 1);
  const wide = drawn && width >= 8;
  const measures = wide
    ? `${bar(context, { share: progress, mark: null, width, tint })} ${tint(percent)}`
    : tint(percent);
  const taken = wide ? width + 1 + PERCENT : PERCENT;
  const opening = ` ${tint(plain)}${' '.repeat(Math.max(1, left - 1 - displayWidth(plain)))}`;
  const room = context.width - left - taken - 2;
  if (room >= 12 && displayWidth(words) <= room) {
    return [`${opening}${words}${' '.repeat(room - displayWidth(words) + 2)}${measures}`];
  }
  if (context.width < left + 12)
    return [` ${tint(plain)}`, ...wrap(words, context.width - 2).map(indent), indent(tint(percent.trim()))];
  const margin = ' '.repeat(left);
  const [first = '', ...rest] = wrap(words, context.width - left);
  return [`${opening}${first}`, ...rest.map((line) => margin + line), margin + measures];
}

function indent(line: string): string {
  return `  ${line}`;
}
