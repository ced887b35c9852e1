import { composeMessage, tallyWords } from '../report/compose.ts';
import type { KeyResultReport, ReportModel } from '../report/detail.ts';
import { formatCount, formatProgress, formatValue } from '../report/format.ts';
import type { Message } from '../report/message.ts';
import { statusWords } from '../report/words.ts';
import { messageId, type PlanInput } from './plan-input.ts';
import { openTroubles } from './plan-operator.ts';

/** What a digest said of a key result, in words, as it is remembered until the next. */
interface Said {
  readonly status: string;
  readonly value: string;
  readonly progress: string;
}

/** The summary of a channel's objectives; null when nothing differs from what the last one said. */
export function planDigest(
  input: PlanInput,
  slot: string,
  report: ReportModel,
  told: Map<string, string | null>,
): Message | null {
  const { cycle, objectives } = report;
  if (objectives.length === 0) return null;
  const changes = new Map<KeyResultReport, string>();
  let differs = false;
  let compared = false;
  for (const objective of objectives) {
    for (const keyResult of objective.keyResults) {
      const topic = `digest ${cycle.id} ${objective.id}/${keyResult.id}`;
      const before = input.told.get(topic);
      const now = said(keyResult);
      if (before !== undefined) compared = true;
      if (before === JSON.stringify(now)) continue;
      differs = true;
      told.set(topic, JSON.stringify(now));
      // Only this file writes what it reads here.
      if (before !== undefined) changes.set(keyResult, differenceWords(JSON.parse(before) as Said, now));
    }
  }
  const { rules, id } = input.channel;
  if (!differs && rules.digest?.always !== true && input.keptBack.length === 0) return null;
  return composeMessage(report, {
    id: messageId(id, 'digest', slot),
    kind: 'digest',
    subject: `OKRs ${cycle.id}: ${tallyWords(objectives)}`,
    summary: `${formatProgress(cycle.elapsed)} of the cycle has passed.${compared ? ` ${movedWords(changes.size)}` : ''}`,
    objectives,
    notices: [
      ...input.keptBack.map(({ subject }) => `Kept back until now by the weekly limit: ${subject}`),
      ...(rules.operator ? openTroubles(input, [report]) : []),
    ],
    changeOf: (keyResult) => changes.get(keyResult) ?? null,
    weekOf: ({ week }) => week,
  });
}

function said({ status, outcome, current, progress, unit }: KeyResultReport): Said {
  return {
    status: statusWords(status, outcome),
    value: formatValue(current, unit),
    progress: formatProgress(progress),
  };
}

function movedWords(count: number): string {
  if (count === 0) return 'No key result has moved since the last digest.';
  return `${formatCount(count, 'key result')} moved since the last digest.`;
}

/** `was at risk; 43.7 h at the last digest`. */
function differenceWords(before: Said, now: Said): string {
  const parts = [
    ...(before.status === now.status ? [] : [`was ${before.status}`]),
    ...(before.value === now.value ? [] : [`${before.value} at the last digest`]),
  ];
  return parts.length === 0 ? `${before.progress} at the last digest` : parts.join('; ');
}
