import type { Status } from '../domain/okr.ts';
import { composeMessage } from '../report/compose.ts';
import type { WeekModel } from '../report/detail.ts';
import type { Message } from '../report/message.ts';
import type { KeyResultModel, ObjectiveModel, StatusModel } from '../report/model.ts';
import { cleanText, clip } from '../report/text.ts';
import { statusWords } from '../report/words.ts';
import { messageId, type PlanInput, type Planned } from './plan-input.ts';

/** Held, stale and without data say nothing of how it goes: what was said before them stands. */
const TOLD: ReadonlySet<Status> = new Set(['on_track', 'at_risk', 'off_track', 'achieved', 'closed']);

/** What follows the title in a subject must not be cut from its end. */
const LONGEST_TITLE = 120;

interface Change {
  readonly objective: ObjectiveModel;
  readonly keyResult: KeyResultModel;
  readonly topic: string;
  /** In words. */
  readonly before: string;
  readonly text: string;
  readonly week: WeekModel | null;
}

function topicsOf(cycle: string): string {
  return `status ${cycle} `;
}

/** Whether the last word about some key result of the cycle is another than how it ended. */
export function toldAsOpen(told: ReadonlyMap<string, string>, cycle: string): boolean {
  const closed = statusWords('closed');
  return [...told].some(([topic, words]) => topic.startsWith(topicsOf(cycle)) && !words.startsWith(closed));
}

/** One message of all key results of a cycle whose shown status is another than the channel was told; or none. */
export function planChange(
  input: PlanInput,
  model: StatusModel,
  told: Map<string, string | null>,
): readonly Planned[] {
  const changes: Change[] = [];
  for (const objective of model.objectives) {
    for (const keyResult of objective.keyResults) {
      if (!TOLD.has(keyResult.status)) continue;
      const topic = `${topicsOf(model.cycle.id)}${objective.id}/${keyResult.id}`;
      const now = statusWords(keyResult.status, keyResult.outcome);
      const before = input.told.get(topic);
      if (before === now) continue;
      told.set(topic, now);
      if (before === undefined) continue;
      const path = [model.cycle.id, objective.id, keyResult.id] as const;
      const text = changeWords(before, now, input.reachedOn(...path));
      changes.push({ objective, keyResult, topic, before, text, week: input.weekOf(...path) });
    }
  }
  if (changes.length === 0) return [];
  return [{ message: changeMessage(input, model, changes), tells: changes.map(({ topic }) => topic) }];
}

function changeWords(before: string, now: string, reachedOn: string | null): string {
  const reached = statusWords('achieved');
  if (before === reached && now !== reached && !now.startsWith(statusWords('closed'))) {
    return reachedOn === null ? 'was reached, since lost' : `reached on ${reachedOn}, since lost`;
  }
  return `was ${before}`;
}

function changeMessage(input: PlanInput, model: StatusModel, changes: readonly Change[]): Message {
  const of = (one: KeyResultModel) => changes.find(({ keyResult }) => keyResult === one);
  const objectives = model.objectives
    .filter((objective) => changes.some((change) => change.objective === objective))
    .map((objective) => ({
      ...objective,
      keyResults: objective.keyResults.filter((keyResult) => of(keyResult) !== undefined),
    }));
  const named = changes.map(({ objective, keyResult, before }) => [
    `${objective.id}/${keyResult.id}`,
    before,
    statusWords(keyResult.status, keyResult.outcome),
    keyResult.checkInId,
  ]);
  const [first] = changes;
  const single = changes.length === 1 && first !== undefined;
  return composeMessage(model, {
    id: messageId(input.channel.id, 'change', model.cycle.id, model.asOf, named),
    kind: 'change',
    subject: single
      ? `${clip(cleanText(first.keyResult.title), LONGEST_TITLE)}: ${statusWords(first.keyResult.status, first.keyResult.outcome)}`
      : `${changes.length} key results changed: ${tally(changes)}`,
    summary: single
      ? `It ${first.text}. Objective: ${first.objective.title}.`
      : changes.map(({ keyResult, text }) => `${keyResult.title} (${text})`).join('; '),
    objectives,
    notices: [],
    changeOf: (keyResult) => of(keyResult)?.text ?? null,
    weekOf: (keyResult) => of(keyResult)?.week ?? null,
  });
}

/** `2 off track, 1 achieved`. */
function tally(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { keyResult } of changes) {
    const words = statusWords(keyResult.status, keyResult.outcome);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return Array.from(counts, ([words, count]) => `${count} ${words}`).join(', ');
}
