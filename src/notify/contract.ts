import type { Logger } from 'pino';
import type * as z from 'zod';
import type { Instant } from '../domain/records.ts';
import type { Message } from '../report/message.ts';

/** One way out. Adding one is one folder under `src/notify/` and one entry in `src/notify/index.ts`. */
export interface Channel<Settings = unknown> {
  /** Folder name, registry key and the `kind:` under `channels:`. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly title: string;
  /** This channel's part of the YAML, without the keys that all channels share. A strict object. */
  readonly settings: z.ZodType<Settings>;
  /**
   * Resolves when credentials and permissions suffice, as far as that can be told without sending anything; rejects
   * with a ConnectorError that names the remedy.
   */
  check(context: ChannelContext<Settings>): Promise<void>;
  /**
   * Sends one message. Resolves once the service has taken it. Rejects with a ConnectorError: a transient one is tried
   * again later, a permanent one disables the channel until its configuration changes. May be called again with the
   * same message after a crash: it carries `message.id` as its idempotency key wherever the service knows one.
   */
  deliver(context: ChannelContext<Settings>, message: Message): Promise<Receipt>;
}

export interface ChannelContext<Settings = unknown> {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Every request goes through this one: bounded in time and size. */
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Instant;
  readonly logger: Logger;
}

/** What the service said of it. */
export interface Receipt {
  /** What the service calls it (a timestamp, a message id, a comment's address), without a secret; null where it says nothing. */
  readonly reference: string | null;
}
