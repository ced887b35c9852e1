import type { WorkCalendar } from '../domain/calendar.ts';
import type { Aggregate, Unit } from '../domain/okr.ts';
import { DAY, HOUR } from '../domain/time.ts';

/** A number, or text with a unit. */
export const QUANTITY = /^[+-]?(\d+(\.\d+)?|\.\d+) ?(ms|s|m|h|d|w|%)?$/;
/** A length of time above nothing. */
export const DURATION = /^(?=.*[1-9])(\d+(\.\d+)?|\.\d+) ?(ms|s|m|h|d|w)$/;

const PARTS = /^([+-]?[\d.]+) ?(ms|s|m|h|d|w|%)?$/;
const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

/** Milliseconds; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  const [, number, unit] = PARTS.exec(text) ?? [];
  const factor = unit === undefined ? undefined : MILLISECONDS[unit];
  return number === undefined || factor === undefined ? null : tidy(Number(number) * factor);
}

export type Parsed = { readonly value: number } | { readonly fault: string };

/**
 * A quantity as a number in the unit of its metric. A plain number is in that unit already. Of hours that a calendar
 * counts nobody can tell how many a `d` or `w` has.
 */
export function parseQuantity(given: number | string, unit: Unit, calendar?: WorkCalendar): Parsed {
  const [, digits, suffix] = PARTS.exec(String(given)) ?? [];
  if (calendar !== undefined && unit === 'hours' && (suffix === 'd' || suffix === 'w')) {
    return {
      fault: `is counted in the working hours of \`${calendar.id}\`: write how many hours, such as 16h`,
    };
  }
  const number = typeof given === 'number' ? given : Number(digits);
  if (!Number.isFinite(number)) return { fault: `"${given}" is not a quantity` };
  if (suffix === undefined) return unit === 'share' ? share(number, false) : { value: number };
  if (suffix === '%') {
    if (unit === 'share') return share(number / 100, true);
    if (unit === 'ratio') return { value: tidy(number / 100) };
    return { fault: `is measured in ${UNIT_NAMES[unit]}, not in percent` };
  }
  const milliseconds = number * (MILLISECONDS[suffix] ?? Number.NaN);
  if (unit === 'hours') return { value: tidy(milliseconds) / HOUR };
  if (unit === 'milliseconds') return { value: tidy(milliseconds) };
  return { fault: `is measured in ${UNIT_NAMES[unit]}, so it cannot be a length of time` };
}

function share(value: number, percent: boolean): Parsed {
  if (value >= 0 && value <= 1) return { value: tidy(value) };
  const hint = !percent && value > 1 && value <= 100 ? `; write \`${value}%\`` : '';
  return { fault: `a share lies between 0 and 1, or 0% and 100%${hint}` };
}

export const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  count: 'plain counts',
  ratio: 'a ratio, such as 0.8 or `80%`',
  share: 'a share, such as `80%`',
  hours: 'hours',
  milliseconds: 'milliseconds',
  points: 'points',
  lines: 'lines',
  'per week': 'plain numbers a week',
  score: 'plain numbers',
  currency: 'the currency of the data',
  none: 'plain numbers',
};

/** The unit of a metric's aggregate: counting hours gives a count. */
export function unitOf(unit: Unit, aggregate: Aggregate): Unit {
  if (aggregate === 'count') return 'count';
  if (aggregate === 'perWeek') return 'per week';
  if (aggregate === 'perDay') return 'none';
  if (aggregate === 'share') return 'share';
  if (aggregate === 'nps') return 'score';
  return unit;
}

/** Without the noise of binary fractions: 0.07 × 1000 is 70. */
function tidy(value: number): number {
  return Number(value.toPrecision(14));
}
