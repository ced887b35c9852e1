import type { KeyResultReport } from '../detail.ts';
import { formatCount, type LocalClock } from '../format.ts';
import type { KeyResultModel, StatusModel } from '../model.ts';
import {
  bandWords,
  computedWords,
  guardWords,
  journeyWords,
  keepWords,
  keptValueWords,
  milestoneWords,
  outlookWords,
  stretchWords,
} from '../words.ts';
import { progressBar } from './bar.ts';
import { chart } from './chart.ts';
import { type Content, html, joined, type Markup, said } from './markup.ts';
import { movement } from './movement.ts';
import { statusPill, tone } from './status.ts';

/** The card of one key result: its number, its way, why it is as it is, its chart, and what moved it. */
export function keyResultCard(
  model: StatusModel,
  objective: string,
  kr: KeyResultReport,
  clock: LocalClock,
): Markup {
  const keep = kr.kind === 'keep';
  const bar = progressBar({
    share: kr.progress,
    mark: keep ? (kr.keep?.for ?? null) : kr.expectedProgress,
    markName: keep ? 'asked' : 'expected',
    tone: tone(kr.status, kr.outcome),
  });
  return html`<article class="card" id="${anchor(objective, kr.id)}" data-status="${kr.status}">
<header><h3>${said(kr.title)}</h3>${statusPill(kr.status, kr.outcome)}</header>
<div class="figures">${numbers(kr)}${bar}</div>
${notes(kr)}
<div class="halves">${chart(model, kr)}${movement(kr, clock)}${measured(objective, kr, clock)}</div>
</article>`;
}

/** The address of a key result inside the page. */
export function anchor(objective: string, keyResult: string): string {
  return `kr/${objective}/${keyResult}`;
}

/** The current value large, with where it came from and where it is to go. */
function numbers(kr: KeyResultModel): Markup {
  if (kr.kind === 'keep') {
    return html`<p class="number"><strong>${keptValueWords(kr)}</strong> <span class="way">keep ${bandWords(kr)}</span></p>`;
  }
  const [start, current, target] = journeyWords(kr);
  return html`<p class="number"><strong>${current}</strong> <span class="way">from ${start} to ${target}</span></p>`;
}

/** Why it is as it is, and what is to be expected: the same words as everywhere. */
function notes(kr: KeyResultModel): Content {
  const lines: Content[] = [];
  if (kr.note !== null && kr.note !== '') lines.push(html`<p class="note reason">${said(kr.note)}</p>`);
  const guards = guardWords(kr.guards);
  if (guards !== null) lines.push(html`<p class="note broken">${said(sentence(guards))}</p>`);
  for (const words of [milestoneWords(kr), stretchWords(kr)]) {
    if (words !== null) lines.push(html`<p class="note">${said(sentence(words))}</p>`);
  }
  const parts: string[] = [];
  for (const words of [keepWords(kr), outlookWords(kr), computedWords(kr)])
    if (words !== null) parts.push(words);
  if (parts.length > 0) lines.push(html`<p class="note">${sentence(parts.join('; '))}</p>`);
  return lines;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Where the number comes from. */
function measured(objective: string, kr: KeyResultReport, clock: LocalClock): Markup {
  const facts = [
    html`${kr.aggregate} of ${said(kr.measure)} over ${kr.windowLength}`,
    kr.window === null ? null : html`${clock.dateTime(kr.window.from)} to ${clock.dateTime(kr.window.to)}`,
    html`${formatCount(kr.sampleSize, 'item')}`,
    kr.measuredAt === null ? null : html`measured ${clock.dateTime(kr.measuredAt)}`,
    html`<code>krsync explain ${said(`${objective}/${kr.id}`)}</code>`,
  ];
  return html`<details class="measured"><summary>How it is measured</summary><p>${said(kr.definition)}</p><p class="faint">${joined(facts)}</p></details>`;
}
