import type { Status } from '../../domain/okr.ts';
import { isBetter, progressDeltaWords, weekWords } from '../change.ts';
import type { KeyResultReport, ObjectiveReport, ReportModel } from '../detail.ts';
import { formatAge, formatNumber, formatProgress, type LocalClock } from '../format.ts';
import type { SourceModel } from '../model.ts';
import { dataWords, rollUpName, statusWords, URGENT_FIRST } from '../words.ts';
import { progressBar } from './bar.ts';
import { shortDate } from './dates.ts';
import { anchor, keyResultCard } from './key-result.ts';
import { type Content, html, joined, type Markup, said } from './markup.ts';
import { statusPill, tone } from './status.ts';

/** A key result with where it stands. */
export interface Entry {
  readonly objective: ObjectiveReport;
  readonly kr: KeyResultReport;
  /** Place of the objective: what the filters show and hide by. */
  readonly place: number;
}

export function entriesOf(model: ReportModel): readonly Entry[] {
  return model.objectives.flatMap((objective, place) =>
    objective.keyResults.map((kr) => ({ objective, kr, place })),
  );
}

/** The objectives with their roll-up, each a link to its own part of the page. */
export function glance(model: ReportModel): Markup {
  const rows = model.objectives.map(
    (objective, place) =>
      html`<li data-o="${place}"><a href="${fragment(`o/${objective.id}`)}">${said(objective.title)}</a>${statusPill(objective.status)}${progressBar({ share: objective.progress, mark: null, markName: '', tone: tone(objective.status) })}</li>`,
  );
  return html`<nav class="panel glance" aria-labelledby="glance"><h2 id="glance">Objectives</h2><ul>${rows}</ul></nav>`;
}

/** The objectives put together by team, owner and focus area, where there are several. */
export function rollUps(model: ReportModel): Content {
  const lists = ROLL_UPS.flatMap(([by, title]) => {
    const groups = model.rollups[by];
    if (groups.length < 2) return [];
    const rows = groups.map(
      (group) =>
        html`<li><span>${said(rollUpName(group, by))}</span>${statusPill(group.status)}<strong>${formatProgress(group.progress)}</strong></li>`,
    );
    return [html`<div><h3>${title}</h3><ul>${rows}</ul></div>`];
  });
  if (lists.length === 0) return null;
  return html`<section class="panel whole" aria-labelledby="rollups"><h2 id="rollups">Put together</h2><div class="rollups">${lists}</div></section>`;
}

const ROLL_UPS = [
  ['team', 'By team'],
  ['owner', 'By owner'],
  ['focusArea', 'By focus area'],
] as const;

/** Held, stale and empty key results: what not to read too much into today, and why. */
export function doubts(entries: readonly Entry[], clock: LocalClock): Content {
  const doubted = entries.filter(({ kr }) => ['held', 'stale', 'no_data'].includes(kr.status));
  if (doubted.length === 0) return null;
  const rows = doubted.map(({ objective, kr, place }) => {
    const shown =
      kr.current === null || kr.measuredAt === null
        ? 'no value yet'
        : `shown is the value of ${shortDate(clock.date(kr.measuredAt))}`;
    const why = [kr.note, shown].filter((one) => one !== null && one !== '').join('; ');
    return html`<li data-o="${place}" data-status="${kr.status}">${statusPill(kr.status)}<div><a href="${fragment(anchor(objective.id, kr.id))}">${said(kr.title)}</a><p class="faint">${said(why)}</p></div></li>`;
  });
  return html`<section class="panel doubts" aria-labelledby="doubts"><h2 id="doubts">Held, stale or without data</h2><ul>${rows}</ul></section>`;
}

/** What moved in the last week, the largest step of progress first. */
export function moved(entries: readonly Entry[], since: string, clock: LocalClock): Markup {
  const compared = entries.filter(({ kr }) => kr.week.delta !== null);
  const rows = compared
    .filter(({ kr }) => !isStill(kr))
    .toSorted((a, b) => step(b.kr) - step(a.kr))
    .map(movedRow);
  const still = compared.length - rows.length;
  const rest =
    still === 0
      ? null
      : html`<p class="faint whole">${still === 1 ? '1 key result' : `${still} key results`} moved less than a point of progress.</p>`;
  const empty =
    compared.length === 0
      ? html`<p class="faint">No key result has a value of a week ago to compare with.</p>`
      : null;
  const table =
    rows.length === 0
      ? null
      : html`<table class="moved"><thead><tr><th scope="col">Key result</th><th scope="col">Status</th><th scope="col" class="n">Then</th><th scope="col" class="n">Now</th><th scope="col" class="n">Change</th><th scope="col" class="n">Progress</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section class="panel" aria-labelledby="moved"><h2 id="moved">What moved since ${shortDate(clock.date(since))}</h2>${table}${rest}${empty}</section>`;
}

function isStill({ week }: KeyResultReport): boolean {
  // Where there is no progress, only a value that stands is still: its unit may be anything.
  const small = week.progressDelta === null ? week.delta === 0 : Math.abs(week.progressDelta) < 0.01;
  return small && week.before?.status === week.now?.status;
}

function step({ week }: KeyResultReport): number {
  return Math.abs(week.progressDelta ?? 0);
}

function movedRow({ objective, kr, place }: Entry): Content {
  const { week } = kr;
  const words = weekWords(week, kr.unit);
  if (words === null || week.before === null) return null;
  const was = week.before.status;
  const turned = was === kr.status ? null : html` <span class="faint">was ${statusWords(was)}</span>`;
  const better = isBetter(kr, week);
  const tone = better === null ? 'delta' : better ? 'delta better' : 'delta worse';
  return html`<tr data-o="${place}" data-status="${kr.status}"><th scope="row"><a href="${fragment(anchor(objective.id, kr.id))}">${said(kr.title)}</a></th><td class="state">${statusPill(kr.status, kr.outcome)}${turned}</td><td class="n">${words.before}</td><td class="n">${words.now}</td><td class="n"><strong class="${tone}">${words.delta}</strong></td><td class="n">${progressDeltaWords(week.progressDelta)}</td></tr>`;
}

/** An objective with its key results. */
export function objectiveSection(
  model: ReportModel,
  objective: ObjectiveReport,
  entries: readonly Entry[],
  place: number,
  clock: LocalClock,
): Markup {
  const { owner, team, focusArea, parent } = objective;
  const facts: Content[] = [owner, team, focusArea].filter((fact) => fact !== null).map(said);
  if (parent !== null) {
    const above = model.objectives.find(({ id }) => id === parent);
    facts.push(
      html`under ${above === undefined ? said(parent) : html`<a href="${fragment(`o/${above.id}`)}">${said(above.title)}</a>`}`,
    );
  }
  facts.push(dataWords(objective));
  const cards = entries
    .filter((entry) => entry.place === place)
    .map(({ kr }) => keyResultCard(model, objective.id, kr, clock));
  return html`<section class="objective" id="o/${objective.id}" data-o="${place}" aria-labelledby="t${place}">
<header><div><h2 id="t${place}">${said(objective.title)}</h2><p class="faint">${joined(facts)}</p></div>${statusPill(objective.status)}${progressBar({ share: objective.progress, mark: null, markName: '', tone: tone(objective.status) })}</header>
${cards.length === 0 ? html`<p class="faint">It has no key results of its own.</p>` : cards}
</section>`;
}

export function sourcesSection(model: ReportModel, clock: LocalClock): Content {
  if (model.sources.length === 0) return null;
  const rows = model.sources.map((source) => sourceRow(source, model.asOf, clock));
  return html`<section class="panel" aria-labelledby="sources"><h2 id="sources">Sources</h2><table class="sources"><thead><tr><th scope="col">Source</th><th scope="col">Last complete</th><th scope="col" class="n">Records</th><th scope="col">State</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function sourceRow(source: SourceModel, asOf: string, clock: LocalClock): Markup {
  const errors = new Set<string>();
  for (const { stream, member, error } of source.streams) {
    if (error !== null) errors.add(`${stream}${member === null ? '' : ` ${member}`}: ${error}`);
  }
  if (errors.size === 0 && source.error !== null) errors.add(source.error);
  const { lastSuccessAt: at } = source;
  const state =
    errors.size > 0
      ? html`<span class="failed">failing</span> ${[...errors].map((error) => html`<p class="faint">${said(error)}</p>`)}`
      : html`${at === null ? 'waiting' : 'ok'}`;
  const when =
    at === null
      ? html`never`
      : html`<time datetime="${at}">${clock.dateTime(at)}</time> <span class="faint">${formatAge(at, asOf)}</span>`;
  return html`<tr><th scope="row">${said(source.id)} <span class="faint">${said(source.kind)}</span></th><td>${when}</td><td class="n">${formatNumber(source.records, 0)}</td><td>${state}</td></tr>`;
}

/** How many key results have each status, as pills with their counts. */
export function tally(entries: readonly Entry[]): Content {
  const counts = new Map<string, { readonly status: Status; readonly pill: Markup; count: number }>();
  for (const { kr } of entries) {
    const words = statusWords(kr.status, kr.outcome);
    const known = counts.get(words);
    if (known) known.count++;
    else counts.set(words, { status: kr.status, pill: statusPill(kr.status, kr.outcome), count: 1 });
  }
  if (counts.size === 0) return null;
  const parts = [...counts.values()]
    .sort((a, b) => URGENT_FIRST.indexOf(a.status) - URGENT_FIRST.indexOf(b.status))
    .map(({ pill, count }) => html`<li><strong>${count}</strong> ${pill}</li>`);
  return html`<ul class="tally" aria-label="Key results by status">${parts}</ul>`;
}

/** A link to a place of the page. */
export function fragment(id: string): string {
  return `#${encodeURIComponent(id)}`;
}
