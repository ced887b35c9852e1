import {
  effectWords,
  isBetter,
  itemsWords,
  moverChangeWords,
  moverValueWords,
  progressDeltaWords,
  weekWords,
} from '../change.ts';
import type { KeyResultReport, MoverModel } from '../detail.ts';
import type { LocalClock } from '../format.ts';
import { keyWords } from '../words.ts';
import { shortDate } from './dates.ts';
import { type Content, html, joined, linked, type Markup, said } from './markup.ts';

/** What moved since last week, and the items that moved it. */
export function movement(kr: KeyResultReport, clock: LocalClock): Markup {
  const { week, unit } = kr;
  const words = weekWords(week, unit);
  if (words === null || week.before === null || week.now === null) {
    return html`<section class="movement"><h4>Since last week</h4><p class="faint">${said(sentence(week.reason ?? ''))}</p></section>`;
  }
  const span = `${clock.dateTime(week.before.at)} to ${clock.dateTime(week.now.at)}`;
  const better = isBetter(kr, week);
  const tone = better === null ? 'delta' : better ? 'delta better' : 'delta worse';
  const progress = week.progressDelta === null ? null : ` progress ${progressDeltaWords(week.progressDelta)}`;
  return html`<section class="movement"><h4 title="${span}">Since ${shortDate(clock.date(week.before.at))}</h4>
<p class="turn"><strong class="${tone}">${words.delta}</strong> <span class="faint">${words.before} → ${words.now}${progress === null ? null : ','}${progress}</span></p>${items(kr, clock)}</section>`;
}

function items(kr: KeyResultReport, clock: LocalClock): Content {
  const { items: moved } = kr.week;
  const count = itemsWords(moved);
  if (moved.reason !== null) {
    return html`<p class="faint">${count === null ? null : `${sentence(count)} `}No item is named: ${moved.reason}.</p>`;
  }
  if (count === null) return html`<p class="faint">No item came in or dropped out.</p>`;
  if (moved.largest.length === 0) {
    return html`<p class="faint">${sentence(count)} None of them moves it on its own.</p>`;
  }
  return html`<p class="faint">${sentence(count)} What moved it most, each on its own:</p><ul class="movers">${moved.largest.map((mover) => item(kr, mover, clock))}</ul>`;
}

function item(kr: KeyResultReport, mover: MoverModel, clock: LocalClock): Markup {
  const { ref, at, subject, term } = mover;
  const title = ref.title ?? keyWords(ref);
  const facts = [
    html`${moverChangeWords(mover)}`,
    moverValueWords(mover) === null ? null : html`<b>${moverValueWords(mover)}</b>`,
    term === null ? null : said(term),
    title === ref.key || ref.title === null ? null : said(keyWords(ref)),
    subject === null || subject === title ? null : said(subject),
    html`<time datetime="${at}">${shortDate(clock.date(at))}</time>`,
  ];
  return html`<li><span class="effect">${effectWords(mover, kr)}</span><div><span class="what">${linked(title, ref.url)}</span><span class="facts">${joined(facts)}</span></div></li>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
