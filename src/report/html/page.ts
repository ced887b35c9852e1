import { createHash } from 'node:crypto';
import type { ReportModel } from '../detail.ts';
import { daysBetween, formatProgress, type LocalClock, localClock } from '../format.ts';
import { cleanText } from '../text.ts';
import { percent } from './bar.ts';
import { controls } from './controls.ts';
import { type Content, html, type Markup, said, verbatim } from './markup.ts';
import { SCRIPT } from './script.ts';
import {
  doubts,
  entriesOf,
  glance,
  moved,
  objectiveSection,
  rollUps,
  sourcesSection,
  tally,
} from './sections.ts';
import { statusShapes } from './status.ts';
import { STYLE } from './style.ts';

/**
 * The report as one page that needs nothing else: its style and script are inside, both allowed by their digest
 * alone, and its policy forbids any request. Without scripts everything is shown. Ends with a line break.
 */
export function renderHtml(model: ReportModel): string {
  const clock = localClock(model.timezone);
  const entries = entriesOf(model);
  const title = `OKRs ${cleanText(model.cycle.id)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="krsync">
<title>${title}: ${model.cycle.start} to ${model.cycle.end}</title>
<link rel="icon" href="data:,">
<style>${verbatim(STYLE)}</style>
</head>
<body>
${statusShapes()}
<a class="skip" href="#main">Skip to the report</a>
${topBar(model, clock)}
<main id="main" tabindex="-1">
${summary(model, entries, clock)}
${controls(model)}
${model.objectives.length === 0 ? null : glance(model)}
${doubts(entries, clock)}
${entries.length === 0 ? null : moved(entries, model.weekAgo, clock)}
${model.objectives.map((objective, place) => objectiveSection(model, objective, entries, place, clock))}
${rollUps(model)}
${sourcesSection(model, clock)}
</main>
<footer><p>Made by krsync from what was recorded up to ${clock.dateTime(model.asOf)} (${said(model.timezone)}). This page loads nothing and sends nothing.</p></footer>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`;
  return page.toString();
}

/** Nothing may be loaded but the empty icon; nothing may run or be styled but what is in the page as it was made. */
function policy(): string {
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${digest(STYLE)}`,
    `script-src ${digest(SCRIPT)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Stays in sight: which cycle, and how much of it is over. */
function topBar(model: ReportModel, clock: LocalClock): Markup {
  const { cycle } = model;
  return html`<header class="top"><div class="row"><span class="cycle">${said(cycle.id)}</span><span class="faint when">${elapsedWords(model, clock)}</span><button type="button" id="theme" hidden>Dark</button></div><svg class="elapsed" aria-hidden="true"><rect class="rest" width="100%" height="3"/><rect class="done" width="${percent(cycle.elapsed)}" height="3"/></svg></header>`;
}

function elapsedWords({ cycle, asOf }: ReportModel, clock: LocalClock): Content {
  const days = daysBetween(cycle.start, cycle.end) + 1;
  const day = daysBetween(cycle.start, clock.date(asOf)) + 1;
  if (day < 1) return `begins on ${cycle.start}`;
  if (day > days) return 'over';
  return html`day ${day} of ${days}<span class="share">, ${formatProgress(cycle.elapsed)} elapsed</span>`;
}

function summary(model: ReportModel, entries: ReturnType<typeof entriesOf>, clock: LocalClock): Content {
  const { cycle } = model;
  const none = model.objectives.length === 0 ? html`<p>No objective belongs to this cycle.</p>` : null;
  return html`<section class="summary"><h1>OKRs ${said(cycle.id)}</h1><p class="faint"><span class="nowrap">${cycle.start} to ${cycle.end},</span> <span class="nowrap">as of ${clock.dateTime(model.asOf)}</span> (${said(model.timezone)})</p>${tally(entries)}${none}</section>`;
}
