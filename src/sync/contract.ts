import type { Batch } from '../../connectors/contract.ts';
import type { Instant, RecordType } from '../domain/records.ts';

export interface MemberKey {
  readonly source: string;
  readonly stream: string;
  readonly member: string;
}

/** What is remembered of a member between runs. */
export interface MemberState {
  readonly cursor: string | null;
  /** Of the definition the cursor belongs to: stream version and settings that bear on records. */
  readonly fingerprint: string;
  /** How far back the pull that the cursor belongs to began; null before the first. */
  readonly since: Instant | null;
  /** Data is complete from here on, once `completeAt` is set. */
  readonly coveredFrom: Instant | null;
  /** Data is complete only until then, where the tool had no more at the last complete pull. */
  readonly coveredUntil: Instant | null;
  /** Start of the last pull that ended complete. */
  readonly completeAt: Instant | null;
}

/** What sync needs of a store. The store implements it; sync knows no SQL. */
export interface SyncStore {
  /** Registers the members of a stream as they are now; those missing from the list become inactive, and their records leave the counts. */
  setMembers(
    source: { readonly id: string; readonly kind: string },
    stream: {
      readonly name: string;
      readonly yields: readonly RecordType[];
      readonly memberField: string | null;
    },
    members: readonly { readonly id: string; readonly title: string }[],
  ): Promise<void>;
  memberState(key: MemberKey): Promise<MemberState | null>;
  /** Ids of the member's live records of a type. */
  storedIds(key: MemberKey, recordType: RecordType): Promise<readonly string[]>;
  /** Begins a full pull under a new fingerprint or from further back: forgets the cursor, keeps the records. */
  restartMember(key: MemberKey, fingerprint: string, since: Instant): Promise<void>;
  /** Records, tombstones and cursor in one transaction. A null cursor leaves the stored one. Returns the rows that changed. */
  commitBatch(key: MemberKey, batch: Batch): Promise<{ readonly changed: number }>;
  /** `coveredUntil` is null where the data is complete as of `at`. */
  completeMember(
    key: MemberKey,
    at: Instant,
    coveredFrom: Instant,
    coveredUntil?: Instant | null,
  ): Promise<void>;
  failMember(key: MemberKey, at: Instant, error: string): Promise<void>;
  /** The source or one of its streams could not even list its members. */
  failStream(
    source: { readonly id: string; readonly kind: string },
    stream: string,
    at: Instant,
    error: string,
  ): Promise<void>;
}

/** Live progress, for a person who waits. */
export type SyncEvent =
  | { readonly type: 'member-started'; readonly key: MemberKey; readonly title: string }
  | {
      readonly type: 'batch';
      readonly key: MemberKey;
      readonly records: number;
      readonly total: number | null;
    }
  | { readonly type: 'member-completed'; readonly key: MemberKey; readonly records: number }
  | { readonly type: 'member-failed'; readonly key: MemberKey; readonly error: string };

export interface SourceFailure {
  readonly source: string;
  readonly kind: string;
  readonly stream: string | null;
  readonly member: string | null;
  readonly message: string;
  readonly endpoint: string;
  readonly remedy: string;
  readonly retryAt: Instant | null;
}

export interface SyncResult {
  readonly failures: readonly SourceFailure[];
  readonly records: number;
  readonly changed: number;
  readonly requests: number;
}
