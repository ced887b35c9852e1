import type { Instant } from '../domain/records.ts';
import { checkInStore } from './check-ins.ts';
import type { Connection } from './connection.ts';
import type { Store } from './contract.ts';
import { StoreError } from './errors.ts';
import { keptStore } from './kept.ts';
import { countBySource, memberStore, readMembers, readStreamFailures } from './members.ts';
import { openReadonly, openWritable } from './open.ts';
import { outboxStore } from './outbox.ts';
import { runQuery } from './query.ts';
import { readLinks, readRecords } from './read.ts';
import { batchesWriter, batchWriter } from './write.ts';

export { StoreError, type StoreErrorCode } from './errors.ts';

export interface OpenStoreOptions {
  /** The database's file. */
  readonly path: string;
  /** Never creates or changes the file; every writing method rejects. */
  readonly readonly?: boolean;
  readonly now: () => Instant;
  /** How long a person's own query may take, in milliseconds; default 30 seconds. */
  readonly queryTime?: number;
  /** Told once when the file is on a volume where other machines could write it too. */
  readonly warn?: (message: string) => void;
}

/** The writing part of the store, for a connection that must not write. */
function refusing<T extends object>(store: T, path: string, allowed: readonly (keyof T)[]): T {
  const refused = { ...store };
  for (const name of Object.keys(store) as (keyof T)[]) {
    if (allowed.includes(name)) continue;
    refused[name] = (() =>
      Promise.reject(
        new StoreError('read_only', `The database ${path} was opened to be read only`),
      )) as T[keyof T];
  }
  return refused;
}

/**
 * Opens the database, creating it and bringing its schema up to date unless it is opened to be read only.
 *
 * @throws StoreError that says what is wrong with which file and what to do: `missing` when it is opened to be read
 * and nothing was recorded yet, `newer`, `older`, `foreign`, `not_a_database`, `corrupt`, `no_folder`, `read_only`,
 * `network_volume`, `busy`, `io`.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { path, readonly = false, now, warn, queryTime = 30_000 } = options;
  const main = readonly ? openReadonly(path) : openWritable(path, warn ?? (() => undefined));
  // Records are iterated on a connection of their own: a write during an iteration is refused by the driver.
  let reader: Connection | null = readonly ? main : null;
  const readerOf = (): Connection => {
    reader ??= openReadonly(path);
    return reader;
  };

  const writing = {
    ...memberStore(main, now),
    commitBatch: batchWriter(main, now),
    commitBatches: batchesWriter(main, now),
    ...checkInStore(main),
    ...outboxStore(main),
    ...keptStore(main),
  };
  const reading = [
    ...(['memberState', 'lastRun', 'lastEnded', 'checkIns', 'frozenStarts', 'definitions'] as const),
    ...(['recordRevisions', 'keptRules', 'keptObservations'] as const),
    ...(['topics', 'outbox', 'messagesSince', 'lastSent', 'disabledChannels'] as const),
  ];

  return {
    path,
    ...(readonly ? refusing(writing, path, reading) : writing),
    records: (query) => readRecords(readerOf(), query),
    select: (query, signal) => runQuery(path, query, { timeLimit: queryTime, signal }),
    links: (handles) => main.guard(() => readLinks(main, handles)),
    members: () => main.guard(() => readMembers(main)),
    streamFailures: () => main.guard(() => readStreamFailures(main)),
    recordCounts: () => main.guard(() => countBySource(main)),
    async close() {
      if (reader !== main) reader?.close();
      main.close();
    },
  };
}
