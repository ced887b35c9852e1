import { type App, deliveryFailed, type UpdateResult, update } from '../app.ts';
import type { Configuration } from '../config/index.ts';
import type { ConfigurationKeeper } from './configuration.ts';
import type { RunOutcome, RunResult } from './contract.ts';

export interface UpdateOptions {
  readonly keeper: ConfigurationKeeper;
  readonly signal: AbortSignal;
  /** Runs `work` with the lock held and the database open to write. */
  readonly withApp: <T>(configuration: Configuration, work: (app: App) => Promise<T>) => Promise<T>;
  /** Told of a run that was recorded, for what is counted. */
  readonly onUpdated: (counts: UpdateCounts) => void;
  readonly onDelivered: (deliveries: UpdateResult['deliveries']) => void;
}

export interface UpdateCounts {
  readonly records: number;
  readonly changed: number;
  readonly checkIns: number;
}

/** One scheduled run: the configuration as it is now, and `krsync update` over it. Never rejects. */
export async function runUpdate(options: UpdateOptions): Promise<RunResult> {
  const { keeper, signal, withApp, onUpdated, onDelivered } = options;
  try {
    const configuration = await keeper.refresh();
    return await withApp(configuration, async (app) => {
      const { sync, recorded, deliveries } = await update(app, null, () => undefined);
      onUpdated({ records: sync?.records ?? 0, changed: sync?.changed ?? 0, checkIns: recorded });
      onDelivered(deliveries);
      const failures = sync?.failures ?? [];
      for (const { source, stream, member, endpoint, message, remedy } of failures) {
        app.logger.warn({ source, stream, member, endpoint }, `${message}: ${remedy}`);
      }
      const sources = [...new Set(failures.map(({ source }) => source))].join(', ');
      const channels = deliveries.filter(deliveryFailed).map(({ channel }) => channel);
      const wrong = [
        ...(sources === '' ? [] : [`not everything was pulled from ${sources}`]),
        ...(channels.length === 0 ? [] : [`not everything was sent to ${channels.join(', ')}`]),
      ];
      if (wrong.length === 0) return { outcome: 'ok', message: null };
      return { outcome: 'failed', message: wrong.join('; ') };
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: outcomeOf(error, signal), message };
  }
}

function outcomeOf(error: unknown, signal: AbortSignal): RunOutcome {
  if (signal.aborted) return 'interrupted';
  const name = error instanceof Error ? error.name : '';
  if (name === 'LockHeldError') return 'locked';
  return name === 'ConfigError' ? 'configuration' : 'error';
}
