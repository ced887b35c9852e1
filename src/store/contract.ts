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
  /** When it was found deleted, moved or hidden; absent while it is there. */
  readonly removedAt?: Instant;
} & Pick<RecordOf<T>, F>;

export interface RecordQuery<T extends RecordType = RecordType, F extends FieldOf<T> = FieldOf<T>> {
  readonly recordType: T;
  readonly fields: readonly F[];
  readonly sources: readonly string[];
  /** Only records whose `column` is null, or not before `notBefore`. */
  readonly latest?: { readonly column: FieldOf<T>; readonly notBefore: Instant };
  /** Only records whose `column` is before `before`. */
  readonly earliest?: { readonly column: FieldOf<T>; readonly before: Instant };
  /** Also records that were removed at this moment or later. Default: only those that are there. */
  readonly thereAt?: Instant;
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
  /** Where the tool itself has nothing newer: its data is complete only until then, whenever it was read. */
  readonly coveredUntil: Instant | null;
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

/** A run that ended; one that was killed or interrupted speaks for no moment. */
export interface LastEnded {
  /** What it speaks for: its start, or what it computed as of where that is earlier. */
  readonly at: Instant;
  readonly outcome: 'ok' | 'failed';
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
  /** Records of active members, without tombstones unless `thereAt` asks for them, in chunks, in no promised order. */
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
  /** The ended run of a command that speaks for the newest moment, of those that began no later than `notAfter`. */
  lastEnded(command: string, notAfter: Instant): Promise<LastEnded | null>;
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
    /** What these check-ins, now with their ids, give to tell: it is stored in the same transaction. */
    readonly tell?: (checkIns: readonly CheckIn[]) => Telling;
  }): Promise<readonly number[]>;
}

/**
 * `pending`: not tried yet. `failed`: tried, and will be again. `folded`: kept back by the weekly cap, and told by the
 * next digest. `given_up`: refused for good, too old, or without a channel that would still send or tell it.
 */
export type MessageState = 'pending' | 'failed' | 'sent' | 'given_up' | 'folded';

/** A message for the outbox. The store does not look into its body, but keeps it as JSON. */
export interface NewMessage {
  /** The same for every attempt; one that is there already is left as it is. */
  readonly id: string;
  readonly channel: string;
  readonly kind: string;
  readonly body: unknown;
  readonly state: 'pending' | 'folded';
  readonly createdAt: Instant;
}

export interface OutboxRow extends Omit<NewMessage, 'state'> {
  readonly state: MessageState;
  readonly attempts: number;
  readonly nextAttemptAt: Instant;
  readonly sentAt: Instant | null;
  readonly reference: string | null;
  /** Of the last attempt. */
  readonly error: string | null;
  /** The digest that told it; null while none did. */
  readonly foldedInto: string | null;
}

/** What a run adds to the outbox, in one transaction with what causes it. */
export interface Telling {
  readonly messages: readonly NewMessage[];
  /** What each channel was last told of each topic; null forgets it. */
  readonly topics: readonly {
    readonly channel: string;
    readonly topic: string;
    readonly value: string | null;
    /** The message that tells it; null for what is learned in silence. */
    readonly message: string | null;
  }[];
  /** Messages that the cap kept back, and the digest that tells them. */
  readonly folded: readonly { readonly id: string; readonly into: string }[];
}

export interface DisabledChannel {
  readonly channel: string;
  /** Of the settings it was refused with: others enable it again. */
  readonly settingsHash: string;
  readonly disabledAt: Instant;
  readonly error: string;
}

export type Settlement =
  | { readonly state: 'sent'; readonly at: Instant; readonly reference: string | null }
  | { readonly state: 'failed'; readonly nextAttemptAt: Instant; readonly error: string }
  | {
      readonly state: 'given_up';
      readonly error: string;
      /** Nobody read what it told: the channel was told no more than before it, and its differences are told anew. */
      readonly untold: boolean;
    };

export interface OutboxStore {
  tell(telling: Telling): Promise<void>;
  /** By channel, then by topic. */
  topics(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
  /** In the order they were made. */
  outbox(states: readonly MessageState[]): Promise<readonly OutboxRow[]>;
  /** How many messages of these kinds were made for each channel since then, without those kept back or given up. */
  messagesSince(at: Instant, kinds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Of each channel: when a message was last taken, and when the newest of those that were taken was made. */
  lastSent(): Promise<ReadonlyMap<string, { readonly at: Instant; readonly createdAt: Instant }>>;
  /** Counts an attempt before it is made, so that one which ends the process is counted too. */
  attempt(id: string): Promise<void>;
  settle(id: string, settlement: Settlement): Promise<void>;
  disabledChannels(): Promise<readonly DisabledChannel[]>;
  disableChannel(channel: DisabledChannel): Promise<void>;
  enableChannel(channel: string): Promise<void>;
  /** Deletes what was sent, told or given up, and made before then. */
  pruneOutbox(before: Instant): Promise<void>;
}

/** By record type, a number that changes when one of its records does. */
export type RecordRevisions = ReadonlyMap<RecordType, number>;

/** What a rule observed in the records, for runs to which no record is new. */
export interface KeptRule {
  readonly name: string;
  /** The types of the records that it stands on. */
  readonly types: readonly RecordType[];
  /** JSON; the store does not look into it. */
  readonly facts: string;
  /** Null: those that are kept already. */
  readonly observations: Uint8Array | null;
}

export interface KeptStore {
  recordRevisions(): Promise<RecordRevisions>;
  /** The same, and from then on a change of a record changes its number, whoever makes it. */
  watchRecords(): Promise<RecordRevisions>;
  /** The facts of every rule that was kept at these revisions, by its name. */
  keptRules(revisions: RecordRevisions): Promise<ReadonlyMap<string, string>>;
  /** What goes with the facts that were read at these revisions; null where the rule was kept anew since. */
  keptObservations(name: string, facts: string, revisions: RecordRevisions): Promise<Uint8Array | null>;
  /**
   * Keeps rules that were evaluated after `watchRecords` gave these revisions. One of whose records changed since is left
   * out; those that are not `used` any more are forgotten.
   */
  keepRules(revisions: RecordRevisions, rules: readonly KeptRule[], used: readonly string[]): Promise<void>;
}

export interface Store extends SyncStore, RecordStore, CheckInStore, OutboxStore, KeptStore {
  readonly path: string;
  /** Batches of several members in one transaction: all of them or none. Returns the rows that changed. */
  commitBatches(
    batches: readonly { readonly key: MemberKey; readonly batch: Batch }[],
  ): Promise<{ readonly changed: number }>;
  close(): Promise<void>;
}

export type { EngineeringRecord };
