import { composeMessage, tallyWords } from '../report/compose.ts';
import { formatCount, formatProgress, formatValue } from '../report/format.ts';
import type { Message } from '../report/message.ts';
import type { KeyResultModel, StatusModel } from '../report/model.ts';
import { statusWords } from '../report/words.ts';
import { messageId, type PlanInput } from './plan-input.ts';
import { openTroubles } from './plan-operator.ts';

export interface DigestTime {
  /** The time of the schedule that it stands for. */
  readonly slot: string;
  readonly always: boolean;
  readonly keptBack: readonly { readonly id: string; readonly subject: string }[];
}

/** What a digest said of a key result, as it is remembered until the next. */
interface Said {
  readonly status: string;
  readonly value: number | null;
  readonly progress: string;
}

/** The summary of a channel's objectives; null when nothing differs from what the last one said. */
export function planDigest(
  input: PlanInput,
  model: StatusModel,
  { slot, always, keptBack }: DigestTime,
  told: Map<string, string | null>,
): Message | null {
  if (model.objectives.length === 0) return null;
  const changes = new Map<KeyResultModel, string>();
  let differs = false;
  for (const objective of model.objectives) {
    for (const keyResult of objective.keyResults) {
      const topic = `digest ${model.cycle.id} ${objective.id}/${keyResult.id}`;
      const { unit } = keyResult;
      const now: Said = {
        status: statusWords(keyResult.status, keyResult.outcome),
        value: keyResult.current,
        progress: formatProgress(keyResult.progress),
      };
      const text = JSON.stringify({ ...now, value: formatValue(now.value, unit) });
      const before = input.told.get(topic);
      if (before === text) continue;
      differs = true;
      told.set(topic, text);
      const words = before === undefined ? null : differenceWords(before, text);
      if (words !== null) changes.set(keyResult, words);
    }
  }
  if (!differs && !always && keptBack.length === 0) return null;
  const moved =
    changes.size === 0
      ? 'No key result has moved since the last digest.'
      : `${formatCount(changes.size, 'key result')} moved since the last digest.`;
  const { cycle } = model;
  return composeMessage(model, {
    id: messageId(input.channel.id, 'digest', slot),
    kind: 'digest',
    subject: `OKRs ${cycle.id}: ${tallyWords(model.objectives)}`,
    summary: `${formatProgress(cycle.elapsed)} of the cycle has passed. ${moved}`,
    objectives: model.objectives,
    notices: [
      ...keptBack.map(({ subject }) => `Kept back until now by the weekly limit: ${subject}`),
      ...(input.channel.rules.operator ? openTroubles(input, [model]) : []),
    ],
    changeOf: (_, keyResult) => changes.get(keyResult) ?? null,
  });
}

/** `was at risk; 43.7 h before`. */
function differenceWords(before: string, now: string): string | null {
  const was = JSON.parse(before) as Readonly<Record<keyof Said, string>>;
  const is = JSON.parse(now) as Readonly<Record<keyof Said, string>>;
  const parts = [
    ...(was.status === is.status ? [] : [`was ${was.status}`]),
    ...(was.value === is.value ? [] : [`${was.value} at the last digest`]),
  ];
  if (parts.length === 0) parts.push(`${was.progress} at the last digest`);
  return parts.join('; ');
}
