import type { Logger } from 'pino';
import type * as z from 'zod';
import type { EngineeringRecord, Instant, RecordRef, RecordType, Sample } from '../src/domain/records.ts';

/** One kind of source. Adding one is one folder and one entry in connectors/index.ts. */
export interface Connector<Settings = unknown> {
  /** Folder name, registry key and the `kind:` under `sources:`. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly title: string;
  /** This source's part of the YAML, without `id` and `kind`. A strict object: unknown keys are an error. */
  readonly settings: z.ZodType<Settings>;
  /** Resolves when credentials and permissions suffice; rejects with a ConnectorError that names the remedy. */
  check(context: PullContext<Settings>): Promise<void>;
  /**
   * Does what `check` does, and gives the first rows as the settings map them, so that `krsync doctor` can show them
   * to who wrote the mapping. For kinds whose settings say what the numbers mean; stores nothing.
   */
  preview?(context: PullContext<Settings>, rows: number): Promise<readonly Preview[]>;
  readonly streams: Readonly<Record<string, Stream<Settings>>>;
}

/** The first samples of one member. */
export interface Preview {
  readonly title: string;
  readonly samples: readonly Sample[];
}

/** What a stream fans out over: a repository, a project, a report pattern. */
export interface Member {
  readonly id: string;
  readonly title: string;
}

export interface Stream<Settings = unknown> {
  readonly yields: readonly RecordType[];
  /** Raised when the records' meaning changes: begins a new full pull beside the old data. */
  readonly version: number;
  /** The record field that equals the member's id, so that a rule with `where` on it waits for no other member. */
  readonly memberField?: 'repository' | 'project' | 'subject' | 'series';
  /** Filled by `krsync ingest` from outside: sync lets it alone, for what nobody sent is not known to be nothing. */
  readonly pushed?: true;
  /** Names of the series that its samples are of, so that a rule on one of them takes this source without being told. */
  readonly series?: readonly string[];
  /** The setting without which it reads nothing, so that a source without it is not taken for one that brings its records. */
  readonly needs?: string;
  members(context: PullContext<Settings>): AsyncIterable<Member>;
  /**
   * Of the settings that list members, what bears on the records of this one alone (the JQL of a query): another
   * begins a new full pull of it, and of no other.
   */
  definition?(settings: Settings, member: string): unknown;
  /** Yields what changed at or after `cursor`, or since `context.start` when it is null. */
  pull(context: PullContext<Settings>, member: string, cursor: string | null): AsyncIterable<Batch>;
}

export interface Batch {
  readonly records: readonly EngineeringRecord[];
  /** Found deleted, moved or hidden: tombstones, kept out of counts from now on but not out of history. */
  readonly removed?: readonly RecordRef[];
  /** Resume point once this batch is stored; null while none is safe. An empty batch may move it. Validators (ETags) live in it. */
  readonly cursor: string | null;
  /** Where the tool cannot give what is older (a shallow clone): the data is complete only from here on; `NEVER`: it is refused. */
  readonly coveredFrom?: Instant;
  /** Where the tool itself has nothing newer and should (a metric that was renamed): complete only until then; null: as of the pull. */
  readonly coveredUntil?: Instant | null;
  /** How many records the whole pull will bring, where the tool says it. For progress only. */
  readonly total?: number;
}

export interface PullContext<Settings = unknown> {
  readonly settings: Settings;
  /** How far back the first pull goes. */
  readonly start: Instant;
  readonly signal: AbortSignal;
  /** Every request goes through this one: it counts them and bounds them in time. */
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Instant;
  /**
   * Ids of the live records of this member, as they are stored now: what a reconciliation compares the tool's own
   * list with. Records of other streams of the same source are not among them.
   */
  readonly storedIds: (recordType: RecordType) => Promise<readonly string[]>;
  readonly logger: Logger;
  /** IANA zone of the configuration, for times that do not say theirs; UTC where it is not given. */
  readonly timezone?: string;
  /** Relative paths in settings are already absolute; this is for messages. */
  readonly directory: string;
}
