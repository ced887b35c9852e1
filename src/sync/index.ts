import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Connector, Member, PullContext, Stream } from '../../connectors/contract.ts';
import type { Instant } from '../domain/records.ts';
import { createRedactor } from '../domain/redact.ts';
import { boundFetch } from './bounded-fetch.ts';
import type { SourceFailure, SyncEvent, SyncResult, SyncStore } from './contract.ts';
import { describeFailure, type Place, toFailure } from './failure.ts';
import { fingerprintOf } from './fingerprint.ts';
import { interruption, untilAborted } from './interrupt.ts';
import { pullMember, StoreFailure, stored } from './pull-member.ts';

/** A configured source, its settings validated. */
export interface SyncSource {
  readonly id: string;
  readonly kind: string;
  readonly settings: unknown;
  readonly directory: string;
}

export interface SyncOptions {
  readonly sources: readonly SyncSource[];
  readonly connectorOf: (kind: string) => Connector | undefined;
  readonly store: SyncStore;
  /** How far back a first pull goes. */
  readonly since: Instant;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  readonly logger: Logger;
  readonly fetch: typeof globalThis.fetch;
  /** IANA zone for times that do not say theirs. @default UTC */
  readonly timezone?: string;
  /** Values that no message may show, in any encoding. */
  readonly secrets: readonly string[];
  /** Members pulled at once, over all sources. @default 8 */
  readonly concurrency?: number;
  /** Members pulled at once from one source. @default 4 */
  readonly concurrencyPerSource?: number;
  /** Milliseconds that one request may take, its body included. @default 60000 */
  readonly requestTimeout?: number;
  readonly onEvent?: (event: SyncEvent) => void;
}

/**
 * Pulls every member of every stream of every source, side by side within the bounds. What fails, fails alone: it is
 * in the result and in the store, and the rest goes on.
 *
 * Rejects with an `AbortError` when the signal stops it (what was stored stays), and with the store's own error when
 * the store cannot go on.
 */
export async function runSync(options: SyncOptions): Promise<SyncResult> {
  const { store, now, since } = options;
  const onEvent = options.onEvent ?? (() => undefined);
  const redact = createRedactor(options.secrets);
  const overall = pLimit(options.concurrency ?? 8);
  // Stops the others when the store fails; the user's own signal stops all.
  const fatal = new AbortController();
  const signal = AbortSignal.any([options.signal, fatal.signal]);
  // Members and their files are read side by side, each with a listener of its own, and Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  const bounded = boundFetch(options.fetch, signal, options.requestTimeout ?? 60_000);
  const failures: SourceFailure[] = [];
  const progress = { records: 0, changed: 0 };

  /** Records a failure; what is no failure of a source is thrown on. */
  async function fail(place: Place, error: unknown): Promise<void> {
    if (signal.aborted) throw interruption(signal);
    try {
      if (error instanceof StoreFailure) throw error;
      const failure = toFailure(place, error, redact);
      failures.push(failure);
      const stack = error instanceof Error ? redact(error.stack ?? '') : undefined;
      options.logger.debug({ ...place, stack }, failure.message);
      await remember(place, failure);
    } catch (broken) {
      fatal.abort(broken);
      throw broken;
    }
  }

  async function remember({ source, kind, stream, member }: Place, failure: SourceFailure): Promise<void> {
    const text = describeFailure(failure);
    if (stream === null) return;
    if (member === null) {
      await stored(store.failStream({ id: source, kind }, stream, now(), text));
      return;
    }
    const key = { source, stream, member };
    await stored(store.failMember(key, now(), text));
    onEvent({ type: 'member-failed', key, error: text });
  }

  async function listMembers(name: string, stream: Stream, source: SyncSource, context: PullContext) {
    const members: Member[] = [];
    for await (const member of untilAborted(signal, stream.members(context))) members.push(member);
    const described = { name, yields: stream.yields, memberField: stream.memberField ?? null };
    // Only a listing that came to its end may say which members are gone.
    await stored(store.setMembers({ id: source.id, kind: source.kind }, described, members));
    return members;
  }

  async function syncSource(source: SyncSource): Promise<void> {
    const connector = options.connectorOf(source.kind);
    if (!connector) throw new TypeError(`There is no connector of kind ${source.kind}`);
    const context: PullContext = {
      settings: source.settings,
      start: since,
      signal,
      fetch: bounded.fetch,
      now,
      logger: options.logger.child({ source: source.id }),
      storedIds: () => Promise.resolve([]),
      directory: source.directory,
      ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    };
    const ofSource = pLimit(options.concurrencyPerSource ?? 4);
    const bound = <T>(task: () => Promise<T>): Promise<T> => ofSource(() => overall(task));

    async function syncStream(name: string, stream: Stream): Promise<void> {
      const place = { source: source.id, kind: source.kind, stream: name };
      let members: readonly Member[];
      try {
        members = await bound(() => listMembers(name, stream, source, context));
      } catch (error) {
        return fail({ ...place, member: null }, error);
      }
      const { kind, settings } = source;
      const { version } = stream;
      const pulls = members.map((member) =>
        bound(async () => {
          const key = { source: source.id, stream: name, member: member.id };
          try {
            const own = stream.definition?.(settings, member.id);
            const fingerprint = fingerprintOf({ kind, version, settings, own });
            await pullMember({ key, member, stream, fingerprint, context, store, onEvent }, progress);
          } catch (error) {
            await fail({ ...place, member: member.id }, error);
          }
        }),
      );
      await settled(pulls);
    }

    const pulled = Object.entries(connector.streams).filter(([, stream]) => stream.pushed !== true);
    await settled(pulled.map(([name, stream]) => syncStream(name, stream)));
  }

  try {
    await settled(options.sources.map(syncSource));
  } catch (error) {
    if (options.signal.aborted) throw interruption(options.signal);
    throw fatal.signal.reason instanceof StoreFailure ? fatal.signal.reason.cause : error;
  }
  return { failures, ...progress, requests: bounded.count() };
}

/** Waits for all, so that nothing runs on behind the caller's back; then throws what the first of them threw. */
async function settled(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
