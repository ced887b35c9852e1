import type { Configuration } from '../config/index.ts';
import type { Instant } from '../domain/records.ts';

/** The configuration of a process that goes on while people edit its files. */
export interface ConfigurationKeeper {
  /** The last one that had no fault. */
  current(): Configuration;
  /** Every fault of the files as they were last read, for a person; null when there is none. */
  fault(): string | null;
  /** Reads the files now. Rejects with a ConfigError when they have faults: the last good one stays. */
  refresh(): Promise<Configuration>;
  /** The last good one, after a look at the files unless the last look is recent. Never rejects for their faults. */
  recent(): Promise<Configuration>;
}

/** Milliseconds for which a look at the files is recent. */
const RECENT = 15_000;

export function keepConfiguration(
  first: Configuration,
  load: () => Promise<Configuration>,
  now: () => Instant,
): ConfigurationKeeper {
  let current = first;
  let fault: string | null = null;
  let readAt = now();
  let reading: Promise<Configuration> | null = null;

  async function read(): Promise<Configuration> {
    readAt = now();
    try {
      current = await load();
      fault = null;
      return current;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      reading = null;
    }
  }

  function refresh(): Promise<Configuration> {
    reading ??= read();
    return reading;
  }

  return {
    current: () => current,
    fault: () => fault,
    refresh,
    async recent() {
      if (Math.abs(now() - readAt) > RECENT) await refresh().catch(() => undefined);
      return current;
    },
  };
}
