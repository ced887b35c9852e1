import { Temporal } from 'temporal-polyfill';
import type { Unit } from '../domain/okr.ts';
import { localDate } from '../domain/time.ts';

/** What stands where there is no data. Never a 0. */
export const NO_DATA = '—';

const THIN_SPACE = '\u202f';

/** A number with so many decimals at most, none of them idle, its thousands set apart by a thin space. */
export function formatNumber(value: number, decimals: number): string {
  const fixed = value.toFixed(decimals);
  const trimmed = fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  // What is not zero must not read as zero.
  if (Number(trimmed) === 0) return value === 0 ? '0' : String(Number(value.toPrecision(1)));
  const [whole = '', fraction] = trimmed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/**
 * Writes the values of one key result alike, so that start, current and target compare: hours stay hours,
 * milliseconds become seconds for all of them when the largest is a second or more.
 */
export function valueFormatter(
  unit: Unit,
  values: readonly (number | null)[],
): (value: number | null) => string {
  const seconds = inSeconds(unit, values);
  return (value) => (value === null ? NO_DATA : withUnit(value, unit, seconds, 0));
}

function inSeconds(unit: Unit, values: readonly (number | null)[]): boolean {
  return unit === 'milliseconds' && values.some((value) => Math.abs(value ?? 0) >= 1000);
}

const MOST_FURTHER = 3;

/**
 * `value`, written as the others are, with as many further decimals, three at most, as tell it from each limit that it is not on:
 * 12.04 h over a limit of 12 h must not read as 12 h. What still reads alike then is within the noise of binary fractions.
 */
export function formatBeside(
  unit: Unit,
  value: number | null,
  values: readonly (number | null)[],
  limits: readonly (number | null)[],
): string {
  if (value === null) return NO_DATA;
  const seconds = inSeconds(unit, [value, ...values, ...limits]);
  const format = (one: number | null) => (one === null ? NO_DATA : withUnit(one, unit, seconds, 0));
  const taken = limits.filter((limit) => limit !== value).map(format);
  for (let further = 0; further < MOST_FURTHER; further += 1) {
    const text = withUnit(value, unit, seconds, further);
    if (!taken.includes(text)) return text;
  }
  return withUnit(value, unit, seconds, MOST_FURTHER);
}

/** One value with its unit; `—` for none. */
export function formatValue(value: number | null, unit: Unit): string {
  return valueFormatter(unit, [value])(value);
}

/** The unit as it follows a number: ` h`, ` %`, `/week`; empty for plain counts, ratios and scores. */
export function unitSuffix(unit: Unit): string {
  switch (unit) {
    case 'hours':
      return ' h';
    case 'milliseconds':
      return ' ms';
    case 'share':
      return ' %';
    case 'points':
      return ' points';
    case 'lines':
      return ' lines';
    case 'per week':
      return '/week';
    default:
      return '';
  }
}

/** A value as text without its unit, where another beside it names the unit for both. */
export function withoutUnit(text: string, unit: Unit): string {
  const suffix = unitSuffix(unit);
  for (const one of [suffix, singular(suffix)]) {
    if (text.endsWith(one)) return text.slice(0, text.length - one.length);
  }
  return text;
}

function singular(suffix: string): string {
  return suffix.replace(/s$/, '');
}

/** Zeros at the end, after two decimals. */
const IDLE_BEYOND_TWO = /(\.\d\d\d*?)0+$/;

/** `further`: decimals beyond those that are written mostly. */
function withUnit(value: number, unit: Unit, seconds: boolean, further: number): string {
  if (unit === 'milliseconds') {
    return seconds ? `${formatNumber(value / 1000, 2 + further)} s` : `${formatNumber(value, further)} ms`;
  }
  if (unit === 'share') return formatShare(value, further);
  if (unit === 'ratio') return value.toFixed(2 + further).replace(IDLE_BEYOND_TWO, '$1');
  if (unit === 'score' || unit === 'none')
    return formatNumber(value, (Math.abs(value) < 10 ? 3 : 1) + further);
  const text = formatNumber(value, decimalsFor(value) + further);
  const suffix = unitSuffix(unit);
  return `${text}${/^-?1$/.test(text) ? singular(suffix) : suffix}`;
}

function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/**
 * A share of 0..1 as per cent to one decimal, or so many further. Short of all is never written as 100 %, some is never
 * 0 %.
 */
export function formatShare(share: number, further = 0): string {
  const percent = share * 100;
  const scale = 10 ** (1 + further);
  const rounded = Math.round(percent * scale) / scale;
  if (rounded === 100 && percent < 100 - 1e-9) return '99.9 %';
  if (rounded === 0 && share !== 0) return `${formatNumber(percent, 1)} %`;
  return `${formatNumber(rounded, 1 + further)} %`;
}

/** Progress as whole per cent, rounded towards zero so that 100 % means reached; `—` for none. */
export function formatProgress(progress: number | null): string {
  if (progress === null) return NO_DATA;
  if (progress >= 10) return '>999 %';
  if (progress <= -10) return '<-999 %';
  // The tiny step undoes what binary fractions lose: 0.29 * 100 is 28.999…
  const percent = Math.trunc(progress * 100 + Math.sign(progress) * 1e-9);
  return `${percent === 0 ? 0 : percent} %`;
}

/** A count with its noun: `1 record`, `1 234 records`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count, 0)} ${count === 1 ? noun : plural}`;
}

/** How long something took: `840 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${formatNumber(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const [large, small, units] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, ['min', 's']]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), ['h', 'min']];
  return small === 0 ? `${large} ${units[0]}` : `${large} ${units[0]} ${small} ${units[1]}`;
}

/** How long before `asOf` a moment was: `just now`, `12 min ago`, `3 h ago`, `5 d ago`; `in 2 h` when it is later. */
export function formatAge(at: string, asOf: string): string {
  const minutes = (Date.parse(asOf) - Date.parse(at)) / 60_000;
  const size = Math.abs(minutes);
  if (size < 1) return 'just now';
  const text =
    size < 60
      ? `${Math.floor(size)} min`
      : size < 48 * 60
        ? `${Math.floor(size / 60)} h`
        : `${Math.floor(size / 1440)} d`;
  return minutes > 0 ? `${text} ago` : `in ${text}`;
}

/** Writes moments as the wall clock of one zone shows them, the same in every locale. */
export interface LocalClock {
  readonly zone: string;
  /** `2026-11-24` */
  date(at: string): string;
  /** `2026-11-24 06:15` */
  dateTime(at: string): string;
}

/** A clock of an IANA zone. */
export function localClock(zone: string): LocalClock {
  function date(at: string): string {
    return localDate(Date.parse(at), zone);
  }
  function dateTime(at: string): string {
    const local = Temporal.Instant.fromEpochMilliseconds(Date.parse(at)).toZonedDateTimeISO(zone);
    return local.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
  }
  return { zone, date, dateTime };
}

/** Whole days from one local date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
