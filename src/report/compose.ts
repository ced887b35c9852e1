import type { Status, Unit } from '../domain/okr.ts';
import { clampProgress } from '../okr/progress.ts';
import { moverLine, weekWords } from './change.ts';
import type { WeekModel } from './detail.ts';
import { formatProgress, NO_DATA } from './format.ts';
import type { Message, MessageKeyResult, MessageObjective } from './message.ts';
import type { KeyResultModel, ObjectiveModel, StatusModel } from './model.ts';
import { cleanText } from './text.ts';
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
  statusWords,
  stretchWords,
  URGENT_FIRST,
} from './words.ts';

/** What a message has beside what the read model says. */
export interface Composition<One extends KeyResultModel> {
  readonly id: string;
  readonly kind: Message['kind'];
  readonly subject: string;
  readonly summary: string;
  readonly objectives: readonly (Omit<ObjectiveModel, 'keyResults'> & {
    readonly keyResults: readonly One[];
  })[];
  readonly notices: readonly string[];
  /** What changed of a key result since the reader was last told; null when nothing did. */
  readonly changeOf: (keyResult: One) => string | null;
  /** What the last week did to it, and the items that moved it; null where that is not known. */
  readonly weekOf?: (keyResult: One) => WeekModel | null;
}

/** A message out of the read model, in the words of every other surface, its texts clean. */
export function composeMessage<One extends KeyResultModel>(
  model: Pick<StatusModel, 'asOf' | 'timezone' | 'cycle'>,
  composition: Composition<One>,
): Message {
  const { id, kind, subject, summary, objectives, notices } = composition;
  return {
    id,
    kind,
    asOf: model.asOf,
    timezone: model.timezone,
    cycle: { id: model.cycle.id, elapsed: model.cycle.elapsed },
    subject: cleanText(subject),
    summary: cleanText(summary),
    objectives: objectives.map((objective) => composeObjective(objective, composition)),
    notices: notices.map((notice) => cleanText(notice)),
  };
}

function composeObjective<One extends KeyResultModel>(
  objective: Composition<One>['objectives'][0],
  { changeOf, weekOf = () => null }: Composition<One>,
): MessageObjective {
  const { id, title, owner, team, status, progress } = objective;
  return {
    id,
    title: cleanText(title),
    owner: owner === null ? null : cleanText(owner),
    team: team === null ? null : cleanText(team),
    status,
    statusText: statusWords(status),
    progress,
    progressText: `${formatProgress(progress)}, ${dataWords(objective)}`,
    keyResults: objective.keyResults.map((one) => composeKeyResult(one, changeOf(one), weekOf(one))),
  };
}

function composeKeyResult(
  keyResult: KeyResultModel,
  change: string | null,
  week: WeekModel | null,
): MessageKeyResult {
  const { id, title, status, outcome, current, unit, measuredAt, progress, note } = keyResult;
  const { start, target, stretch, keep, forecast } = keyResult;
  const changes = [change, week === null ? null : weekChange(week, unit, change !== null)];
  const changeText = changes.filter((text) => text !== null).join('; ');
  const details = [
    keepWords(keyResult),
    stretchWords(keyResult),
    outlookWords(keyResult),
    guardWords(keyResult.guards),
    computedWords(keyResult),
    note,
  ];
  return {
    id,
    title: cleanText(title),
    status,
    statusText: statusWords(status, outcome),
    value: current,
    unit,
    measuredAt,
    start,
    target,
    stretch,
    keep,
    forecast,
    progress: progress === null ? null : clampProgress(progress),
    progressText: formatProgress(progress),
    valueText: cleanText(valueWords(keyResult)),
    changeText: changeText === '' ? null : cleanText(changeText),
    details: details.flatMap((text) => (text === null || text === '' ? [] : [cleanText(text)])),
    trend: keyResult.trend,
    items: (week?.items.largest ?? []).map((mover) => ({
      text: cleanText(moverLine(mover, keyResult)),
      url: mover.ref.url,
    })),
    checkInId: keyResult.checkInId,
  };
}

/** `−1.5 h in a week`. That it stood still is said where something else changed: then it was time that passed. */
function weekChange(week: WeekModel, unit: Unit, changed: boolean): string | null {
  const words = week.delta === 0 && !changed ? null : weekWords(week, unit);
  return words === null ? null : `${words.delta} in a week`;
}

/** `52 h → 40.5 h of 24 h`, `2.1 s, keep ≤ 2.5 s`, `2 of 5 steps done: …`. */
export function valueWords(keyResult: KeyResultModel): string {
  const steps = milestoneWords(keyResult);
  if (steps !== null) return steps;
  if (keyResult.kind === 'keep') {
    return `${keptValueWords(keyResult)}, keep ${bandWords(keyResult)}`;
  }
  const [start, current, target] = journeyWords(keyResult);
  return start === NO_DATA ? `${current} of ${target}` : `${start} → ${current} of ${target}`;
}

/** How many key results have which status, the urgent ones first: `2 off track, 5 on track`. */
export function tallyWords(objectives: readonly ObjectiveModel[]): string {
  const counts = new Map<Status, number>();
  for (const { keyResults } of objectives)
    for (const { status } of keyResults) counts.set(status, (counts.get(status) ?? 0) + 1);
  return URGENT_FIRST.flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [`${count} ${statusWords(status)}`];
  }).join(', ');
}
