import {
  effectWords,
  itemsWords,
  moverChangeWords,
  moverValueWords,
  progressDeltaWords,
  weekWords,
} from './change.ts';
import type { KeyResultReport, MoverModel, ReportModel } from './detail.ts';
import { formatCount, type LocalClock } from './format.ts';
import { escapeMarkdown, linkMarkdown, table } from './markdown-text.ts';
import { keyWords, statusWords } from './words.ts';

/** What the last week did to each key result, the largest step of progress first, and the items that did it. */
export function movedBlocks(model: ReportModel, clock: LocalClock): readonly string[] {
  const all = model.objectives.flatMap(({ keyResults }) => keyResults);
  if (all.length === 0) return [];
  const compared = all.filter(({ week }) => week.delta !== null);
  const title = `## What moved since ${clock.date(model.weekAgo)}`;
  if (compared.length === 0) return [title, 'No key result has a value of a week ago to compare with.'];
  const rows = compared
    .toSorted((a, b) => Math.abs(b.week.progressDelta ?? 0) - Math.abs(a.week.progressDelta ?? 0))
    .flatMap(movedRow);
  const items = compared.flatMap(itemLines);
  const left = all.length - compared.length;
  return [
    title,
    table(
      ['Key result', 'Then', 'Now', 'Change', 'Progress', 'Status'],
      ['left', 'right', 'right', 'right', 'right', 'left'],
      rows,
    ),
    ...(left === 0 ? [] : [`${formatCount(left, 'key result')} cannot be compared with a week ago.`]),
    ...(items.length === 0 ? [] : [details(items)]),
  ];
}

function movedRow({ title, unit, week, status, outcome }: KeyResultReport): readonly (readonly string[])[] {
  const words = weekWords(week, unit);
  if (words === null || week.before === null) return [];
  const was = week.before.status === status ? '' : `, was ${statusWords(week.before.status)}`;
  return [
    [
      escapeMarkdown(title),
      words.before,
      words.now,
      `**${words.delta}**`,
      progressDeltaWords(week.progressDelta),
      `${statusWords(status, outcome)}${was}`,
    ],
  ];
}

function itemLines(kr: KeyResultReport): readonly string[] {
  const { items } = kr.week;
  const count = itemsWords(items);
  const name = escapeMarkdown(kr.title);
  if (items.reason !== null) return [`- ${name}: no item is named, for ${items.reason}`];
  if (count === null) return [];
  return [`- ${name}: ${count}`, ...items.largest.map((mover) => `  - ${itemLine(kr, mover)}`)];
}

function itemLine(kr: KeyResultReport, mover: MoverModel): string {
  const { ref, term } = mover;
  const theirs = [term, ref.title === null ? null : keyWords(ref)].map((one) => one && escapeMarkdown(one));
  const said = [moverChangeWords(mover), moverValueWords(mover), ...theirs].filter((one) => one !== null);
  return `**${effectWords(mover, kr)}** ${linkMarkdown(ref.title ?? keyWords(ref), ref.url)} (${said.join(', ')})`;
}

/** Folded, for a reader of a pull request has not asked for all of them. */
function details(lines: readonly string[]): string {
  const summary = 'The items that moved them most, each on its own (the effects do not add up)';
  return `<details>\n<summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}
