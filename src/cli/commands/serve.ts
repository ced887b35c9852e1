import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type App, UsageError } from '../../app.ts';
import type { Configuration } from '../../config/index.ts';
import { parseDuration } from '../../config/quantity.ts';
import { keepConfiguration } from '../../daemon/configuration.ts';
import { startDaemon } from '../../daemon/index.ts';
import { jitterOf } from '../../daemon/jitter.ts';
import { meteredFetch } from '../../daemon/metered-fetch.ts';
import { createMetrics } from '../../web/metrics.ts';
import { startWeb, type Web } from '../../web/server.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { createLogger } from '../logger.ts';
import { databasePath, type GlobalFlags, readConfiguration, withStore } from '../session.ts';

export interface ServeFlags {
  readonly port: string;
  readonly host: string;
  readonly allowedHost?: readonly string[];
  readonly jitter?: string;
  readonly schedule: boolean;
}

/** Under the ten seconds after which Docker kills, with time left to exit. */
const GRACE = 8_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Runs until it is told to stop. */
export async function serveCommand(
  io: Io,
  flags: GlobalFlags,
  options: ServeFlags,
  version: string,
): Promise<ExitCode> {
  if (flags.asOf !== undefined) throw new UsageError('serve computes as of now: leave --as-of out');
  const port = portOf(options.port);
  const longest = jitterLength(options.jitter);
  const first = await readConfiguration(io, flags);
  if (options.schedule && first.schedule === null) {
    throw new UsageError(
      'the configuration has no `schedule`: add one such as schedule: "15 6 * * 1-5", or say --no-schedule where something else runs `krsync update`',
    );
  }
  const { logger, hide, redact } = createLogger(flags.logLevel, io.stderr);
  hide(first.secrets);
  let secrets = first.secrets;
  const load = async (): Promise<Configuration> => {
    const configuration = await readConfiguration(io, flags);
    // A secret that was replaced may still stand in what is under way.
    hide([...new Set([...secrets, ...configuration.secrets])]);
    secrets = configuration.secrets;
    return configuration;
  };
  io.setGrace?.(GRACE);

  const keeper = keepConfiguration(first, load, io.now);
  const metrics = createMetrics(version, { process: true });
  const fetch = meteredFetch(globalThis.fetch, metrics.answered);
  const withApp =
    (mode: 'read' | 'write', signal: AbortSignal) =>
    <T>(configuration: Configuration, work: (app: App) => Promise<T>) =>
      withStore(io, flags, { configuration, logger, signal, fetch }, mode, 'serve', work);

  const daemon = startDaemon({
    keeper,
    runs: options.schedule,
    now: io.now,
    timers: { set: setTimeout, clear: (timer) => clearTimeout(timer as NodeJS.Timeout) },
    delay: jitterOf(`${hostname()} ${databasePath(io, flags, first)}`, longest),
    signal: io.signal,
    read: withApp('read', io.signal),
    write: withApp('write', io.signal),
    counts: metrics,
    logger,
  });
  await daemon.prepare();
  const web = await listen(options.host, port, (host) =>
    startWeb({
      host,
      port,
      allowedHosts: [options.host, ...(options.allowedHost ?? [])].map((name) => name.toLowerCase()),
      read: async (work) => withApp('read', io.signal)(await keeper.recent(), work),
      readiness: daemon.readiness,
      metrics,
      state: daemon.state,
      redact,
      now: io.now,
      logger,
    }),
  );
  announce(logger, web, options);
  try {
    await daemon.run();
  } finally {
    await web.close();
  }
  logger.info('stopped');
  return EXIT.ok;
}

function announce(logger: Logger, web: Web, { host }: ServeFlags): void {
  logger.info({ url: web.url }, `serving at ${web.url}`);
  if (!LOOPBACK.has(host)) {
    logger.warn('anyone who reaches this address reads the dashboard: put a login in front of it');
  }
}

async function listen(host: string, port: number, start: (host: string) => Promise<Web>): Promise<Web> {
  try {
    return await start(host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw new UsageError(`port ${port} on ${host} is taken: name another one by --port`);
    if (code === 'EACCES')
      throw new UsageError(`port ${port} may not be used: name one above 1023 by --port`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new UsageError(`${host} is not an address of this machine: --host takes 127.0.0.1 or 0.0.0.0`);
    }
    throw error;
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new UsageError(`--port takes a number up to 65535, not '${text}'`);
  return port;
}

function jitterLength(text: string | undefined): number {
  if (text === undefined) return 0;
  const length = parseDuration(text);
  if (length === null) throw new UsageError(`--jitter takes a length such as 10m, not '${text}'`);
  return length;
}
