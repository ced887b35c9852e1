import { clampProgress } from '../../okr/progress.ts';
import { formatProgress } from '../format.ts';
import { html, type Markup } from './markup.ts';

export interface BarOptions {
  /** Raw progress; what is beyond 0..1 is drawn as full or empty. Null: no data, drawn as neither. */
  readonly share: number | null;
  /** Where it should be by now, 0..1. */
  readonly mark: number | null;
  /** What the mark stands for. */
  readonly markName: string;
  readonly tone: string;
}

/** A progress bar with its number beside it; the number says what the bar shows. */
export function progressBar({ share, mark, markName, tone }: BarOptions): Markup {
  const filled = share === null ? 0 : clampProgress(share);
  const fill =
    filled === 0 ? null : html`<rect class="fill" width="${percent(filled)}" height="8" y="4" rx="4"/>`;
  const at = mark === null ? null : percent(clampProgress(mark));
  const tick = at === null ? null : html`<line class="mark" x1="${at}" x2="${at}" y1="0" y2="16"/>`;
  const expected =
    mark === null ? null : html` <span class="faint">${markName} ${formatProgress(mark)}</span>`;
  return html`<div class="progress ${tone}"><svg class="bar" aria-hidden="true"><rect class="${share === null ? 'rest none' : 'rest'}" width="100%" height="8" y="4" rx="4"/>${fill}${tick}</svg><span class="percent"><strong>${formatProgress(share)}</strong>${expected}</span></div>`;
}

/** Coordinates of a drawing to two decimals, so that the page stays small. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
