import type { CheckIn, ReachKeyResult, Span } from '../domain/okr.ts';
import { DAY } from '../domain/time.ts';
import type { KeyResultModel } from './model.ts';

const WEEK = 7 * DAY;
const RECENT = 4 * WEEK;

/** The forecast that the last check-in was recorded with. */
export function forecastOf(last: CheckIn | undefined): KeyResultModel['forecast'] {
  if (!last?.forecast) return null;
  const { p10, p50, p90, probability } = last.forecast;
  return { atEnd: { p10, p50, p90 }, probability };
}

/**
 * What a week must bring for the target, and what the last four weeks brought, from the key result's own check-ins
 * (oldest first). Only for what counts up from 0 at the cycle's start: a median does not accrue.
 */
export function paceOf(
  keyResult: ReachKeyResult,
  span: Span,
  checkIns: readonly CheckIn[],
): KeyResultModel['pace'] {
  const good = checkIns.findLast((one) => one.value !== null);
  if (good === undefined || good.value === null) return null;
  const weeksLeft = (span.to - good.asOf) / WEEK;
  const back = Math.min(RECENT, good.asOf - span.from);
  if (weeksLeft <= 0 || back < WEEK) return null;
  // What another definition counted is no beginning of this count: the cycle's own is, at 0.
  const then = checkIns.findLast(
    ({ value, asOf, definitionHash }) =>
      value !== null && asOf <= good.asOf - back && definitionHash === good.definitionHash,
  );
  const begun = { value: then?.value ?? 0, asOf: then?.asOf ?? span.from };
  return {
    neededPerWeek: Math.max(0, keyResult.target - good.value) / weeksLeft,
    deliveredPerWeek: (good.value - begun.value) / ((good.asOf - begun.asOf) / WEEK),
  };
}
