import type { Unit } from '../domain/okr.ts';
import type { MoverModel, WeekModel } from './detail.ts';
import { formatNumber, formatShare, NO_DATA, unitSuffix, valueFormatter } from './format.ts';
import type { KeyResultModel } from './model.ts';
import { cleanText, clip } from './text.ts';
import { keyWords } from './words.ts';

/** The value of a week ago, the value now and how far they are apart, written alike: `42 h`, `40.5 h`, `−1.5 h`. */
export interface WeekWords {
  readonly before: string;
  readonly now: string;
  readonly delta: string;
}

/** Null where the two cannot be compared: `week.reason` says why. */
export function weekWords(week: WeekModel, unit: Unit): WeekWords | null {
  const { before, now, delta } = week;
  if (before === null || now === null || delta === null) return null;
  const format = valueFormatter(unit, [before.value, now.value]);
  const written = delta === 0 ? 'unchanged' : differenceWords(delta, unit, [before.value, now.value]);
  return { before: format(before.value), now: format(now.value), delta: written };
}

/** What the progress gained or lost, in points of a hundred: `+5 pp`; `—` where it is not known. */
export function progressDeltaWords(delta: number | null): string {
  if (delta === null) return NO_DATA;
  // Cut towards zero as progress is, so that a point shown is a whole one.
  const points = Math.trunc(delta * 100 + Math.sign(delta) * 1e-9);
  return points === 0 ? '±0 pp' : `${signOf(points)}${formatNumber(Math.abs(points), 0)} pp`;
}

/** Whether the week brought the key result nearer to where it is to be; null where that cannot be told. */
export function isBetter(keyResult: KeyResultModel, week: WeekModel): boolean | null {
  const { before, now, delta, progressDelta } = week;
  if (before === null || now === null || delta === null || delta === 0) return null;
  if (keyResult.kind !== 'keep') {
    return progressDelta === null || progressDelta === 0 ? null : progressDelta > 0;
  }
  const outside = (value: number): number => {
    const { min = null, max = null } = keyResult.keep ?? {};
    return Math.max(0, max === null ? 0 : value - max, min === null ? 0 : min - value);
  };
  const [was, is] = [outside(before.value), outside(now.value)];
  return was === is ? null : is < was;
}

/** What came into its window, dropped out of it or changed inside it: `12 came in, 9 dropped out`; null for nothing. */
export function itemsWords({
  entered,
  left,
  changed,
}: Pick<WeekModel['items'], 'entered' | 'left' | 'changed'>): string | null {
  const parts: string[] = [];
  if (entered > 0) parts.push(`${formatNumber(entered, 0)} came in`);
  if (left > 0) parts.push(`${formatNumber(left, 0)} dropped out`);
  if (changed > 0) parts.push(`${formatNumber(changed, 0)} changed`);
  return parts.length === 0 ? null : parts.join(', ');
}

const CHANGE_WORDS = { entered: 'came in', left: 'dropped out', changed: 'changed' } as const;

export function moverChangeWords({ change }: Pick<MoverModel, 'change'>): string {
  return CHANGE_WORDS[change];
}

/** What an item counts as: `71.3 h`, `3 of 5`, `5 → 8 points`; null where its effect says as much. */
export function moverValueWords(mover: MoverModel): string | null {
  const { value, of, was, unit, aggregate } = mover;
  if (aggregate === 'count' || of === 0 || (aggregate === 'sum' && was === null)) return null;
  if (of !== null) return `${formatNumber(value, 2)} of ${formatNumber(of, 2)}`;
  if (aggregate === 'share') return was === null ? answer(value) : `${answer(was)} → ${answer(value)}`;
  if (aggregate === 'perDay' || aggregate === 'perWeek' || aggregate === 'nps') {
    if (was !== null) return `${formatNumber(was, 2)} → ${formatNumber(value, 2)}`;
    return value === 1 && aggregate !== 'nps' ? null : formatNumber(value, 2);
  }
  const format = valueFormatter(unit, [value, was]);
  return was === null ? format(value) : `${format(was)} → ${format(value)}`;
}

function answer(value: number): string {
  if (value === 1) return 'yes';
  return value === 0 ? 'no' : formatShare(value);
}

/** How far the item alone moves the value: `+1.2 h`; `all of it` where there would be no value without it. */
export function effectWords(
  mover: Pick<MoverModel, 'effect'>,
  { unit, current }: Pick<KeyResultModel, 'unit' | 'current'>,
): string {
  const { effect } = mover;
  return effect === null ? 'all of it' : differenceWords(effect, unit, [current]);
}

/** What it is called may be cut, so that what it did never is. */
const LONGEST_NAME = 160;
const LONGEST_TERM = 60;

/** An item that moved a key result on one plain line: `acme/web#812 Render the cart: came in with 71.3 h, +1.2 h`. */
export function moverLine(mover: MoverModel, keyResult: KeyResultModel): string {
  const { ref, change } = mover;
  const name = clip(
    cleanText(ref.title === null ? keyWords(ref) : `${keyWords(ref)} ${ref.title}`),
    LONGEST_NAME,
  );
  const term = mover.term === null ? null : clip(cleanText(mover.term), LONGEST_TERM);
  const value = moverValueWords(mover);
  const how = moverChangeWords(mover);
  const counted = value === null ? how : change === 'changed' ? `${how} ${value}` : `${how} with ${value}`;
  return `${name}: ${counted}${term === null ? '' : ` (${term})`}, ${effectWords(mover, keyResult)}`;
}

/** A difference with its sign, in the unit of the values it lies between. Of two shares: in points of a hundred. */
function differenceWords(difference: number, unit: Unit, scale: readonly (number | null)[]): string {
  const size = Math.abs(difference);
  if (unit === 'share') return `${signOf(difference)}${formatNumber(size * 100, 1)} pp`;
  const text = valueFormatter(unit, [...scale, difference])(size);
  // A ratio has two decimals, and what is not zero must not read as zero.
  const seen =
    difference !== 0 && Number.parseFloat(text) === 0 ? `${formatNumber(size, 2)}${unitSuffix(unit)}` : text;
  return `${signOf(difference)}${seen}`;
}

function signOf(value: number): string {
  return value < 0 ? '−' : '+';
}
