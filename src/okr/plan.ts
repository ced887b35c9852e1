import type {
  CheckIn,
  Cycle,
  Forecast,
  FrozenStart,
  Guard,
  KeyResult,
  NewCheckIn,
  Span,
  Value,
} from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { daysBefore, localDate } from '../domain/time.ts';
import type { MetricKind } from '../metrics/contract.ts';
import type { CycleSeries } from '../metrics/engine/series.ts';
import { assess } from './assess.ts';
import { corrections } from './correct.ts';
import { definitionHash } from './definition.ts';
import type { Guarded } from './details.ts';
import { askFor } from './forecast/ask.ts';
import { forecast } from './forecast/forecast.ts';
import { gate, oneItemOf } from './gate.ts';
import { reasonToRecord } from './record.ts';
import { countsUp, isCumulative, resolveStart } from './start.ts';

/** `first`: past days are filled while no value is recorded yet. `all`: every past day without a check-in. */
export type Fill = 'first' | 'all';

export interface PlanInput {
  readonly keyResult: KeyResult;
  /** Of the metric. */
  readonly kind: MetricKind;
  readonly cycle: Cycle;
  readonly span: Span;
  readonly zone: string;
  readonly asOf: Instant;
  readonly series: CycleSeries;
  readonly frozen: FrozenStart | null;
  /** All check-ins of this key result in this cycle, oldest as-of first. */
  readonly checkIns: readonly CheckIn[];
  /** Those of them that late data may still correct. */
  readonly recent: readonly CheckIn[];
  readonly stale: string | null;
  readonly guards?: readonly { readonly guard: Guard; readonly series: CycleSeries }[];
  readonly fill: Fill;
}

export interface KeyResultPlan {
  readonly keyResult: KeyResult;
  readonly before: CheckIn | undefined;
  readonly next: NewCheckIn;
  /** Why `next` is recorded; null when it is not. */
  readonly reason: string | null;
  /** Everything to record, past days first. */
  readonly checkIns: readonly NewCheckIn[];
  readonly backfilled: number;
  readonly corrected: number;
  readonly freeze: FrozenStart | null;
}

/** What a run records for one key result. Pure: `plan` prints it and `update` writes it. */
export function planKeyResult(input: PlanInput): KeyResultPlan {
  const { keyResult, zone, span, cycle, asOf } = input;
  const start =
    keyResult.kind === 'reach'
      ? resolveStart({
          keyResult,
          cycleId: cycle.id,
          cycle: span,
          flow: input.kind === 'flow',
          frozen: input.frozen,
          atStart: input.series.atStart,
          days: input.series.days,
        })
      : { value: null, freeze: null };
  const series = gated(input, start.value);
  const earlier = recordedBy(input);
  const shared = { keyResult, cycle, span, zone, start: start.value };
  const filled = fillsDays(input) ? pastDays({ ...input, series }, shared, earlier) : [];
  const previous = byTime([...earlier, ...filled]);
  const next = assess({
    ...shared,
    ...(asOf >= span.to
      ? closingValue(series)
      : { current: series.current, note: redefined(keyResult, earlier) }),
    asOf,
    days: series.days,
    previous,
    stale: input.stale,
    forecast: outlook(input, series, start.value),
    paced: isPaced(input),
    guards: guardsAt(input, (guard) => guard.current),
  });
  const corrected = corrections({
    recent: input.recent,
    earlier,
    series: input.series,
    judged: (days) => gated({ ...input, series: { ...input.series, days } }, start.value).days,
    assess: (at) =>
      assess({ ...shared, ...at, guards: guardsAt(input, (guard) => guard.revisited.get(at.asOf)) }),
  });
  const before = earlier.at(-1);
  const reason = heldByPerson(earlier, asOf) ? null : reasonToRecord(next, previous.at(-1), zone);
  return {
    keyResult,
    before,
    next,
    reason: reason !== null && before === undefined ? 'first check-in' : reason,
    checkIns: [...filled, ...corrected, ...(reason === null ? [] : [next])],
    backfilled: filled.length,
    corrected: corrected.length,
    freeze: start.freeze,
  };
}

function recordedBy({ checkIns, asOf }: Pick<PlanInput, 'checkIns' | 'asOf'>): readonly CheckIn[] {
  return checkIns.filter((checkIn) => checkIn.asOf <= asOf);
}

function fillsDays(input: Pick<PlanInput, 'fill' | 'checkIns' | 'asOf'>): boolean {
  return input.fill === 'all' || recordedBy(input).every((checkIn) => checkIn.value === null);
}

/** No forecast of a plan is asked as of an earlier moment: what it learns from must reach as far back from there. */
export function earliestAsked(input: Pick<PlanInput, 'fill' | 'checkIns' | 'asOf' | 'zone'>): Instant {
  return fillsDays(input) ? daysBefore(input.asOf, JUDGED_DAYS, input.zone) : input.asOf;
}

/** Judged by the straight line whatever is foreseen. */
function isPaced({ keyResult, kind }: PlanInput): boolean {
  return keyResult.kind === 'reach' && isCumulative(keyResult, kind === 'flow');
}

/** The guards with their values as of one moment. */
function guardsAt(
  { guards = [] }: PlanInput,
  at: (series: CycleSeries) => Value | undefined,
): readonly Guarded[] {
  return guards.flatMap(({ guard, series }) => {
    const value = at(series);
    return value === undefined ? [] : [{ guard, value }];
  });
}

/** Where the value will stand at the cycle's end, learned from before and during the cycle; null where that is too little. */
function outlook(input: PlanInput, series: CycleSeries, start: number | null): Forecast | null {
  const { past, current } = series;
  if (past === null) return null;
  const asked = askFor({ ...input, start, past, current });
  const foreseen = asked === null ? null : forecast(asked);
  if (foreseen === null || foreseen.probability === null) return null;
  const { p10, p50, p90, probability } = foreseen;
  return { p10, p50, p90, probability };
}

/** A jump on the last day has no further days to confirm it: the cycle closes with the last good value, and says so. */
export function closingValue({ current, days }: Pick<CycleSeries, 'current' | 'days'>): {
  readonly current: Value;
  readonly note: string | null;
} {
  const good = days.findLast((day) => day.value.value !== null && !day.value.held);
  if (!current.held || good === undefined) return { current, note: null };
  return { current: good.value, note: `${current.reason ?? 'held'}; closed with the value of ${good.date}` };
}

/** Said once, on the first check-in of another definition: the days before it are of the old one. */
function redefined(keyResult: KeyResult, earlier: readonly CheckIn[]): string | null {
  const last = earlier.at(-1);
  if (last === undefined || last.definitionHash === definitionHash(keyResult)) return null;
  return 'new definition: the days before follow the old one, and krsync backfill records them anew';
}

/** A person's value stands until it expires. */
function heldByPerson(checkIns: readonly CheckIn[], asOf: Instant): boolean {
  return checkIns.some((one) => one.expiresAt !== null && one.value !== null && one.expiresAt > asOf);
}

/**
 * The series with its implausible jumps held. What is counted up may jump as it likes, and begin anew; and against a
 * limit of 0 there is no telling how far is far.
 */
export function gated(
  input: Pick<PlanInput, 'keyResult' | 'kind' | 'series' | 'checkIns'>,
  start: number | null,
): CycleSeries {
  const { keyResult, series } = input;
  if (keyResult.kind === 'reach' && keyResult.milestones !== undefined) return series;
  if (countsUp(keyResult, input.kind === 'flow')) return series;
  const scale =
    keyResult.kind === 'reach'
      ? Math.abs(keyResult.target - (start ?? keyResult.target))
      : Math.abs(keyResult.keep.max ?? keyResult.keep.min ?? 0);
  if (keyResult.kind === 'keep' && scale === 0) return series;
  // A confidence alone says nothing of the value.
  const accepted = input.checkIns
    .filter((one) => one.author !== 'auto' && (one.confidence === null || one.expiresAt !== null))
    .flatMap(({ asOf: at, value }) => (value === null ? [] : [{ at, value }]));
  const oneItem = (value: Value) => oneItemOf(keyResult.rule.aggregate, value);
  const days = gate(series.days, { floor: scale / 100, oneItem, accepted });
  return { ...series, days, current: days.at(-1)?.value ?? series.current };
}

/**
 * In days, the running one among them. A report looks a week back, which in mid-day is the end of the ninth, and what is
 * shown follows once two days agree. Older days cost a forecast each for nobody.
 */
const JUDGED_DAYS = 10;

/**
 * Check-ins for the ended days of the cycle that have none, or one of another definition, which the new row names. A
 * day without a value stays as it is, and so does one that a person spoke for.
 */
function pastDays(
  input: PlanInput,
  shared: Pick<Parameters<typeof assess>[0], 'keyResult' | 'cycle' | 'span' | 'zone' | 'start'>,
  earlier: readonly CheckIn[],
): readonly NewCheckIn[] {
  const { series, zone, span, keyResult } = input;
  const today = localDate(Math.min(input.asOf, span.to) - 1, zone);
  const lastOf = new Map(earlier.map((checkIn) => [localDate(checkIn.asOf - 1, zone), checkIn]));
  const hash = definitionHash(keyResult);
  const attributes = series.attributes === 'current' ? '; attributes: current' : '';
  const filled: NewCheckIn[] = [];
  const firstJudged = series.days.length - JUDGED_DAYS;
  series.days.forEach((day, i) => {
    const recorded = lastOf.get(day.date) ?? null;
    if (day.date === today || day.value.value === null) return;
    if (recorded !== null && (recorded.definitionHash === hash || recorded.author !== 'auto')) return;
    const days = series.days.slice(0, i + 1);
    const judged = i >= firstJudged;
    const checkIn = assess({
      ...shared,
      note: `${recorded === null ? 'backfilled' : 'recorded anew by the new definition'}${attributes}`,
      // The last day's end is the cycle's, and its check-in is the closing one.
      asOf: Math.min(day.end, span.to - 1),
      current: day.value,
      days,
      previous: byTime([...earlier.filter((one) => one.asOf <= day.end), ...filled]),
      stale: null,
      forecast: judged
        ? outlook(
            { ...input, asOf: day.end, stale: null },
            { ...series, current: day.value, days },
            shared.start,
          )
        : null,
      paced: !judged || isPaced(input),
      guards: guardsAt(input, (guard) => guard.days.find(({ date }) => date === day.date)?.value),
    });
    filled.push({ ...checkIn, correctsId: recorded?.id ?? null });
  });
  return filled;
}

function byTime(checkIns: readonly (CheckIn | NewCheckIn)[]): readonly (CheckIn | NewCheckIn)[] {
  return [...checkIns].sort((a, b) => a.asOf - b.asOf);
}
