import { createRequire } from 'node:module';

// Characters that take one column everywhere: Latin, Greek, Cyrillic, and the ones these screens draw with.
const ONE_COLUMN =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03c9\u0400-\u0482\u048a-\u052f\u2010-\u2026\u202f\u2190-\u2193\u2264\u2265\u2500-\u25a0\u25cb\u2605\u2713\u2717\u2800-\u28ff]*$/;

let stringWidth: ((text: string) => number) | undefined;
let segmenter: Intl.Segmenter | undefined;

/**
 * The columns that a text takes in a terminal. string-width knows, but takes a third of the start-up that
 * `status` may cost, so that it is loaded only for text that needs it. (Node 20.19 can require an ES module.)
 */
export function displayWidth(text: string): number {
  if (ONE_COLUMN.test(text)) return text.length;
  stringWidth ??= createRequire(import.meta.url)('string-width').default as (text: string) => number;
  return stringWidth(text);
}

/** What a reader sees as characters: a letter with its accents, an emoji with its modifiers. */
function graphemes(text: string): readonly string[] {
  if (ONE_COLUMN.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** The longest beginning of a text that fits into so many columns. */
export function fitStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let taken = '';
  let used = 0;
  for (const grapheme of graphemes(text)) {
    used += displayWidth(grapheme);
    if (used > width) break;
    taken += grapheme;
  }
  return taken;
}

/** The text, or as much of it as fits with an ellipsis after it. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(ellipsis);
  return room <= 0 ? fitStart(text, width) : `${fitStart(text, room).trimEnd()}${ellipsis}`;
}

// A number stays with its unit: `24 h`, `95 %`.
const BREAK = /(?<!\d) | (?!(?:%|h|d|s|ms|min)(?:[^\p{L}\d]|$))/u;

/** Lines of at most `width` columns, broken at spaces, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (displayWidth(line) > width) {
      // A character wider than the line still has to go somewhere.
      const part = fitStart(line, width) || (graphemes(line)[0] ?? '');
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}
