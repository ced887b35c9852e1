import type { Batch } from '../../connectors/contract.ts';
import type { CheckIn, FrozenStart, NewCheckIn } from '../domain/okr.ts';
import type { EngineeringRecord, Instant, RecordOf, RecordType } from '../domain/records.ts';
import type { MemberKey, SyncStore } from '../sync/contract.ts';

/** Names a stored record. Opaque: only the store makes and reads one. */
export type RecordHandle = number;

/** The stored fields of a record type, without its discriminator. */
export type FieldOf<T extends RecordType> = Exclude<keyof RecordOf<T>, 'recordType'> & string;

/** A stored record with the fields that were asked for. */
export type StoredRecord<T extends RecordType = RecordType, F extends FieldOf<T> = FieldOf<T>> = {
  readonly recordType: T;
  readonly ref: RecordHandle;
  readonly source: string;
  readonly member: string;
} & Pick<RecordOf<T>, F>;

export interface RecordQuery<T extends RecordType = RecordType, F extends FieldOf<T> = FieldOf<T>> {
  readonly recordType: T;
  readonly fields: readonly F[];
  readonly sources: readonly string[];
  /** Only records whose `column` is null, or not before `notBefore`. */
  readonly latest?: { readonly column: FieldOf<T>; readonly notBefore: Instant };
  /** Only records whose `column` is before `before`. */
  readonly earliest?: { readonly column: FieldOf<T>; readonly before: Instant };
}

/** A record as `explain` shows it. */
export interface RecordLink {
  readonly type: RecordType;
  readonly key: string;
  readonly url: string | null;
  readonly title: string | null;
}

export interface StoredMember {
  readonly source: string;
  readonly kind: string;
  readonly stream: string;
  readonly member: string;
  readonly title: string;
  readonly yields: readonly RecordType[];
  readonly memberField: string | null;
  readonly coveredFrom: Instant | null;
  readonly completeAt: Instant | null;
  readonly error: string | null;
  readonly errorAt: Instant | null;
}

/** A source stream that could not list its members. */
export interface StreamFailure {
  readonly source: string;
  readonly stream: string;
  readonly error: string;
  readonly at: Instant;
}

export interface RunRow {
  readonly id: number;
  readonly command: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly asOf: Instant;
  readonly outcome: 'ok' | 'failed' | 'interrupted' | null;
}

/** The definition a check-in was made under, so that a cycle reads after its YAML is gone. */
export interface StoredDefinition {
  readonly cycleId: string;
  readonly objectiveId: string;
  readonly keyResultId: string;
  readonly hash: string;
  /** The resolved key result with its objective, as JSON. */
  readonly definition: string;
}

/** What a person's own query yields: the rows with their values in the order of the columns. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What the metrics read. */
export interface RecordStore {
  /** Live records (no tombstones, active members), in chunks, in no promised order. */
  records<T extends RecordType, F extends FieldOf<T>>(
    query: RecordQuery<T, F>,
  ): AsyncIterable<readonly StoredRecord<T, F>[]>;
  /** Read only, apart from this process, and killed at its time limit. Rejects with a StoreError `query` when it is wrong. */
  select(query: string, signal: AbortSignal): Promise<QueryResult>;
  /** In the order of the handles. */
  links(handles: readonly RecordHandle[]): Promise<readonly RecordLink[]>;
  /** Active members of the sources. */
  members(): Promise<readonly StoredMember[]>;
  streamFailures(): Promise<readonly StreamFailure[]>;
  recordCounts(): Promise<ReadonlyMap<string, number>>;
}

export interface CheckInStore {
  startRun(run: {
    readonly command: string;
    readonly startedAt: Instant;
    readonly asOf: Instant;
  }): Promise<number>;
  finishRun(id: number, finishedAt: Instant, outcome: 'ok' | 'failed' | 'interrupted'): Promise<void>;
  lastRun(): Promise<RunRow | null>;
  /**
   * The newest moment, no later than `notAfter`, that an ended run of a command speaks for: its start, or what it
   * computed as of where that is earlier. One that was killed or interrupted speaks for none.
   */
  lastEnded(command: string, notAfter: Instant): Promise<Instant | null>;
  /** All check-ins of a cycle, oldest as-of first, then in the order they were recorded. */
  checkIns(cycleId: string): Promise<readonly CheckIn[]>;
  frozenStarts(cycleId: string): Promise<readonly FrozenStart[]>;
  definitions(cycleId: string): Promise<readonly StoredDefinition[]>;
  /** Check-ins, frozen starts, definitions and the end of the run in one transaction. */
  recordCheckIns(entry: {
    readonly runId: number;
    /** As of when the run computed, where that was known only after its start. */
    readonly asOf?: Instant;
    readonly recordedAt: Instant;
    readonly checkIns: readonly NewCheckIn[];
    readonly starts: readonly FrozenStart[];
    readonly definitions: readonly StoredDefinition[];
    readonly outcome: 'ok' | 'failed';
  }): Promise<readonly number[]>;
}

export interface Store extends SyncStore, RecordStore, CheckInStore {
  readonly path: string;
  /** Batches of several members in one transaction: all of them or none. Returns the rows that changed. */
  commitBatches(
    batches: readonly { readonly key: MemberKey; readonly batch: Batch }[],
  ): Promise<{ readonly changed: number }>;
  close(): Promise<void>;
}

export type { EngineeringRecord };
