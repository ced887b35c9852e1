import type { Outcome, Status } from '../../domain/okr.ts';
import { statusWords } from '../words.ts';
import { html, type Markup, verbatim } from './markup.ts';

/** One shape a status, so that it is told apart without its colour. Drawn on a field of 16 by 16. */
const SHAPES: Readonly<Record<Status, string>> = {
  on_track: '<circle cx="8" cy="8" r="7"/><path d="M4.6 8.3l2.3 2.4 4.5-5" class="ink"/>',
  achieved: '<path d="M8 .8l2.2 4.6 5 .7-3.6 3.5.9 5L8 12.2l-4.5 2.4.9-5L.8 6.1l5-.7z"/>',
  at_risk: '<path d="M8 1.2l7.3 13H.7z"/><path d="M8 6v3.8M8 11.8v.1" class="ink"/>',
  off_track:
    '<rect x="1" y="1" width="14" height="14" rx="2.5"/><path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" class="ink"/>',
  no_data: '<circle cx="8" cy="8" r="6" class="ring"/>',
  held: '<circle cx="8" cy="8" r="7"/><path d="M6.2 5.3v5.4M9.8 5.3v5.4" class="ink"/>',
  stale: '<circle cx="8" cy="8" r="7"/><path d="M8 4.2V8l2.7 1.7" class="ink"/>',
  closed: '<path d="M3 1.5v13M3 2.3h9.5l-2 3 2 3H3z" class="flag"/>',
};

/** The shapes, once for the whole page. */
export function statusShapes(): Markup {
  const symbols = Object.entries(SHAPES).map(
    ([status, shape]) => html`<symbol id="s-${status}" viewBox="0 0 16 16">${verbatim(shape)}</symbol>`,
  );
  return html`<svg class="shapes" aria-hidden="true" width="0" height="0">${symbols}</svg>`;
}

/** `✗ off track`: shape, words and colour. */
export function statusPill(status: Status, outcome: Outcome | null = null): Markup {
  const kind = tone(status, outcome);
  return html`<span class="pill ${kind}"><svg class="icon" aria-hidden="true"><use href="#s-${status}"/></svg>${statusWords(status, outcome)}</span>`;
}

/** The class that colours what belongs to a status. */
export function tone(status: Status, outcome: Outcome | null = null): string {
  if (status !== 'closed' || outcome === null || outcome === 'no_data') return `t-${status}`;
  return outcome === 'achieved' ? 't-achieved' : 't-off_track';
}
