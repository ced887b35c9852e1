import type { Keep, Rule, Unit } from '../domain/okr.ts';
import type { Context } from './context.ts';
import type { Place } from './faults.ts';
import { parseQuantity } from './quantity.ts';
import type { Mapping } from './tree.ts';

type AmountReader = (
  path: readonly string[],
  given: number | string | undefined,
  unit?: Unit,
) => number | null;

/** Reads quantities in the unit of the rule; null when there is none, or it is wrong. */
export function amountReader(
  holder: Mapping,
  at: Place,
  ruleUnit: Unit | null,
  rule: Rule | null,
  { reader }: Context,
): AmountReader {
  return (path, given, unit) => {
    const into = unit ?? ruleUnit;
    if (given === undefined || into === null) return null;
    const parsed = parseQuantity(given, into, rule?.calendar);
    if ('value' in parsed) return parsed.value;
    reader.fault(holder, at, path, parsed.fault);
    return null;
  };
}

export interface ReachFields {
  readonly start?: number | string;
  readonly target?: number | string;
  readonly stretch?: number | string;
  readonly pace?: 'auto' | 'line';
}

export function reach(
  fields: ReachFields,
  amount: AmountReader,
  better: 'up' | 'down' | null,
  holder: Mapping,
  at: Place,
  { reader }: Context,
) {
  const start = fields.start === 'auto' ? ('auto' as const) : amount(['start'], fields.start);
  const target = amount(['target'], fields.target);
  const stretch = amount(['stretch'], fields.stretch);
  if (start === null || target === null) return null;
  if (start === target) {
    reader.fault(holder, at, ['target'], 'start and target are the same, so there is nothing to reach');
  } else if (stretch !== null && !isBeyond(stretch, target, start, better)) {
    reader.fault(holder, at, ['stretch'], 'must lie beyond the target, which is what is promised');
  }
  const pace = fields.pace ?? ('auto' as const);
  return { kind: 'reach' as const, start, target, pace, ...(stretch === null ? {} : { stretch }) };
}

/** Beyond is the way from start to target; where the start is not known yet, the way that is better. */
function isBeyond(
  stretch: number,
  target: number,
  start: number | 'auto',
  better: 'up' | 'down' | null,
): boolean {
  if (start !== 'auto') return (stretch - target) * (target - start) > 0;
  if (better === null) return stretch !== target;
  return better === 'up' ? stretch > target : stretch < target;
}

export interface BandFields {
  readonly keep?: {
    readonly min?: number | string | undefined;
    readonly max?: number | string | undefined;
    readonly for?: number | string | undefined;
  };
}

export function band(
  fields: BandFields,
  amount: AmountReader,
  holder: Mapping,
  at: Place,
  { reader }: Context,
) {
  if (fields.keep === undefined) return null;
  const min = amount(['keep', 'min'], fields.keep.min);
  const max = amount(['keep', 'max'], fields.keep.max);
  const share = amount(['keep', 'for'], fields.keep.for, 'share');
  if (min !== null && max !== null && min > max) {
    reader.fault(holder, at, ['keep', 'max'], 'max is below min, so nothing lies inside the band');
  }
  if (share === 0)
    reader.fault(holder, at, ['keep', 'for'], 'must be above zero: the share of days inside the band');
  const keep: Keep = { min, max, for: share ?? 0.95 };
  return { kind: 'keep' as const, keep };
}
