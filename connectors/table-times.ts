import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../src/domain/records.ts';
import { firstWords } from '../src/domain/redact.ts';

/** Beside these, patterns of the tokens below. */
export const TIME_FORMATS = ['iso', 's', 'ms'] as const;

export type ParsedTime = { readonly at: Instant } | { readonly fault: string };

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

const TOKENS = {
  YYYY: '(?<year>\\d{4})',
  MMM: '(?<monthName>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour12>\\d{2})',
  h: '(?<hour12>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<milli>\\d{3})',
  A: '(?<half>[AaPp][Mm])',
  Z: '(?<offset>Z|[+-]\\d{2}:?\\d{2})',
} as const;

const TOKEN = /YYYY|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|Z/g;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Why a text is not a format of times; null when it is one. */
export function timePatternFault(format: string): string | null {
  if ((TIME_FORMATS as readonly string[]).includes(format)) return null;
  const tokens: string[] = format.match(TOKEN) ?? [];
  const count = (letters: RegExp) => tokens.filter((token) => letters.test(token)).length;
  if (/[A-Za-z]/.test(format.replace(TOKEN, '').replace(/T/, ''))) {
    return `is not a format of times: use ${TIME_FORMATS.join(', ')}, or a pattern of YYYY MM M MMM DD D HH H hh h mm ss SSS A Z`;
  }
  if (count(/^Y/) !== 1 || count(/^M/) !== 1 || count(/^D/) !== 1) {
    return 'must name the year (YYYY), the month and the day once each';
  }
  if (new Set(tokens.map((token) => token[0])).size < tokens.length) return 'names a part twice';
  if (count(/^h/) > 0 !== count(/^A$/) > 0 || (count(/^h/) > 0 && count(/^H/) > 0)) {
    return 'must have hours as HH, or as hh with A';
  }
  return null;
}

/** A reader of times that are written in one way. `zone` holds where the text does not say its own. */
export function timeReader(format: string, zone: string): (cell: unknown) => ParsedTime {
  if (format === 's') return (cell) => epoch(cell, 1000, 's');
  if (format === 'ms') return (cell) => epoch(cell, 1, 'ms');
  if (format === 'iso') return (cell) => iso(cell, zone);
  const pattern = new RegExp(`^${patternOf(format)}$`);
  return (cell) => byPattern(cell, pattern, format, zone);
}

function patternOf(format: string): string {
  let regex = '';
  let at = 0;
  for (const match of format.matchAll(TOKEN)) {
    regex += literal(format.slice(at, match.index)) + TOKENS[match[0] as keyof typeof TOKENS];
    at = match.index + match[0].length;
  }
  return regex + literal(format.slice(at));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
}

function epoch(cell: unknown, factor: number, unit: string): ParsedTime {
  const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  const at = typeof number === 'number' || typeof number === 'bigint' ? Number(number) * factor : Number.NaN;
  // Seconds taken for milliseconds, or the other way round, would lie centuries away.
  if (at >= 1e11 && at < 1e13) return { at: Math.round(at) };
  return { fault: `${shown(cell)} is no likely time in ${unit} since 1970` };
}

function iso(cell: unknown, zone: string): ParsedTime {
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return { at: cell.getTime() };
  const match = typeof cell === 'string' ? ISO.exec(cell.trim()) : null;
  if (match === null) return { fault: notIso(cell) };
  const [, date = '', time = '00:00', offset] = match;
  return resolved(`${date}T${time.replace(',', '.')}`, offset, zone, cell);
}

/** Never a guess: 10/11/2026 is the tenth of November to some and the eleventh of October to others. */
function notIso(cell: unknown): string {
  const text = typeof cell === 'string' ? cell.trim() : '';
  const [, first, sign = '/', second] = /^(\d{1,2})([./-])(\d{1,2})[./-]\d{4}\b/.exec(text) ?? [];
  if (first !== undefined && second !== undefined) {
    const dayFirst = `DD${sign}MM${sign}YYYY`;
    const monthFirst = `MM${sign}DD${sign}YYYY`;
    const both = Number(first) <= 12 && Number(second) <= 12;
    return `${shown(cell)} ${both ? 'can be read in two ways' : 'is not written as ISO 8601'}: say which is meant with \`dates: { format: ${dayFirst} }\` or \`${monthFirst}\``;
  }
  if (typeof cell === 'number' || /^\d{10,13}$/.test(text)) {
    return `${shown(cell)} is a plain number: say \`dates: { format: s }\` or \`ms\``;
  }
  return `${shown(cell)} is no time of ISO 8601 such as 2026-10-31 or 2026-10-31T12:00:00Z: say how it is written with \`dates: { format: … }\``;
}

function byPattern(cell: unknown, pattern: RegExp, format: string, zone: string): ParsedTime {
  const parts = typeof cell === 'string' ? pattern.exec(cell.trim())?.groups : undefined;
  if (parts === undefined) return { fault: `${shown(cell)} is not written as ${format}` };
  const month = parts.monthName ? MONTHS.indexOf(parts.monthName.toLowerCase()) + 1 : Number(parts.month);
  const hour = hourOf(parts);
  if (month === 0 || hour === null) return { fault: `${shown(cell)} is not written as ${format}` };
  const two = (part: string | number | undefined) => String(part ?? 0).padStart(2, '0');
  const date = `${parts.year}-${two(month)}-${two(parts.day)}`;
  const time = `${two(hour)}:${two(parts.minute)}:${two(parts.second)}.${parts.milli ?? '000'}`;
  return resolved(`${date}T${time}`, parts.offset, zone, cell);
}

function hourOf({ hour, hour12, half = '' }: Record<string, string | undefined>): number | null {
  if (hour12 === undefined) return Number(hour ?? 0);
  const number = Number(hour12);
  if (number < 1 || number > 12) return null;
  return (number % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

/** Where clocks repeat an hour the first one is taken, and where they skip one the moment after. */
function resolved(local: string, offset: string | undefined, zone: string, cell: unknown): ParsedTime {
  try {
    const plain = Temporal.PlainDateTime.from(local, { overflow: 'reject' });
    const own = offset === undefined ? zone : offsetZone(offset);
    return { at: plain.toZonedDateTime(own).epochMilliseconds };
  } catch {
    return { fault: `${shown(cell)} is not a day or time that exists` };
  }
}

function offsetZone(offset: string): string {
  if (/^(Z|UTC)$/i.test(offset)) return 'UTC';
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [];
  return `${sign}${hours}:${minutes}`;
}

/** A cell as a message may show it. */
export function shown(cell: unknown): string {
  if (cell === null || cell === undefined || cell === '') return 'an empty cell';
  if (Array.isArray(cell)) return 'a list';
  if (typeof cell === 'object' && !(cell instanceof Date)) return 'an object';
  const text = String(cell);
  const words = firstWords(text, 40);
  return words === '…' ? `a word of ${text.length} characters` : `"${words}"`;
}
