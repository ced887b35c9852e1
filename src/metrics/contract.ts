import type * as z from 'zod';
import type { Aggregate, IncidentLink, Unit, Where } from '../domain/okr.ts';
import type { HistoryField, Instant, RecordType } from '../domain/records.ts';
import type { FieldOf, RecordHandle, StoredRecord } from '../store/contract.ts';
import type { Relate } from './engine/trace.ts';

/** What one record says about one metric. */
export interface Observation {
  /** Places it in a window. */
  readonly at: Instant;
  readonly value: number;
  /** The other side of a ratio, or the size of what a share is of. */
  readonly of?: number;
  readonly ref: RecordHandle;
  /** It exists only for windows that end in `(from, until]`. Default: `at`, and never ends. */
  readonly from?: Instant;
  readonly until?: Instant;
  /** Samples: what was measured. Each subject is aggregated apart. */
  readonly subject?: string;
}

export type MetricKind = 'flow' | 'stock' | 'sample';

/** The record types that a metric reads, each with the fields that it needs. */
export type Reads = { readonly [T in RecordType]?: readonly FieldOf<T>[] };

/** The records that a metric is given: of the types and with the fields that it asked for. */
export type Given<R extends Reads> = {
  [T in RecordType & keyof R]: StoredRecord<
    T,
    NonNullable<R[T]>[number] extends infer F ? Extract<F, FieldOf<T>> : never
  >;
}[RecordType & keyof R];

/**
 * Counts a record that gives no observation at the moment it would have had one: a negative span, a missing time.
 * With its handle, `explain` can name it.
 */
export type Reject = (reason: string, at: Instant, ref?: RecordHandle) => void;

/** What stands around the records that are observed. */
export interface Around<R extends Reads> {
  /** The records of the types that the metric joins with, all of them. */
  readonly joined: readonly Given<R>[];
  /** How incidents meet deployments; null where the configuration does not say. */
  readonly incidents: IncidentLink | null;
  readonly time: Clock;
  /** Told of the records that made an observation what it is; absent where nobody asks. */
  readonly relate?: Relate;
}

/** How spans are counted: by the rule's calendar where it has one, so that every metric in hours counts by this. */
export interface Clock {
  /** Hours from one moment to another. Null, and rejected, where the span is impossible; `what` names it. */
  hours(from: Instant, to: Instant, what: string): number | null;
  /** The same in milliseconds, for spans that are added up, the second moment never before the first. */
  elapsed(from: Instant, to: Instant): number;
}

export interface MetricDefinition<R extends Reads, Options> {
  /** The file's name, the `measure:` of a rule and the heading in the reference. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: 'up' | 'down' | null;
  readonly kind: MetricKind;
  readonly aggregate: Aggregate;
  /** The aggregates that mean something here, the default included. */
  readonly aggregates: readonly Aggregate[];
  /** One sentence. */
  readonly definition: string;
  /** Where the definition comes from. */
  readonly source: string;
  readonly reads: R;
  /** What of `reads` is read under these options. Default: all of it. */
  reading?(options: Options, incidents: IncidentLink | null): Reads;
  /**
   * Record types that only place or judge the others. They come from every source that brings them, `where` leaves
   * them whole, and `observe` finds them around the records.
   */
  readonly joins?: readonly RecordType[];
  /**
   * Its record types are sides of one fact (a deployment and the pull requests in it), not alternatives: a condition
   * then holds for the types that have its field, and leaves the others whole.
   */
  readonly sides?: true;
  /** Its tickets are the incidents of the configuration. */
  readonly incidents?: true;
  /** Fields that it reads as of a moment by itself, so that `explain` can say where only the current value is known. */
  readonly dated?: readonly HistoryField[];
  /** Conditions that hold unless the rule's `where` names the same field. */
  readonly where?: Where;
  readonly options: z.ZodType<Options>;
  /** Where the options decide the unit, the kind and the direction. */
  unitUnder?(options: Options): Unit;
  kindUnder?(options: Options): MetricKind;
  betterUnder?(options: Options): 'up' | 'down' | null;
  /**
   * No observation of a record is later than this field of it (null: unknown, so it is always read).
   * Lets a window leave older records in the database. Without it every record is read.
   */
  readonly latest?: { readonly [T in RecordType & keyof R]?: FieldOf<T> };
  /** `record`: each record speaks for itself. `set`: the metric must see all of them at once. */
  readonly scope: 'record' | 'set';
  /**
   * Metrics of samples: the series they read, each named after the kind of source that yields it
   * (`coverage-lines`), so that a rule without `source` takes that source and no other.
   */
  readonly series?: readonly string[];
  /**
   * In place of observing records: its value is computed from those of the rules under the option `terms`, all of
   * them known. Null where that is no number.
   */
  compute?(
    options: Options,
  ): Promise<(terms: Readonly<Record<string, number>>, moment: Instant) => number | null>;
  /** In place of observing records: a query over the public views, each of whose rows is an observation. */
  query?(options: Options): string;
  /** An activity measure: `validate` advises against it as a lone key result. */
  readonly activity?: boolean;
  observe(
    records: Iterable<Given<R>>,
    options: Options,
    reject: Reject,
    around: Around<R>,
  ): Iterable<Observation>;
}

/** A metric of the catalogue, its record and option types erased: the engine gives it what it asked for. */
export type Metric = Omit<MetricDefinition<Reads, unknown>, 'observe' | 'latest'> & {
  readonly latest?: { readonly [T in RecordType]?: string };
  observe(
    records: Iterable<StoredRecord>,
    options: unknown,
    reject: Reject,
    around: Omit<Around<Reads>, 'joined'> & { readonly joined: readonly StoredRecord[] },
  ): Iterable<Observation>;
};

export function kindOf(metric: Pick<Metric, 'kind' | 'kindUnder'>, options: unknown): MetricKind {
  return metric.kindUnder?.(options) ?? metric.kind;
}

/** Whether its values are hours of work, which a calendar may count: those of pages and builds are milliseconds. */
export function countsHours(metric: Pick<Metric, 'unit'>): boolean {
  return metric.unit === 'hours';
}

export function betterOf(
  metric: Pick<Metric, 'better' | 'betterUnder'>,
  options: unknown,
): 'up' | 'down' | null {
  return metric.betterUnder?.(options) ?? metric.better;
}

export function defineMetric<const R extends Reads, Options>(
  definition: MetricDefinition<R, Options>,
): Metric {
  return definition as unknown as Metric;
}
