export interface NumberFormat {
  readonly decimal: '.' | ',';
  readonly thousands: string | null;
}

/** Blanks that spreadsheets put between groups of digits: also the no-break and the narrow no-break one. */
const BLANKS = /[ \u00a0\u202f]/g;

/**
 * A cell as a number: one of JSON or of a database as it is, a text by the format. A percent sign divides by 100.
 * Text of any other form (`1,5` where a point is expected, `12 kr`, `NaN`) is no number: null.
 */
export function parseNumber(cell: unknown, { decimal, thousands }: NumberFormat): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (typeof cell === 'bigint') return Number(cell);
  if (typeof cell !== 'string') return null;
  let text = cell.trim().replace(/^\u2212/, '-');
  const percent = /[ \u00a0\u202f]?%$/.test(text);
  if (percent) text = text.replace(/[ \u00a0\u202f]?%$/, '');
  if (thousands === ' ') text = text.replace(BLANKS, ' ');
  const [whole = '', fraction, ...rest] = text.split(decimal);
  if (rest.length > 0) return null;
  const digits = ungrouped(whole, thousands);
  if (digits === null || (fraction !== undefined && !/^\d+(?:[eE][+-]?\d+)?$/.test(fraction))) return null;
  if (fraction !== undefined && /[eE]/.test(digits)) return null;
  const number = Number(fraction === undefined ? digits : `${digits}.${fraction}`);
  if (!Number.isFinite(number)) return null;
  // 7 / 100 is exact enough; 0.07 * 100 is what would not be.
  return percent ? number / 100 : number;
}

/** The digits before the decimal sign; null where groups are not of three. */
function ungrouped(whole: string, thousands: string | null): string | null {
  if (/^[+-]?\d+(?:[eE][+-]?\d+)?$/.test(whole)) return whole;
  if (/^[+-]?$/.test(whole)) return null;
  if (thousands === null) return null;
  const groups = whole.split(thousands);
  const [first = '', ...others] = groups;
  const right = /^[+-]?\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
  return right ? groups.join('') : null;
}
