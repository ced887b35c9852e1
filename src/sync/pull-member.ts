import type { Member, PullContext, Stream } from '../../connectors/contract.ts';
import type { MemberKey, SyncEvent, SyncStore } from './contract.ts';
import { InvalidRecordError } from './errors.ts';
import { untilAborted } from './interrupt.ts';

/** The store itself failed: no source can go on. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

export interface MemberPull {
  readonly key: MemberKey;
  readonly member: Member;
  readonly stream: Stream;
  readonly fingerprint: string;
  readonly context: PullContext;
  readonly store: SyncStore;
  readonly onEvent: (event: SyncEvent) => void;
}

export interface Pulled {
  readonly records: number;
  readonly changed: number;
}

/** Runs one step of the store, telling its failures from those of the source. */
export async function stored<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof InvalidRecordError) throw error;
    throw new StoreFailure('The store failed', { cause: error });
  }
}

/**
 * Pulls one member to its end: every batch is stored with its cursor before the next is asked for. Rejects with what
 * the connector threw; what was stored until then stays.
 */
export async function pullMember(
  pull: MemberPull,
  progress: { records: number; changed: number },
): Promise<void> {
  const { key, member, stream, fingerprint, context, store, onEvent } = pull;
  // The data is complete as of now, not as of the end: what changes meanwhile may be missed.
  const startedAt = context.now();
  const state = await stored(store.memberState(key));
  // A later start asks for less than there is, as when a new cycle moves the default: only an earlier one pulls anew.
  const resumes =
    state !== null &&
    state.fingerprint === fingerprint &&
    state.since !== null &&
    state.since <= context.start;
  const start = resumes && state.since !== null ? state.since : context.start;
  if (!resumes) await stored(store.restartMember(key, fingerprint, start));
  onEvent({ type: 'member-started', key, title: member.title });

  const cursor = resumes ? state.cursor : null;
  const own: PullContext = {
    ...context,
    start,
    storedIds: (recordType) => stored(store.storedIds(key, recordType)),
  };
  let records = 0;
  // What an earlier pull could not see, one that brings nothing new cannot see either.
  let coveredFrom = (resumes ? state.coveredFrom : null) ?? start;
  let coveredUntil = resumes ? state.coveredUntil : null;
  for await (const batch of untilAborted(context.signal, stream.pull(own, member.id, cursor))) {
    const { changed } = await stored(store.commitBatch(key, batch));
    records += batch.records.length;
    if (batch.coveredFrom !== undefined) coveredFrom = Math.max(start, batch.coveredFrom);
    if (batch.coveredUntil !== undefined) coveredUntil = batch.coveredUntil;
    progress.records += batch.records.length;
    progress.changed += changed;
    onEvent({ type: 'batch', key, records, total: batch.total ?? null });
  }
  await stored(store.completeMember(key, startedAt, coveredFrom, coveredUntil));
  onEvent({ type: 'member-completed', key, records });
}
