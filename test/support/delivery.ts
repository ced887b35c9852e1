import pino from 'pino';
import type { CronFields } from '../../src/domain/cron.ts';
import type { Channel } from '../../src/notify/contract.ts';
import { type DeliverOptions, type Delivery, deliver } from '../../src/notify/deliver.ts';
import type { ChannelRules } from '../../src/notify/rules.ts';

export const MONDAYS_AT_EIGHT: CronFields = {
  second: [0],
  minute: [0],
  hour: [8],
  dayOfMonth: Array.from({ length: 31 }, (_, i) => i + 1),
  month: Array.from({ length: 12 }, (_, i) => i + 1),
  dayOfWeek: [1],
};

/** Changes at once, to everybody, and nothing else. */
export const RULES: ChannelRules = {
  only: { teams: null, owners: null, focusAreas: null, objectives: null },
  digest: null,
  changes: true,
  operator: false,
  quietHours: null,
  mostPerWeek: null,
};

/** Delivers what waits for the one channel, `hook`. */
export async function deliverToHook(
  channel: Channel<unknown>,
  options: Pick<DeliverOptions, 'store' | 'now'> & Partial<DeliverOptions>,
  outlet: { readonly rules?: ChannelRules; readonly settingsHash?: string } = {},
): Promise<Delivery> {
  const [delivery] = await deliver({
    outlets: [{ id: 'hook', kind: 'scripted', settings: {}, rules: RULES, settingsHash: 'a', ...outlet }],
    channelOf: () => channel,
    zone: 'UTC',
    signal: new AbortController().signal,
    fetch: globalThis.fetch,
    logger: pino({ level: 'silent' }),
    redact: (text) => text,
    ...options,
  });
  if (delivery === undefined) throw new Error('no delivery of the one channel');
  return delivery;
}
