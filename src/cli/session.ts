import { isAbsolute, resolve } from 'node:path';
import { connectors } from '../../connectors/index.ts';
import type { App } from '../app.ts';
import { UsageError } from '../app.ts';
import { loadConfiguration } from '../config/index.ts';
import type { Configuration } from '../config/types.ts';
import type { Instant } from '../domain/records.ts';
import { metrics } from '../metrics/index.ts';
import { channels } from '../notify/index.ts';
import type { Io } from './io.ts';
import { createLogger, type LogLevel } from './logger.ts';

/** The flags that every command takes. */
export interface GlobalFlags {
  readonly config: string;
  readonly database?: string;
  readonly asOf?: string;
  readonly logLevel: LogLevel;
  readonly json?: boolean;
}

export function readConfiguration(io: Io, flags: GlobalFlags): Promise<Configuration> {
  return loadConfiguration({
    path: resolve(io.cwd, flags.config),
    cwd: io.cwd,
    env: io.env,
    now: io.now(),
    connectors,
    metrics,
    channels,
  });
}

/** The moment to compute as of: what `--as-of` says, else now. */
export function asOfTime(io: Io, flags: GlobalFlags): Instant {
  if (flags.asOf === undefined) return io.now();
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(flags.asOf);
  const time = zoned ? Date.parse(flags.asOf) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(
      `--as-of takes an ISO time with its zone, such as 2026-11-24T05:15:00Z, not '${flags.asOf}'`,
    );
  }
  return time;
}

/** Runs `work` with the database open, and closes it whatever happens. */
export async function withApp<T>(
  io: Io,
  flags: GlobalFlags,
  mode: 'read' | 'write',
  command: string,
  work: (app: App) => Promise<T>,
): Promise<T> {
  const asOf = flags.asOf === undefined ? null : asOfTime(io, flags);
  const configuration = await readConfiguration(io, flags);
  const { logger, hide } = createLogger(flags.logLevel, io.stderr);
  hide(configuration.secrets);
  logger.debug({ asOf, path: databasePath(io, flags, configuration) }, 'opening the database');
  const { signal } = io;
  return withStore(
    io,
    flags,
    { configuration, logger, signal, fetch: globalThis.fetch },
    mode,
    command,
    work,
  );
}

/** As `withApp`, for a configuration that was read already. */
export async function withStore<T>(
  io: Pick<Io, 'cwd' | 'env' | 'now'>,
  flags: GlobalFlags,
  parts: Omit<App, 'store' | 'now'>,
  mode: 'read' | 'write',
  command: string,
  work: (app: App) => Promise<T>,
): Promise<T> {
  const { now } = io;
  const { configuration, logger } = parts;
  const path = databasePath(io, flags, configuration);
  const { openStore } = await import('../store/index.ts');
  const lock = mode === 'write' ? await lockFor(path, command, now) : null;
  try {
    const store = await openStore({
      path,
      readonly: mode === 'read',
      now,
      warn: (message) => logger.warn(message),
    });
    try {
      return await work({ ...parts, store, now });
    } finally {
      await store.close();
    }
  } finally {
    lock?.release();
  }
}

async function lockFor(path: string, command: string, now: () => Instant) {
  const { acquireLock } = await import('../store/lock.ts');
  return acquireLock(path, { command, now });
}

export function databasePath(
  io: Pick<Io, 'cwd' | 'env'>,
  flags: GlobalFlags,
  configuration: Configuration,
): string {
  const named = flags.database ?? io.env.KRSYNC_DATABASE;
  if (named === undefined || named === '') return configuration.database;
  return isAbsolute(named) ? named : resolve(io.cwd, named);
}
