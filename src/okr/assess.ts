import type {
  CheckIn,
  ComputedStatus,
  Cycle,
  Forecast,
  KeyResult,
  NewCheckIn,
  Outcome,
  Span,
  Status,
  Value,
} from '../domain/okr.ts';
import type { Instant } from '../domain/records.ts';
import { elapsedShare, localDate } from '../domain/time.ts';
import type { DayValue } from '../metrics/engine/series.ts';
import { definitionHash } from './definition.ts';
import { detailsOf, type Guarded } from './details.ts';
import { insideBand, keepStatus, likelyStatus, paceStatus, progressOf } from './progress.ts';

export interface AssessInput {
  readonly keyResult: KeyResult;
  readonly cycle: Cycle;
  readonly span: Span;
  readonly zone: string;
  readonly asOf: Instant;
  readonly current: Value;
  /** The cycle's days up to `asOf`, the last one ending there. */
  readonly days: readonly DayValue[];
  readonly start: number | null;
  /** Check-ins of this key result in this cycle with an earlier or equal as-of, oldest first. */
  readonly previous: readonly (CheckIn | NewCheckIn)[];
  /** Why the data is too old, if it is. */
  readonly stale: string | null;
  readonly note: string | null;
  readonly forecast: Forecast | null;
  /** What must not suffer while it moves, as of then. */
  readonly guards?: readonly Guarded[];
  /** Judged by the straight line whatever is foreseen: counted up over the cycle. */
  readonly paced: boolean;
}

const FOUR: ReadonlySet<Status> = new Set<Status>(['on_track', 'at_risk', 'off_track', 'achieved']);

export function isComputed(status: Status): status is ComputedStatus {
  return FOUR.has(status);
}

/** The check-in that these numbers make. Pure: whether it is recorded is decided elsewhere. */
export function assess(input: AssessInput): NewCheckIn {
  const { keyResult, current, span, cycle } = input;
  const closed = input.asOf >= span.to;
  const asOf = closed ? span.to : input.asOf;
  const elapsed = elapsedShare(span, asOf);
  const few = tooFew(keyResult, current);
  const usable = usableValue(keyResult, current);
  const measured = usable === null ? null : measure(input, usable, elapsed);
  const computed: Status = measured?.status ?? unmeasured(input, current.held || few !== null);
  const outcome = closed ? outcomeOf(measured) : null;
  const notes = [
    input.stale,
    usable === null ? (few ?? current.reason) : null,
    measured?.note ?? null,
    measured === null ? null : lostSince(input, measured.status),
    input.note,
  ].filter((note) => note !== null);
  return {
    cycleId: cycle.id,
    objectiveId: keyResult.objectiveId,
    keyResultId: keyResult.id,
    asOf,
    value: usable,
    sampleSize: current.sampleSize,
    window: current.window,
    newestAt: current.newestAt,
    start: keyResult.kind === 'reach' ? input.start : null,
    target: keyResult.kind === 'reach' ? keyResult.target : null,
    progress: measured?.progress ?? null,
    expectedProgress: keyResult.kind === 'reach' ? elapsed : null,
    computed: input.stale !== null && usable === null ? 'stale' : computed,
    shown: shownStatus(input, computed, closed),
    outcome,
    definitionHash: definitionHash(keyResult),
    author: 'auto',
    note: notes.length === 0 ? null : notes.join('; '),
    correctsId: null,
    forecast: usable === null ? null : input.forecast,
    confidence: null,
    expiresAt: null,
    details: detailsOf(keyResult, current, asOf, measured?.progress ?? null, input.guards ?? []),
  };
}

interface Measured {
  readonly progress: number | null;
  readonly status: Status;
  readonly note: string | null;
}

function measure(input: AssessInput, value: number, elapsed: number): Measured {
  const { keyResult, start } = input;
  if (keyResult.kind === 'keep') {
    // A day of too few observations makes no check-in, and so is none of them.
    const known = input.days.flatMap((day) => usableValue(keyResult, day.value) ?? []);
    const inside = known.filter((one) => insideBand(one, keyResult.keep)).length;
    const share = known.length === 0 ? 0 : inside / known.length;
    const reached = elapsed === 1 && share >= keyResult.keep.for;
    const status = keepStatus(insideBand(value, keyResult.keep), share, keyResult.keep, elapsed);
    return { progress: share, status: reached ? 'achieved' : status, note: null };
  }
  if (start === null) return { progress: null, status: 'no_data', note: 'waiting for a start value' };
  if (start === keyResult.target) {
    return {
      progress: null,
      status: 'no_data',
      note: 'the start equals the target: set another start or target',
    };
  }
  const progress = progressOf(value, start, keyResult.target);
  const judged =
    input.forecast === null || input.paced || keyResult.pace === 'line'
      ? paceStatus(progress, elapsed)
      : likelyStatus(input.forecast.probability, elapsed);
  return { progress, status: progress >= 1 ? 'achieved' : judged, note: null };
}

/** The number, where it is fit to be recorded; null where there is none, it is held, or too few observations are behind it. */
export function usableValue(keyResult: KeyResult, current: Value): number | null {
  return current.held || tooFew(keyResult, current) !== null ? null : current.value;
}

/** A count of nothing is a true 0; other aggregates over too few observations say little. */
function tooFew(keyResult: KeyResult, current: Value): string | null {
  const { aggregate } = keyResult.rule;
  if (current.value === null || ['count', 'sum', 'perDay', 'perWeek'].includes(aggregate)) return null;
  if (current.sampleSize >= keyResult.minSamples) return null;
  return `${current.sampleSize} of at least ${keyResult.minSamples} observations`;
}

function unmeasured(input: AssessInput, held: boolean): Status {
  return held && input.previous.some((checkIn) => checkIn.value !== null) ? 'held' : 'no_data';
}

function outcomeOf(measured: Measured | null): Outcome {
  if (measured === null || measured.progress === null) return 'no_data';
  return measured.status === 'achieved' ? 'achieved' : 'missed';
}

function lostSince(input: AssessInput, status: Status): string | null {
  if (status === 'achieved') return null;
  const hash = definitionHash(input.keyResult);
  // Another target that was reached is not this one lost.
  const reached = input.previous.findLast(
    ({ computed, definitionHash: itsHash }) => computed === 'achieved' && itsHash === hash,
  );
  return reached ? `reached on ${localDate(reached.asOf - 1, input.zone)}, since lost` : null;
}

/** The shown status follows the computed one when the last check-ins of two local days agree; the first shows at once. */
function shownStatus(input: AssessInput, computed: Status, closed: boolean): Status {
  if (closed) return 'closed';
  if (input.stale !== null) return 'stale';
  if (!isComputed(computed)) return computed;
  const judged = input.previous.filter((checkIn) => isComputed(checkIn.computed));
  const shown = judged.findLast((checkIn) => isComputed(checkIn.shown))?.shown;
  if (shown === undefined || shown === computed) return computed;
  const today = localDate(input.asOf - 1, input.zone);
  const yesterday = judged.findLast((checkIn) => localDate(checkIn.asOf - 1, input.zone) !== today);
  return yesterday?.computed === computed ? computed : shown;
}
