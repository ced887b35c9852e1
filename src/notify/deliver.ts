import type { Logger } from 'pino';
import { ConnectorError } from '../../connectors/errors.ts';
import type { Instant } from '../domain/records.ts';
import { DAY, HOUR } from '../domain/time.ts';
import type { Message } from '../report/message.ts';
import type { OutboxRow, OutboxStore, Settlement } from '../store/contract.ts';
import { describeFailure, type Told, toldOf } from '../sync/failure.ts';
import type { Channel } from './contract.ts';
import { quietUntil } from './quiet.ts';
import type { ChannelRules } from './rules.ts';

/** A channel that can be sent to. */
export interface Outlet {
  readonly id: string;
  readonly kind: string;
  readonly settings: unknown;
  readonly rules: ChannelRules;
  /** Of kind and settings: a channel that refused for good is tried again with others. */
  readonly settingsHash: string;
}

export interface DeliverOptions {
  readonly outlets: readonly Outlet[];
  readonly channelOf: (kind: string) => Channel | undefined;
  readonly store: OutboxStore;
  readonly zone: string;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Instant;
  readonly logger: Logger;
  /** Takes secrets out of what is stored and shown. */
  readonly redact: (text: string) => string;
  /** Bound of the whole, in milliseconds; what is not sent by then waits for the next run. @default 60000 */
  readonly timeLimit?: number;
  /** Spreads the waits between attempts, 0..1. */
  readonly random?: () => number;
}

/** How it went with one channel. */
export interface Delivery {
  readonly channel: string;
  readonly kind: string;
  readonly sent: number;
  /** What is still to be sent. */
  readonly waiting: number;
  /** Messages that were given up in this run: refused for good, or too old. */
  readonly givenUp: number;
  /** Of these, those that were too old to be sent. */
  readonly outdated: number;
  /** Until when its quiet hours hold what waits; null outside of them. */
  readonly quietUntil: Instant | null;
  /** It takes nothing until its settings change. */
  readonly disabled: boolean;
  readonly error: Told | null;
}

/** A channel that failed, or a message that was given up, is a failure of the run. */
export function deliveryFailed({ error, givenUp }: Delivery): boolean {
  return error !== null || givenUp > 0;
}

const TIME_LIMIT = 60_000;
/** Why the limit stops an attempt, where the user does not. */
const TIME_IS_UP = Symbol('time is up');
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 6 * HOUR;
/** News that is older is none. */
const TOO_OLD = 14 * DAY;
/** What is over is kept so long, for `v_messages`. */
const KEPT = 90 * DAY;
const CHANNEL_GONE = 'Its channel is no longer in the configuration';
const DIGEST_GONE = 'The weekly limit kept it back for a digest, and its channel has none any more';

/**
 * Sends what waits, channel by channel side by side and each in order. At least once: a message is marked only after
 * the service took it, so a crash between the two sends it again, under the same id. Never rejects for what a channel does.
 */
export async function deliver(options: DeliverOptions): Promise<readonly Delivery[]> {
  const { outlets, store, signal, now, timeLimit = TIME_LIMIT } = options;
  await settleOrphans(outlets, store);
  const rows = await store.outbox(['pending', 'failed']);
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = setTimeout(() => stop.abort(TIME_IS_UP), timeLimit);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.all(
      outlets.map((outlet) =>
        deliverTo(
          outlet,
          rows.filter(({ channel }) => channel === outlet.id),
          { ...options, timeLimit, signal: stop.signal },
        ),
      ),
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    await store.pruneOutbox(now() - KEPT);
  }
}

/** Gives up what no channel of the configuration will send or tell any more. */
async function settleOrphans(outlets: readonly Outlet[], store: OutboxStore): Promise<void> {
  const rulesOf = new Map(outlets.map(({ id, rules }) => [id, rules]));
  for (const { id, channel, state, foldedInto } of await store.outbox(['pending', 'failed', 'folded'])) {
    const rules = rulesOf.get(channel);
    const digestless = state === 'folded' && rules?.digest === null;
    if (foldedInto !== null || (rules !== undefined && !digestless)) continue;
    // Without a digest, what the limit kept back would be kept back again.
    const error = digestless ? DIGEST_GONE : CHANNEL_GONE;
    await store.settle(id, { state: 'given_up', error, untold: !digestless });
  }
}

async function deliverTo(
  outlet: Outlet,
  rows: readonly OutboxRow[],
  options: DeliverOptions,
): Promise<Delivery> {
  const { store, now, zone, signal } = options;
  const { id: channel, kind } = outlet;
  const old = rows.filter((row) => isOld(row, now()));
  for (const { id, error } of old)
    await store.settle(id, { state: 'given_up', error: oldReason(error), untold: true });
  const outdated = old.length;
  let sent = 0;
  let givenUp = outdated;
  const report = (rest: Partial<Delivery>): Delivery => {
    const counts = { sent, waiting: rows.length - sent - givenUp, givenUp, outdated };
    return { channel, kind, ...counts, quietUntil: null, disabled: false, error: null, ...rest };
  };
  const refused = (await store.disabledChannels()).find((one) => one.channel === channel);
  if (refused !== undefined && refused.settingsHash === outlet.settingsHash) {
    return report({ disabled: true, error: disabledError(channel, refused.error) });
  }
  if (refused !== undefined) await store.enableChannel(channel);
  for (const row of rows) {
    if (old.includes(row)) continue;
    const quiet = quietUntil(now(), outlet.rules.quietHours, zone);
    if (quiet !== null) return report({ quietUntil: quiet });
    // After a channel that was just enabled, nothing waits for what its old settings did.
    if (signal.aborted || (row.nextAttemptAt > now() && refused === undefined)) return report({});
    const outcome = await attempt(outlet, row, options);
    if (outcome === 'stopped') return report({});
    await store.settle(row.id, outcome.settlement);
    if (outcome.settlement.state === 'sent') sent += 1;
    if (outcome.settlement.state === 'given_up') givenUp += 1;
    if (outcome.error === null) continue;
    const { disables, ...error } = outcome.error;
    if (disables) {
      const { settingsHash } = outlet;
      const said = describeFailure(error);
      await store.disableChannel({ channel, settingsHash, disabledAt: now(), error: said });
    }
    return report({ error, disabled: disables });
  }
  return report({});
}

interface Outcome {
  readonly settlement: Settlement;
  readonly error: (Told & { readonly disables: boolean }) | null;
}

async function attempt(
  outlet: Outlet,
  row: OutboxRow,
  options: DeliverOptions,
): Promise<Outcome | 'stopped'> {
  const { channelOf, store, signal, fetch, now, logger, redact, random = Math.random } = options;
  const channel = channelOf(outlet.kind);
  if (channel === undefined) throw new Error(`there is no channel of kind ${outlet.kind}`);
  await store.attempt(row.id);
  const context = {
    settings: outlet.settings,
    signal,
    fetch,
    now,
    logger: logger.child({ channel: outlet.id }),
  };
  try {
    // Only `tell` writes bodies, from messages.
    const { reference } = await channel.deliver(context, row.body as Message);
    const safe = reference === null ? null : redact(reference);
    return { settlement: { state: 'sent', at: now(), reference: safe }, error: null };
  } catch (error) {
    const timeIsUp = signal.reason === TIME_IS_UP && isStop(error);
    if (signal.aborted && signal.reason !== TIME_IS_UP) return 'stopped';
    const said = timeIsUp ? lateError(error, outlet, options) : toldError(error, outlet, redact);
    const lasting = error instanceof ConnectorError && !error.transient && error.code !== 'aborted';
    const text = `${said.message} (${said.endpoint})`;
    // Another configuration must not begin with it again.
    const hopeless = lasting && refusesMessage(error);
    if (hopeless) {
      // Told anew it would be refused anew.
      const settlement = { state: 'given_up', error: text, untold: false } as const;
      return { settlement, error: { ...said, disables: lasting } };
    }
    const retryAt = error instanceof ConnectorError ? (error.retryAt ?? 0) : 0;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** row.attempts) * (0.75 + random() * 0.25);
    const later = Math.min(Math.max(now() + wait, retryAt), now() + DAY);
    const nextAttemptAt = lasting ? now() : Math.round(later);
    return {
      settlement: { state: 'failed', nextAttemptAt, error: text },
      error: { ...said, disables: lasting },
    };
  }
}

/** The service read the message itself and will not have it; a redirect, a template or a certificate is mended. */
function refusesMessage({ code, status }: ConnectorError): boolean {
  if (code !== 'input' || status === undefined) return false;
  // Slack refuses with a status of success; SMTP with 5xx, which of HTTP is transient.
  return [200, 400, 413, 422].includes(status) || status >= 500;
}

/** What an attempt ends with that was stopped, where it did not end by itself at the same time. */
function isStop(error: unknown): boolean {
  return !(error instanceof ConnectorError) || error.code === 'aborted';
}

function lateError(
  error: unknown,
  { kind }: Outlet,
  { timeLimit = TIME_LIMIT, redact }: DeliverOptions,
): Told {
  return {
    message: `It was not taken within the ${timeLimit / 1000} s that a run has for its messages`,
    endpoint: error instanceof ConnectorError ? redact(error.endpoint) : `${kind} channel`,
    remedy: 'It is tried again later; if this repeats, see why the service is slow, or send it less at once',
  };
}

function toldError(error: unknown, { id, kind }: Outlet, redact: (text: string) => string): Told {
  if (error instanceof ConnectorError) return toldOf(error, redact);
  const what = error instanceof Error ? error.message : String(error);
  return {
    message: redact(`Internal failure in channel ${id}: ${what}`),
    endpoint: `${kind} channel`,
    remedy: 'This is a fault of krsync: run again with --log-level debug and report what it prints',
  };
}

export function disabledError(channel: string, said: string): Told {
  return {
    message: `It is disabled, for it refused for good: ${said}`,
    endpoint: `channel ${channel}`,
    remedy: `Change its settings, or mend what it says and run krsync notify --test ${channel}`,
  };
}

/** Whether it waited so long that it is not sent any more. */
export function isOld({ createdAt }: Pick<OutboxRow, 'createdAt'>, now: Instant): boolean {
  return now - createdAt > TOO_OLD;
}

const NO_NEWS = 'It waited for more than two weeks and is no news any more';
const FAILED_BEFORE = `${NO_NEWS}; the last attempt failed: `;

function oldReason(lastError: string | null): string {
  return lastError === null ? NO_NEWS : FAILED_BEFORE + lastError;
}

/** Whether it was given up because its channel failed until it was too old. */
export function failedUntilOld({ state, error }: Pick<OutboxRow, 'state' | 'error'>): boolean {
  return state === 'given_up' && error?.startsWith(FAILED_BEFORE) === true;
}
