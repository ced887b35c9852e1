import type { Rule, Value } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { DAY } from '../domain/time.ts';
import { percentile } from '../metrics/engine/aggregate.ts';
import type { DayValue } from '../metrics/engine/series.ts';

/** A jump is judged only against at least so many earlier good days. */
const FEWEST_DAYS = 8;
/** How far back the usual movement from day to day is looked for. */
const REMEMBERED_DAYS = 28;
/** So many times the usual movement is no longer one. */
const TOLERANCE = 8;
/** A held value is released when so many days in a row, the first included, agree that the old values are over. */
const AGREEING_DAYS = 3;

export interface GateOptions {
  /** The least movement that counts, in the value's unit: a series that never moved would make everything a jump. */
  readonly floor: number;
  /** What one item adds to a value that is a number of items, or their number per day or week; null of other values. */
  readonly oneItem?: (value: Value) => number | null;
  /** What people recorded: a jump to such a value on the day is true. Another value in its place says nothing of it. */
  readonly accepted: readonly { readonly at: Instant; readonly value: number }[];
}

/**
 * Marks the days whose value jumped further than the series ever moves as held, with the reason. Reads only what is
 * known by each day, so that a past day is judged as it was then. What holds for two further days is true, however
 * far it jumped: a page that became twice as fast must not be held for ever.
 */
export function gate(days: readonly DayValue[], options: GateOptions): readonly DayValue[] {
  const { accepted } = options;
  let good: number[] = [];
  let pending: number[] = [];
  let dayBegan = Number.NEGATIVE_INFINITY;
  return days.map((day) => {
    const { end, value } = day;
    const recorded = accepted.filter(({ at }) => at > dayBegan && at <= end);
    dayBegan = end;
    const { value: current } = value;
    if (current === null || value.held) return day;
    const last = good.at(-1);
    const reach = reachOf(good, options.floor, options.oneItem?.(value) ?? null);
    if (last === undefined || reach === null || Math.abs(current - last) <= reach) {
      good.push(current);
      pending = [];
      return day;
    }
    if (recorded.some((one) => Math.abs(one.value - current) <= reach)) {
      good = [current];
      pending = [];
      return day;
    }
    pending = [...pending, current].slice(-AGREEING_DAYS);
    if (pending.length === AGREEING_DAYS && agree(pending, last, reach)) {
      good = [...pending];
      pending = [];
      return day;
    }
    const reason = `jumped from ${short(last)} to ${short(current)}, further than it ever moves: held until two more days agree, or krsync record --accept`;
    return { ...day, value: { ...value, value: null, held: true, reason } };
  });
}

/**
 * Whether values stand together: no further apart than the series moves, or nearer to each other than any of them is to
 * the last good one. What stood still and then begins to move would else be held for as long as it does.
 */
function agree(values: readonly number[], last: number, reach: number): boolean {
  const [first = last] = values;
  const nearest = Math.min(...values.map((value) => Math.abs(value - last)));
  const apart = Math.max(...values) - Math.min(...values);
  return apart <= nearest || values.every((value) => Math.abs(value - first) <= reach);
}

/** How far a value may move in a day; null while there are too few days to tell. */
function reachOf(good: readonly number[], floor: number, oneItem: number | null): number | null {
  const last = good.at(-1);
  if (last === undefined || good.length < FEWEST_DAYS) return null;
  const recent = good.slice(-REMEMBERED_DAYS);
  // Nine moves of ten are smaller than this one. The median would not do: a median over a window stands still on
  // most days and then takes a step, and weekends bring no news at all.
  const moves = recent.slice(1).map((value, i) => Math.abs(value - (recent[i] ?? value)));
  // Items that come by themselves vary by the root of their number (Poisson): a few after none are no outlier.
  const chance = oneItem === null ? 0 : oneItem * Math.sqrt(Math.max(1, last / oneItem));
  return TOLERANCE * Math.max(percentile(Float64Array.from(moves), 0.9), floor, chance);
}

/** See `GateOptions`. Of a rate, only where each observation counts one: a sum of hours is no number of items. */
export function oneItemOf(name: Rule['aggregate'], { value, sampleSize, window }: Value): number | null {
  if (name === 'count') return 1;
  if (name !== 'perDay' && name !== 'perWeek') return null;
  const one = ((name === 'perDay' ? 1 : 7) * DAY) / (window.to - window.from);
  return value !== null && Math.abs(value - sampleSize * one) < 1e-9 ? one : null;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
