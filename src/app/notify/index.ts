import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../../../connectors/errors.ts';
import type { Instant } from '../../domain/records.ts';
import { createRedactor, withoutSecrets } from '../../domain/redact.ts';
import { type Delivery, deliver, isOld } from '../../notify/deliver.ts';
import { channelOf } from '../../notify/index.ts';
import { inScope } from '../../notify/plan-input.ts';
import { composeMessage } from '../../report/compose.ts';
import type { Message } from '../../report/message.ts';
import type { NewMessage, OutboxRow } from '../../store/contract.ts';
import { toldOf } from '../../sync/failure.ts';
import { type App, UsageError } from '../context.ts';
import { report } from '../report.ts';
import { outletsOf, refusedChannels } from './state.ts';
import { digestTelling, eventsTeller } from './telling.ts';

/** Delivers what waits and the digests that are due. `update` does so at its end; a scheduler may at other times. */
export interface Notified {
  readonly deliveries: readonly Delivery[];
}

/** Tells what is recorded and was not told yet, and sends what waits. Pulls and records nothing. */
export async function notify(app: App, asOf: Instant): Promise<Notified> {
  const events = await eventsTeller(app, asOf, [], []);
  await app.store.tell(events([]));
  return { deliveries: await sendDue(app, asOf) };
}

/** Adds the digests that are due to the outbox, and sends all that waits there. */
export async function sendDue(app: App, asOf: Instant): Promise<readonly Delivery[]> {
  const { configuration, store, signal, fetch, now, logger } = app;
  const { channels, timezone, secrets } = configuration;
  await store.tell(await digestTelling(app, () => report(app, asOf)));
  return deliver({
    outlets: outletsOf(channels),
    channelOf,
    store,
    zone: timezone,
    signal,
    fetch,
    now,
    logger,
    redact: createRedactor(secrets),
  });
}

/** What `notify` would send now. */
export interface Preview {
  readonly channel: string;
  readonly message: Message;
  /** Null for what would be made now; else the attempts so far, and why the last failed. */
  readonly waiting: Pick<OutboxRow, 'attempts' | 'error' | 'nextAttemptAt'> | null;
}

/** Writes and sends nothing. */
export async function preview(app: App, asOf: Instant): Promise<readonly Preview[]> {
  const { store, configuration, now } = app;
  const events = (await eventsTeller(app, asOf, [], []))([]);
  const digests = await digestTelling(app, () => report(app, asOf));
  const made = [...events.messages, ...digests.messages].filter(({ state }) => state === 'pending');
  const rows = await store.outbox(['pending', 'failed']);
  const known = new Set(configuration.channels.map(({ id }) => id));
  // Only `tell` writes bodies, from messages.
  const shown = ({ channel, body }: NewMessage | OutboxRow, waiting: Preview['waiting']): Preview => ({
    channel,
    message: body as Message,
    waiting,
  });
  return [
    ...rows.filter((row) => known.has(row.channel) && !isOld(row, now())).map((row) => shown(row, row)),
    ...made.map((one) => shown(one, null)),
  ];
}

/** Sends a sample to one channel at once, past its quiet hours; when it is taken, a disabled channel is enabled again. */
export async function sendTest(app: App, name: string, asOf: Instant): Promise<Delivery> {
  const { configuration, store, signal, fetch, now, logger } = app;
  const { channels, secrets } = configuration;
  const channel = channels.find(({ id }) => id === name);
  if (channel === undefined) {
    const known = channels.map(({ id }) => id).join(', ');
    const has = known === '' ? 'no channels: add one under `channels:`' : known;
    throw new UsageError(`there is no channel '${name}': the configuration has ${has}`);
  }
  const model = await report(app, asOf);
  const message = composeMessage(model, {
    id: randomUUID(),
    kind: 'test',
    subject: `krsync: a test message to the channel ${name}`,
    summary: 'So messages will look here. Nothing has changed.',
    objectives: inScope(model.objectives, channel.rules).slice(0, MOST_IN_TEST),
    notices: [],
    changeOf: () => null,
    weekOf: ({ week }) => week,
  });
  const redact = createRedactor(secrets);
  const kind = channelOf(channel.kind);
  if (kind === undefined) throw new UsageError(`there is no channel of kind ${channel.kind}`);
  const context = { settings: channel.settings, signal, fetch, now, logger: logger.child({ channel: name }) };
  const result = { channel: name, kind: channel.kind, waiting: 0, givenUp: 0, outdated: 0, quietUntil: null };
  try {
    // What is composed is as safe as what waits in the outbox.
    await kind.deliver(context, withoutSecrets(message, redact));
    await store.enableChannel(name);
    return { ...result, sent: 1, disabled: false, error: null };
  } catch (error) {
    if (signal.aborted || !(error instanceof ConnectorError)) throw error;
    // A refused test message disables nothing; what did so before it still holds.
    const disabled = (await refusedChannels([channel], store)).has(name);
    return { ...result, sent: 0, disabled, error: toldOf(error, redact) };
  }
}

const MOST_IN_TEST = 2;
