import type { WorkCalendar } from './calendar.ts';
import type { Instant, RecordType } from './records.ts';

export const AGGREGATES = [
  'last',
  'mean',
  'median',
  'p75',
  'p90',
  'p95',
  'sum',
  'count',
  'share',
  'perDay',
  'perWeek',
  'ratio',
  'nps',
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** How the values of several subjects become one. */
export const COMBINES = ['sumOverSum', 'mean', 'worst', 'sum'] as const;
export type Combine = (typeof COMBINES)[number];

/** hours for work, milliseconds for pages and builds, share is 0..1; currency is that of the data, never converted. */
export const UNITS = [
  'count',
  'ratio',
  'share',
  'hours',
  'milliseconds',
  'points',
  'lines',
  'per week',
  'score',
  'currency',
  'none',
] as const;
export type Unit = (typeof UNITS)[number];

export type Scalar = string | number | boolean | null;
/** One condition on a field: a scalar, any of a list, a glob, a negation, a range. */
export type Condition =
  | Scalar
  | readonly Scalar[]
  | { readonly not: Scalar | readonly Scalar[] }
  | { readonly gte?: number; readonly gt?: number; readonly lte?: number; readonly lt?: number };
export type Where = Readonly<Record<string, Condition>>;

/**
 * `days` ends at the as-of instant; `cycle` and `cycleToDate` begin with the cycle. `previousCycle` is as long a span
 * right before it. `week` and `month` are the local calendar's (weeks begin on Monday) up to the instant;
 * `previousWeek` and `previousMonth` the last whole ones.
 */
export type WindowSpec = { readonly kind: 'days'; readonly days: number } | { readonly kind: NamedWindow };
export const NAMED_WINDOWS = [
  'cycle',
  'cycleToDate',
  'previousCycle',
  'week',
  'previousWeek',
  'month',
  'previousMonth',
] as const;
export type NamedWindow = (typeof NAMED_WINDOWS)[number];

/** Which tickets are incidents, and how they meet the deployments that caused and mended them. */
export interface IncidentLink {
  readonly sources: readonly string[];
  readonly where: Where;
  /**
   * `explicit`: the incident names a deployment, commit or pull request. `latest`: the latest deployment before it, of
   * the repository that its component stands for.
   */
  readonly link: 'explicit' | 'latest';
  /** Component or label of an incident to the repository that is deployed. */
  readonly services: Readonly<Record<string, string>>;
}

/** measure + where + aggregate + window, with every default filled in. */
export interface Rule {
  readonly measure: string;
  /** Source ids; the sources whose streams yield the records, where the configuration names none. */
  readonly sources: readonly string[];
  readonly where: Where;
  readonly options: Readonly<Record<string, unknown>>;
  readonly aggregate: Aggregate;
  readonly window: WindowSpec;
  readonly combine: Combine | null;
  /** Counts hours of work in place of those on the clock; only where the measure is in hours. */
  readonly calendar?: WorkCalendar;
  /** Where the records come from that the measure only joins with. */
  readonly joins?: Readonly<Partial<Record<RecordType, readonly string[]>>>;
  /** Only in rules whose measure reads incidents. */
  readonly incidents?: IncidentLink;
  /** Only in rules whose value is computed from those of other rules: each under its name. */
  readonly terms?: Readonly<Record<string, Rule>>;
}

/** Local dates in the configured zone, both inclusive. */
export interface Cycle {
  readonly id: string;
  readonly start: string;
  readonly end: string;
}

export interface Keep {
  readonly min: number | null;
  readonly max: number | null;
  /** Share of the cycle's days that must be inside the band, 0..1. */
  readonly for: number;
}

/** A step of a key result of milestones. */
export interface Milestone {
  readonly title: string;
  /** Of the whole; those of all steps add up to 1. */
  readonly share: number;
  /** The term of the rule whose value decides; null where a person says. */
  readonly term: string | null;
  /** Where that value has to be. */
  readonly range: {
    readonly gte?: number;
    readonly gt?: number;
    readonly lte?: number;
    readonly lt?: number;
  };
  /** Since when it is done as a person says; null where it is not, or a rule decides. */
  readonly doneAt: Instant | null;
  readonly by: string | null;
}

/** What must not suffer while a key result moves: a band for another number. */
export interface Guard {
  readonly title: string;
  readonly rule: Rule;
  readonly unit: Unit;
  readonly keep: Pick<Keep, 'min' | 'max'>;
}

/** How a reach key result is paced. `auto`: the straight line, until a forecast judges the rules that are not cumulative. */
export type Pace = 'auto' | 'line';

/** Why advice is not wanted, by its name. */
export type Accepted = Readonly<Record<string, string | undefined>>;

interface KeyResultBase {
  readonly id: string;
  readonly objectiveId: string;
  readonly title: string;
  readonly rule: Rule;
  readonly unit: Unit;
  readonly weight: number;
  /** Fewer observations than this make no `achieved`, and no check-in of their own. */
  readonly minSamples: number;
  /** How old a member's last complete pull may be, in milliseconds. */
  readonly freshness: number;
  /** How old the newest sample may be, in milliseconds; null for no limit. */
  readonly maxAge: number | null;
  readonly guards?: readonly Guard[];
  /** Advice that is not wanted, by its name, each with the reason. */
  readonly accept?: Accepted;
}

export interface ReachKeyResult extends KeyResultBase {
  readonly kind: 'reach';
  readonly start: number | 'auto';
  readonly target: number;
  readonly pace: Pace;
  /** Beyond the target, which is what is promised: what would be a great success. */
  readonly stretch?: number;
  /** Where the way from 0 to 1 is made of steps. */
  readonly milestones?: readonly Milestone[];
}

export interface KeepKeyResult extends KeyResultBase {
  readonly kind: 'keep';
  readonly keep: Keep;
}

export type KeyResult = ReachKeyResult | KeepKeyResult;

export interface Objective {
  readonly id: string;
  readonly title: string;
  readonly owner: string | null;
  readonly team: string | null;
  readonly focusArea: string | null;
  readonly parent: string | null;
  /** Null: the cycle that holds the as-of time, else the latest. */
  readonly cycle: string | null;
  readonly weight: number;
  readonly accept?: Accepted;
  readonly keyResults: readonly KeyResult[];
}

export type ComputedStatus = 'on_track' | 'at_risk' | 'off_track' | 'achieved';
export const STATUSES = [
  'achieved',
  'on_track',
  'at_risk',
  'off_track',
  'no_data',
  'held',
  'stale',
  'closed',
] as const;
export type Status = (typeof STATUSES)[number];
export type Outcome = 'achieved' | 'missed' | 'no_data';

/** A half-open span of time, `[from, to)`. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** The aggregate of the observations inside a window and alive at its end. */
export interface Value {
  /** Null when there is none; `reason` says why. */
  readonly value: number | null;
  readonly sampleSize: number;
  readonly window: Span;
  /** Newest observation inside the window; null over none. */
  readonly newestAt: Instant | null;
  readonly reason: string | null;
  /** There may be a number, but it cannot be trusted: data that does not cover the window, subjects that were not joined. */
  readonly held: boolean;
  /** Where it is computed from other rules: their values, by name. */
  readonly terms?: Readonly<Record<string, number>>;
}

/** Where the value will be at the cycle's end, in the key result's unit. */
export interface Forecast {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Of reaching the target, or of ending inside the band, 0..1. */
  readonly probability: number;
}

/** What a check-in found beside its number. */
export interface CheckInDetails {
  readonly milestones?: readonly {
    readonly title: string;
    readonly share: number;
    readonly done: boolean;
    readonly by: string | null;
  }[];
  readonly guards?: readonly GuardState[];
}

export interface GuardState {
  readonly title: string;
  readonly unit: Unit;
  readonly keep: Guard['keep'];
  readonly value: number | null;
  /** Outside its band while the key result moved; null where its value is not known. */
  readonly broken: boolean | null;
  readonly reason: string | null;
}

/** One dated row for one key result. Rows are only ever added. */
export interface CheckIn {
  readonly id: number;
  readonly runId: number;
  readonly cycleId: string;
  readonly objectiveId: string;
  readonly keyResultId: string;
  readonly asOf: Instant;
  readonly value: number | null;
  readonly sampleSize: number;
  readonly window: Span;
  readonly newestAt: Instant | null;
  readonly start: number | null;
  readonly target: number | null;
  /** Raw, unclamped. */
  readonly progress: number | null;
  readonly expectedProgress: number | null;
  readonly computed: Status;
  readonly shown: Status;
  readonly outcome: Outcome | null;
  readonly definitionHash: string;
  readonly author: string;
  readonly note: string | null;
  readonly correctsId: number | null;
  readonly forecast: Forecast | null;
  /** A person's own, 0..1; the program never writes one. */
  readonly confidence: number | null;
  /** A person's value holds until then, and automation resumes; null for the program's own. */
  readonly expiresAt: Instant | null;
  readonly details: CheckInDetails | null;
  readonly recordedAt: Instant;
}
export type NewCheckIn = Omit<CheckIn, 'id' | 'runId' | 'recordedAt'>;

/** The frozen baseline of a key result whose `start` is `auto`. */
export interface FrozenStart {
  readonly cycleId: string;
  readonly objectiveId: string;
  readonly keyResultId: string;
  /** Of the rule alone: a new target leaves the start as it is. */
  readonly definitionHash: string;
  readonly value: number;
  readonly at: Instant;
  readonly reason: string;
}
