import type { Weekday } from '../domain/calendar.ts';
import type { Aggregate, ComputedStatus, Cycle, GuardState, Outcome, Status, Unit } from '../domain/okr.ts';
import type { RecordType } from '../domain/records.ts';
import type { PooledScore } from '../okr/forecast/replay.ts';
import type { RollUpBy } from '../okr/rollup.ts';

/**
 * The read model: the one shape that every surface renders. `status --json` prints it as it is. Times are ISO
 * strings in UTC; durations are in the unit beside them; shares are 0..1; null is "no data", never 0.
 */
export interface StatusModel {
  readonly asOf: string;
  readonly timezone: string;
  readonly cycle: Cycle & { readonly elapsed: number };
  readonly sources: readonly SourceModel[];
  readonly channels: readonly ChannelModel[];
  readonly objectives: readonly ObjectiveModel[];
  /** The objectives put together by who owns them, by team and by focus area, each by name. */
  readonly rollups: Readonly<Record<RollUpBy, readonly RollUpModel[]>>;
}

/** Of key results in its own objectives, not in the children of these. */
export interface RollUpModel {
  /** Null: the objectives that name none; they come last. */
  readonly name: string | null;
  /** Weighted as the objectives are; null without data. */
  readonly progress: number | null;
  readonly status: Status;
  /** Key results that have data, of so many. */
  readonly withData: number;
  readonly of: number;
  /** Ids. */
  readonly objectives: readonly string[];
}

export interface SourceModel {
  readonly id: string;
  readonly kind: string;
  /** The oldest of its streams' last complete pulls; null when one never completed. */
  readonly lastSuccessAt: string | null;
  readonly error: string | null;
  readonly records: number;
  readonly streams: readonly {
    readonly stream: string;
    readonly member: string | null;
    readonly completeAt: string | null;
    readonly error: string | null;
  }[];
}

export interface ChannelModel {
  readonly id: string;
  readonly kind: string;
  readonly lastSentAt: string | null;
  /** Messages that are still to be sent. */
  readonly waiting: number;
  /** Messages of the last weeks that were refused for good or grew too old. */
  readonly givenUp: number;
  /** Since when it takes nothing until its settings change; null while it is not disabled. */
  readonly disabledAt: string | null;
  /** Why it is disabled, or why the last attempt failed, also where it was given up; null when all is well. */
  readonly error: string | null;
}

export interface ObjectiveModel {
  readonly id: string;
  readonly title: string;
  readonly owner: string | null;
  readonly team: string | null;
  readonly focusArea: string | null;
  readonly parent: string | null;
  readonly progress: number | null;
  readonly status: Status;
  readonly withData: number;
  readonly of: number;
  readonly keyResults: readonly KeyResultModel[];
}

export interface KeyResultModel {
  readonly id: string;
  readonly title: string;
  /** `milestone`: listed steps, whose shares add up from 0 to 1. */
  readonly kind: 'reach' | 'keep' | 'milestone';
  readonly measure: string;
  readonly aggregate: Aggregate;
  readonly unit: Unit;
  readonly start: number | null;
  readonly target: number | null;
  /** Beyond the target, which is what is promised; null where none is set. */
  readonly stretch: number | null;
  readonly stretchReached: boolean;
  readonly keep: { readonly min: number | null; readonly max: number | null; readonly for: number } | null;
  /** The steps of a `milestone`, as of the last check-in; null for the others. */
  readonly milestones: readonly MilestoneModel[] | null;
  /** What must not suffer while it moves, as of the last check-in. */
  readonly guards: readonly GuardState[];
  readonly current: number | null;
  /** Raw, unclamped: below 0 it moved away, above 1 it went past the target. */
  readonly progress: number | null;
  readonly expectedProgress: number | null;
  readonly status: Status;
  readonly computedStatus: Status;
  /** What it counts as in the status of its objective: the shown one, or while that is none, the last; null for none. */
  readonly countsAs: ComputedStatus | null;
  readonly outcome: Outcome | null;
  /** Why it is held, stale or without data; null when nothing needs saying. */
  readonly note: string | null;
  readonly sampleSize: number;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly measuredAt: string | null;
  readonly checkInId: number | null;
  /** Where the value will be at the cycle's end: inside `p10..p90` four times in five; null where it cannot be told. */
  readonly forecast: {
    readonly atEnd: { readonly p10: number; readonly p50: number; readonly p90: number };
    readonly probability: number;
  } | null;
  /** Of what is counted up over the cycle: what a week must bring from now on, and what the last four brought. */
  readonly pace: { readonly neededPerWeek: number; readonly deliveredPerWeek: number } | null;
  /** The last one that a person gave, 0..1. */
  readonly confidence: number | null;
  /** The values of the cycle's local days so far, oldest first; null on a day without one. */
  readonly trend: readonly (number | null)[];
}

export interface MilestoneModel {
  readonly title: string;
  /** Of the whole, 0..1. */
  readonly share: number;
  /** Null while there is no check-in that says. */
  readonly done: boolean | null;
  /** The person who says so; null where a number decides. */
  readonly by: string | null;
}

/** The records behind a value. */
export interface ExplainItems {
  /** Those in the window and alive at its end, in the order they are aggregated. */
  readonly observations: readonly ExplainObservation[];
  /** Records that gave no observation, as far as the measure can name them; `rejected` counts them all. */
  readonly leftOut: readonly {
    readonly reason: string;
    readonly at: string | null;
    readonly ref: ExplainLink;
  }[];
  /** How incidents met deployments, for the measures that read them. */
  readonly incidents: {
    readonly sources: readonly string[];
    readonly where: Readonly<Record<string, unknown>>;
    readonly link: 'explicit' | 'latest';
    readonly services: Readonly<Record<string, string>>;
    /** Of those that began in the window. */
    readonly linked: number;
    readonly unlinked: number;
  } | null;
}

export interface ExplainLink {
  /** `row`: of a query. */
  readonly type: RecordType | 'row';
  readonly key: string;
  readonly url: string | null;
  readonly title: string | null;
}

/** What `explain` shows: the value and everything behind it. */
export interface ExplainModel extends ExplainItems {
  readonly asOf: string;
  readonly objective: { readonly id: string; readonly title: string };
  readonly keyResult: { readonly id: string; readonly title: string };
  readonly measure: string;
  readonly definition: string;
  readonly definitionSource: string;
  readonly definitionHash: string;
  readonly rule: {
    readonly sources: readonly string[];
    readonly where: Readonly<Record<string, unknown>>;
    readonly options: Readonly<Record<string, unknown>>;
    readonly aggregate: Aggregate;
    readonly window: string;
    readonly combine: string | null;
    /** Whose working hours are counted; null where it is the clock on the wall. */
    readonly calendar: CalendarModel | null;
  };
  readonly unit: Unit;
  readonly window: { readonly from: string; readonly to: string };
  readonly value: number | null;
  readonly reason: string | null;
  /** The check-in that status shows, where there is one: later data may have moved the value since. */
  readonly checkIn: { readonly id: number; readonly asOf: string; readonly value: number | null } | null;
  readonly sampleSize: number;
  /** `dated`: fields are read as of the window's end; `current`: the tool offers no history of them. */
  readonly attributes: 'dated' | 'current';
  readonly rejected: readonly { readonly reason: string; readonly count: number }[];
  /** Of a value that is computed from those of other rules: each of them, with what stands behind it. */
  readonly terms: readonly ExplainTerm[];
}

export interface CalendarModel {
  readonly id: string;
  readonly timezone: string;
  readonly days: readonly Weekday[];
  /** `09:00-17:00`, in local time. */
  readonly hours: readonly string[];
  /** Local dates. */
  readonly holidays: readonly string[];
}

export interface ExplainTerm
  extends Pick<
    ExplainModel,
    | 'measure'
    | 'rule'
    | 'unit'
    | 'window'
    | 'value'
    | 'reason'
    | 'sampleSize'
    | 'rejected'
    | 'terms'
    | keyof ExplainItems
  > {
  readonly name: string;
}

export interface ExplainObservation {
  readonly at: string;
  readonly value: number;
  readonly of: number | null;
  readonly subject: string | null;
  readonly ref: ExplainLink;
  /** The records that made it what it is: the incident that a deployment led to. */
  readonly related: readonly { readonly is: string; readonly ref: ExplainLink }[];
}

/** One day of `history`. */
export interface HistoryModel {
  readonly objective: { readonly id: string; readonly title: string };
  readonly keyResult: { readonly id: string; readonly title: string };
  readonly cycle: Cycle;
  readonly unit: Unit;
  readonly start: number | null;
  readonly target: number | null;
  readonly days: readonly {
    readonly date: string;
    readonly value: number | null;
    readonly sampleSize: number;
    readonly progress: number | null;
    readonly reason: string | null;
  }[];
  readonly checkIns: readonly {
    readonly id: number;
    readonly asOf: string;
    readonly value: number | null;
    readonly sampleSize: number;
    readonly progress: number | null;
    readonly status: Status;
    readonly author: string;
    readonly note: string | null;
    readonly correctsId: number | null;
  }[];
}

/** What the next `update` would record, and what the last one did. */
export interface PlanModel {
  readonly asOf: string;
  readonly cycle: Cycle;
  readonly entries: readonly PlanEntry[];
}

export interface PlanEntry {
  readonly objective: string;
  readonly keyResult: string;
  readonly title: string;
  readonly unit: Unit;
  /** `check-in`: a row will be added; `none`: nothing changed. */
  readonly action: 'check-in' | 'none';
  /** Why it is or is not recorded: `new day`, `status changed`, `progress moved 3 points`. */
  readonly reason: string;
  readonly before: {
    readonly value: number | null;
    readonly progress: number | null;
    readonly status: Status;
  } | null;
  readonly after: {
    readonly value: number | null;
    readonly progress: number | null;
    readonly status: Status;
    readonly sampleSize: number;
    readonly note: string | null;
    readonly guards: readonly GuardState[];
  };
  /** Past days of the cycle that are filled in the same run. */
  readonly backfilled: number;
  /** Check-ins of the last days that late data corrects in the same run. */
  readonly corrected: number;
}

/** How often past forecasts held. Figures over no forecasts are null. */
export interface BacktestModel {
  readonly asOf: string;
  /** One that is not finished is replayed up to `asOf`, and no probability of it is judged. */
  readonly cycles: readonly (Cycle & { readonly finished: boolean })[];
  /** Fewer ends in all say little. */
  readonly leastEnds: number;
  readonly keyResults: readonly BacktestEntry[];
  readonly total: PooledScore;
}

export interface BacktestEntry extends PooledScore {
  readonly objective: string;
  readonly keyResult: string;
  readonly title: string;
  /** Those it was replayed in. */
  readonly cycles: readonly string[];
}
