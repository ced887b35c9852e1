import { stripVTControlCharacters } from 'node:util';

// Control and format characters, but not the joiners that emoji and some scripts are written with.
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const LONE_SURROGATE = /\p{Cs}/gu;

/**
 * Text of a tool or a user, safe to show on one line: no escape sequences, no control or direction characters,
 * no lone surrogates, runs of white space as one space.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(UNSEEN, '')
    .trim();
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `length` characters as people count them, the last of them an ellipsis where something was cut. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept: string[] = [];
  let size = 1;
  for (const { segment } of GRAPHEMES.segment(text.slice(0, length + 100))) {
    size += segment.length;
    if (size > length) break;
    kept.push(segment);
  }
  return `${kept.join('').trimEnd()}…`;
}

/** An address of the web as a browser reads it; null for any other, which nobody may be led to follow. */
export function webAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

const ASCII: Readonly<Record<string, string>> = {
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '—': '-',
  '–': '-',
  '‑': '-',
  '·': '-',
  '…': '...',
  '→': '->',
  '←': '<-',
  '≤': '<=',
  '≥': '>=',
  '×': 'x',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
};

/** The nearest that plain ASCII can say: accents fall away, arrows and dashes are spelt, the rest is `?`. */
export function toAscii(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/gu, (character) => ASCII[character] ?? character)
    .normalize('NFKD')
    .replace(/[\p{M}\u200c\u200d]/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}
