import { createHash } from 'node:crypto';
import type { ChannelConfig } from '../../config/types.ts';
import { isoTime } from '../../domain/time.ts';
import { failedUntilOld, type Outlet } from '../../notify/deliver.ts';
import type { ChannelModel } from '../../report/model.ts';
import type { DisabledChannel, OutboxStore } from '../../store/contract.ts';

export function outletsOf(channels: readonly ChannelConfig[]): readonly Outlet[] {
  return channels.map((channel) => ({ ...channel, settingsHash: settingsHash(channel) }));
}

function settingsHash({ kind, settings }: Pick<ChannelConfig, 'kind' | 'settings'>): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, settings]))
    .digest('hex')
    .slice(0, 32);
}

/** Those that refused for good with the settings they have now, by their ids. */
export async function refusedChannels(
  channels: readonly ChannelConfig[],
  store: OutboxStore,
): Promise<ReadonlyMap<string, DisabledChannel>> {
  const hashes = new Map(channels.map((channel) => [channel.id, settingsHash(channel)]));
  const disabled = await store.disabledChannels();
  return new Map(
    disabled
      .filter(({ channel, settingsHash: hash }) => hashes.get(channel) === hash)
      .map((one) => [one.channel, one]),
  );
}

/** How each channel does, as the read model shows it. */
export async function channelsNow(
  channels: readonly ChannelConfig[],
  store: OutboxStore,
): Promise<readonly ChannelModel[]> {
  if (channels.length === 0) return [];
  const rows = await store.outbox(['pending', 'failed', 'given_up']);
  const sent = await store.lastSent();
  const refused = await refusedChannels(channels, store);
  return channels.map(({ id, kind }) => {
    const mine = rows.filter(({ channel }) => channel === id);
    const waiting = mine.filter(({ state }) => state !== 'given_up');
    const lastSent = sent.get(id);
    const disabled = refused.get(id);
    // In their order: what was taken was tried before what is newer, and after what is older was given up.
    const lost = mine.findLast(
      (row) => failedUntilOld(row) && (lastSent === undefined || row.createdAt > lastSent.createdAt),
    );
    const failed = waiting.findLast(({ error }) => error !== null) ?? lost;
    return {
      id,
      kind,
      lastSentAt: lastSent === undefined ? null : isoTime(lastSent.at),
      waiting: waiting.length,
      givenUp: mine.length - waiting.length,
      disabledAt: disabled === undefined ? null : isoTime(disabled.disabledAt),
      error: disabled?.error ?? failed?.error ?? null,
    };
  });
}
