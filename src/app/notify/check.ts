import { ConnectorError } from '../../../connectors/errors.ts';
import { createRedactor } from '../../domain/redact.ts';
import { disabledError } from '../../notify/deliver.ts';
import { channelOf } from '../../notify/index.ts';
import { type Told, toldOf } from '../../sync/failure.ts';
import { type App, UsageError } from '../context.ts';
import { refusedChannels } from './state.ts';

export interface ChannelCheck {
  readonly channel: string;
  readonly kind: string;
  readonly problems: readonly Told[];
}

/** Asks every channel for real whether its credentials and names suffice, as far as that can be told without sending. */
export async function checkChannels(app: Omit<App, 'store'>): Promise<readonly ChannelCheck[]> {
  const { configuration, signal, fetch, now, logger } = app;
  const redact = createRedactor(configuration.secrets);
  return Promise.all(
    configuration.channels.map(async ({ id, kind, settings }): Promise<ChannelCheck> => {
      const channel = channelOf(kind);
      if (channel === undefined) throw new UsageError(`there is no channel of kind ${kind}`);
      const context = { settings, signal, fetch, now, logger: logger.child({ channel: id }) };
      try {
        await channel.check(context);
        return { channel: id, kind, problems: [] };
      } catch (error) {
        if (signal.aborted || !(error instanceof ConnectorError)) throw error;
        return { channel: id, kind, problems: [toldOf(error, redact)] };
      }
    }),
  );
}

/** The checks with the channels that are disabled: they refused a message, whatever they say to a check. */
export async function withRefusals(
  checks: readonly ChannelCheck[],
  { configuration, store }: App,
): Promise<readonly ChannelCheck[]> {
  const refused = await refusedChannels(configuration.channels, store);
  return checks.map((check) => {
    const error = refused.get(check.channel)?.error;
    if (error === undefined) return check;
    return { ...check, problems: [disabledError(check.channel, error), ...check.problems] };
  });
}
