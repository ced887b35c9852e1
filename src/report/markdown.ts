import type { Outcome, Status } from '../domain/okr.ts';
import type { ReportModel } from './detail.ts';
import { daysBetween, formatNumber, formatProgress, type LocalClock, localClock, NO_DATA } from './format.ts';
import { movedBlocks } from './markdown-moved.ts';
import { escapeMarkdown, table } from './markdown-text.ts';
import type { KeyResultModel, ObjectiveModel, StatusModel } from './model.ts';
import { trendLine } from './sparkline.ts';
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
} from './words.ts';

const TREND_WIDTH = 24;

/** A sign for each status, where a surface has no colours of its own. */
export const STATUS_SIGNS: Readonly<Record<Status, string>> = {
  on_track: '🟢',
  at_risk: '🟡',
  off_track: '🔴',
  achieved: '✅',
  no_data: '⚪',
  held: '⏸️',
  stale: '🕒',
  closed: '🏁',
};

/** A report for a pull request, a wiki or a chat that reads GitHub's Markdown. Ends with a line break. */
export function renderMarkdown(model: ReportModel): string {
  const clock = localClock(model.timezone);
  const blocks = [headline(model, clock)];
  for (const objective of model.objectives) blocks.push(...objectiveBlocks(model, objective));
  if (model.objectives.length === 0) blocks.push('No objective belongs to this cycle.');
  blocks.push(...movedBlocks(model, clock));
  if (model.sources.length > 0) blocks.push('## Sources', sourceTable(model, clock));
  return `${blocks.join('\n\n')}\n`;
}

function headline(model: StatusModel, clock: LocalClock): string {
  const { cycle } = model;
  const days = daysBetween(cycle.start, cycle.end) + 1;
  const day = Math.min(days, Math.max(0, daysBetween(cycle.start, clock.date(model.asOf)) + 1));
  const when = `As of ${clock.dateTime(model.asOf)} (${escapeMarkdown(model.timezone)}): ${formatProgress(cycle.elapsed)} elapsed, day ${day} of ${days}.`;
  const counts = new Map<string, number>();
  for (const objective of model.objectives) {
    for (const { status, outcome } of objective.keyResults) {
      const words = statusText(status, outcome);
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
  }
  const tally = Array.from(counts, ([words, count]) => `${count} ${words}`).join(', ');
  const title = `# OKRs ${escapeMarkdown(cycle.id)}: ${cycle.start} to ${cycle.end}`;
  return [title, when, ...(tally === '' ? [] : [`**Key results:** ${tally}.`])].join('\n\n');
}

function statusText(status: Status, outcome: Outcome | null = null): string {
  return `${STATUS_SIGNS[status]} ${statusWords(status, outcome)}`;
}

function objectiveBlocks(model: StatusModel, objective: ObjectiveModel): readonly string[] {
  const facts = [
    `${statusText(objective.status)}, ${formatProgress(objective.progress)}, ${dataWords(objective)}`,
  ];
  const { owner, team, focusArea, parent } = objective;
  for (const fact of [owner, team, focusArea]) if (fact !== null) facts.push(escapeMarkdown(fact));
  if (parent !== null) {
    const title = model.objectives.find(({ id }) => id === parent)?.title ?? parent;
    facts.push(`under "${escapeMarkdown(title)}"`);
  }
  const blocks = [`## ${escapeMarkdown(objective.title)}`, facts.join(' · ')];
  if (objective.keyResults.length > 0) {
    blocks.push(
      table(
        ['Key result', 'Status', 'Start', 'Current', 'Target', 'Progress', 'Expected', 'Trend'],
        ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
        objective.keyResults.map(keyResultCells),
      ),
    );
  }
  const notes = objective.keyResults.flatMap(noteLine);
  if (notes.length > 0) blocks.push(notes.join('\n'));
  return blocks;
}

function keyResultCells(kr: KeyResultModel): readonly string[] {
  const keep = kr.kind === 'keep';
  const [start, current, target] = keep
    ? ['', keptValueWords(kr), `keep ${bandWords(kr)}`]
    : journeyWords(kr);
  const expected = keep ? (kr.keep?.for ?? null) : kr.expectedProgress;
  const trend = trendLine(kr, TREND_WIDTH);
  return [
    escapeMarkdown(kr.title),
    statusText(kr.status, kr.outcome),
    start,
    kr.current === null ? current : `**${current}**`,
    target,
    formatProgress(kr.progress),
    formatProgress(expected),
    trend === '' ? NO_DATA : `\`${trend}\``,
  ];
}

function noteLine(kr: KeyResultModel): readonly string[] {
  const parts: string[] = [];
  const kept = keepWords(kr);
  if (kept !== null) parts.push(kept);
  for (const words of [milestoneWords(kr), stretchWords(kr), guardWords(kr.guards)]) {
    if (words !== null) parts.push(escapeMarkdown(words));
  }
  if (kr.note !== null && kr.note !== '') parts.push(escapeMarkdown(kr.note));
  const outlook = outlookWords(kr);
  if (outlook !== null) parts.push(outlook);
  const computed = computedWords(kr);
  if (computed !== null) parts.push(computed);
  return parts.length === 0 ? [] : [`- ${escapeMarkdown(kr.title)}: ${parts.join('; ')}`];
}

function sourceTable(model: StatusModel, clock: LocalClock): string {
  const rows = model.sources.map((source) => {
    const errors = new Set<string>();
    for (const { stream, member, error } of source.streams) {
      if (error !== null)
        errors.add(escapeMarkdown(`${stream}${member === null ? '' : ` ${member}`}: ${error}`));
    }
    if (errors.size === 0 && source.error !== null) errors.add(escapeMarkdown(source.error));
    return [
      escapeMarkdown(source.id),
      escapeMarkdown(source.kind),
      source.lastSuccessAt === null ? 'never' : clock.dateTime(source.lastSuccessAt),
      formatNumber(source.records, 0),
      errors.size > 0 ? `🔴 ${[...errors].join('<br>')}` : source.lastSuccessAt === null ? 'waiting' : 'ok',
    ];
  });
  return table(
    ['Source', 'Kind', 'Last complete', 'Records', 'State'],
    ['left', 'left', 'left', 'right', 'left'],
    rows,
  );
}
