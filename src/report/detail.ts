import type { Aggregate, CheckIn, Status, Unit } from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { isoTime, localDate } from '../domain/time.ts';
import type { ExplainObservation, KeyResultModel, ObjectiveModel, StatusModel } from './model.ts';

/** What `report` and the messages show: the status, and for each key result what moved in the last week. */
export interface ReportModel extends StatusModel {
  /** What is compared with: the as-of moment less seven local days; of a closed cycle its end less seven. */
  readonly weekAgo: string;
  readonly objectives: readonly ObjectiveReport[];
}

export interface ObjectiveReport extends ObjectiveModel {
  readonly keyResults: readonly KeyResultReport[];
}

export interface KeyResultReport extends KeyResultModel {
  /** What its measure means. */
  readonly definition: string;
  /** What it is taken over, as the configuration writes it: `28d`. */
  readonly windowLength: string;
  /** For each day of `trend` whether a guard was broken, null where none says; empty without guards. */
  readonly guardDays: readonly (boolean | null)[];
  readonly week: WeekModel;
}

/** The value of a week ago beside the one that is shown. */
export interface WeekModel {
  /** The last good check-in of a week ago, and the one that is shown; null where there is none. */
  readonly before: WeekEnd | null;
  readonly now: WeekEnd | null;
  /** Now less before, in the key result's unit; null where they cannot be compared. */
  readonly delta: number | null;
  /** Of the raw progress, in shares of 1; null where it cannot be told. */
  readonly progressDelta: number | null;
  /** Why they cannot be compared; null when they can. */
  readonly reason: string | null;
  readonly items: MovedItems;
}

export interface WeekEnd {
  readonly at: string;
  readonly value: number;
  readonly progress: number | null;
  readonly status: Status;
}

export interface MovedItems {
  /** What counts now and did not a week ago, what no longer does, and what counts in another way. */
  readonly entered: number;
  readonly left: number;
  readonly changed: number;
  /** At most five: those that moved the value furthest, each on its own. */
  readonly largest: readonly MoverModel[];
  /** Why none is named; null where some are, or where none moved. */
  readonly reason: string | null;
}

export interface MoverModel extends Omit<ExplainObservation, 'related'> {
  readonly change: 'entered' | 'left' | 'changed';
  /** Of one that changed: what it counted as a week ago. */
  readonly was: number | null;
  /** The unit of `value` and `was`, and how they are aggregated: those of the term, where it moved one. */
  readonly unit: Unit;
  readonly aggregate: Aggregate;
  /** The term or the step that it moved, of what is computed from several; else null. */
  readonly term: string | null;
  /**
   * The value now less what it would be had this item alone not entered, left or changed, in the key result's unit.
   * The effects of several do not add up. Null: without it there would be no value at all.
   */
  readonly effect: number | null;
}

export const NOTHING_MOVED: MovedItems = { entered: 0, left: 0, changed: 0, largest: [], reason: null };

/** The check-ins that a week is told by: the last good one of a week ago, and the one that is shown. */
export function weekEnds(
  checkIns: readonly CheckIn[],
  weekAgo: Instant,
): { readonly before: CheckIn | undefined; readonly now: CheckIn | undefined } {
  const good = checkIns.filter((one) => one.value !== null);
  return { before: good.findLast((one) => one.asOf <= weekAgo), now: good.at(-1) };
}

export function weekModel(
  { before, now }: ReturnType<typeof weekEnds>,
  zone: string,
  items: MovedItems,
): WeekModel {
  const [from, to] = [weekEnd(before), weekEnd(now)];
  const ends = { before: from, now: to };
  const apart = (reason: string): WeekModel => {
    return { ...ends, delta: null, progressDelta: null, reason, items: NOTHING_MOVED };
  };
  if (now === undefined || to === null) return apart('no value yet');
  if (before === undefined || from === null) return apart('no value of a week ago to compare with');
  if (before.id === now.id) return apart(`no new value since ${localDate(now.asOf - 1, zone)}`);
  if (before.definitionHash !== now.definitionHash) return apart('its definition changed since a week ago');
  return {
    ...ends,
    delta: to.value - from.value,
    progressDelta: from.progress === null || to.progress === null ? null : to.progress - from.progress,
    reason: null,
    items,
  };
}

/** Whether the two can be compared at all. */
export function isComparable({ before, now }: ReturnType<typeof weekEnds>): boolean {
  return (
    before !== undefined &&
    now !== undefined &&
    before.id !== now.id &&
    before.definitionHash === now.definitionHash
  );
}

function weekEnd(checkIn: CheckIn | undefined): WeekEnd | null {
  if (checkIn === undefined || checkIn.value === null) return null;
  const { asOf, value, progress, shown } = checkIn;
  return { at: isoTime(asOf), value, progress, status: shown };
}

/** For each of the days whether a guard was broken, by the day's last check-in. */
export function guardDays(
  dates: readonly string[],
  checkIns: readonly CheckIn[],
  zone: string,
): readonly (boolean | null)[] {
  const states = new Map<string, boolean | null>();
  for (const { asOf, details } of checkIns) {
    const guards = details?.guards ?? [];
    if (guards.length === 0) continue;
    const known = guards.some(({ broken }) => broken !== null);
    states.set(localDate(asOf - 1, zone), known ? guards.some(({ broken }) => broken === true) : null);
  }
  return states.size === 0 ? [] : dates.map((date) => states.get(date) ?? null);
}
