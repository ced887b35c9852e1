import { composeMessage } from '../report/compose.ts';
import { formatCount } from '../report/format.ts';
import type { SourceModel, StatusModel } from '../report/model.ts';
import { messageId, type PlanInput, type Planned, type Trouble } from './plan-input.ts';

const PREFIX = 'trouble ';

/** One message of what began and what ended since the channel was told; or none. */
export function planOperator(
  input: PlanInput,
  models: readonly StatusModel[],
  told: Map<string, string | null>,
): readonly Planned[] {
  const [model] = models;
  if (model === undefined) return [];
  const open = troublesOf(input, models);
  const begun = open.filter(({ topic }) => !input.told.has(PREFIX + topic));
  for (const { topic, about } of begun) told.set(PREFIX + topic, about);
  const topics = new Set(open.map(({ topic }) => PREFIX + topic));
  const ended = [...input.told].filter(([topic]) => topic.startsWith(PREFIX) && !topics.has(topic));
  for (const [topic] of ended) told.set(topic, null);
  if (begun.length === 0 && ended.length === 0) return [];
  const over = ended.map(([, about]) => about);
  const message = composeMessage(model, {
    id: messageId(input.channel.id, 'operator', model.asOf, begun, ended),
    kind: 'operator',
    subject: subjectOf(begun, over),
    summary: summaryOf(begun.length, over.length, open.length),
    objectives: [],
    notices: [...begun.map(({ text }) => text), ...over.map((about) => `Over: ${about}`)],
    changeOf: () => null,
  });
  return [
    { message, tells: [...begun.map(({ topic }) => PREFIX + topic), ...ended.map(([topic]) => topic)] },
  ];
}

/** What is open now, a line each. */
export function openTroubles(input: PlanInput, models: readonly StatusModel[]): readonly string[] {
  return troublesOf(input, models).map(({ text }) => text);
}

function troublesOf(input: PlanInput, models: readonly StatusModel[]): readonly Trouble[] {
  const troubles: Trouble[] = [];
  for (const source of models[0]?.sources ?? []) {
    const text = failureOf(source);
    if (text !== null)
      troubles.push({ topic: `source ${source.id}`, about: `source ${source.id} fails`, text });
  }
  for (const { cycle, objectives } of models) {
    for (const objective of objectives) {
      for (const { id, status, note } of objective.keyResults) {
        if (status !== 'held' && status !== 'stale') continue;
        const about = `${objective.id}/${id} is ${status}`;
        const text = note === null ? about : `${about}: ${note}`;
        troubles.push({ topic: `${status} ${cycle.id} ${objective.id}/${id}`, about, text });
      }
    }
  }
  return [...troubles, ...input.troubles];
}

function failureOf({ id, error, streams }: SourceModel): string | null {
  if (error === null) return null;
  const failed = streams.filter((stream) => stream.error !== null).length;
  const more = failed > 1 ? ` (and ${formatCount(failed - 1, 'more stream', 'more streams')})` : '';
  return `source ${id}: ${error}${more}`;
}

function subjectOf(begun: readonly Trouble[], over: readonly string[]): string {
  const [first] = begun;
  if (first !== undefined && begun.length === 1) return `krsync: ${first.about}`;
  if (begun.length > 1) return `krsync: ${begun.length} things need a look`;
  return over.length === 1 ? `krsync: over: ${over[0]}` : `krsync: ${over.length} things are over`;
}

function summaryOf(begun: number, over: number, open: number): string {
  const parts = [
    ...(begun > 0 ? [`${begun} new`] : []),
    ...(over > 0 ? [`${over} over`] : []),
    open === 0 ? 'nothing open' : `${open} open`,
  ];
  return `${parts.join(', ')}.`;
}
