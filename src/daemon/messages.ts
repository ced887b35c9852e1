import type { Logger } from 'pino';
import type { Notified } from '../app.ts';
import type { Timers } from './contract.ts';
import { sleep } from './sleep.ts';

/** Digests, the ends of quiet hours and further attempts come at their own times: a look at the outbox every so often. */
const BETWEEN_LOOKS = 5 * 60_000;

export interface MessagesOptions {
  readonly timers: Timers;
  /** Sends what is due; null where there is nobody to send to, or a run is under way, which sends by itself. */
  readonly send: () => Promise<Notified | null>;
  readonly onDelivered: (deliveries: Notified['deliveries']) => void;
  readonly logger: Logger;
}

/** Sends what is due until the signal says stop. */
export async function runMessages(options: MessagesOptions, signal: AbortSignal): Promise<void> {
  const { timers, send, onDelivered, logger } = options;
  for (;;) {
    await sleep(timers, BETWEEN_LOOKS, signal);
    if (signal.aborted) return;
    try {
      onDelivered((await send())?.deliveries ?? []);
    } catch (error) {
      if (signal.aborted) return;
      const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
      // Another process is at work, and sends at its end.
      if (name !== 'LockHeldError') logger.error(`messages could not be sent: ${message}`);
    }
  }
}
