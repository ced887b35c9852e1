import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { type App, type Notified, notify } from '../app.ts';
import type { Configuration } from '../config/index.ts';
import type { Instant } from '../domain/records.ts';
import { isoTime } from '../domain/time.ts';
import type { LastEnded } from '../store/contract.ts';
import type { ConfigurationKeeper } from './configuration.ts';
import type { EndedRun, SchedulerEvent, Timers } from './contract.ts';
import { runMessages } from './messages.ts';
import { judgeReadiness, type Readiness } from './readiness.ts';
import { runSchedule } from './scheduler.ts';
import { type RunTimes, readRunTimes } from './times.ts';
import { runUpdate, type UpdateCounts } from './update.ts';

type WithApp = <T>(configuration: Configuration, work: (app: App) => Promise<T>) => Promise<T>;

export interface DaemonOptions {
  readonly keeper: ConfigurationKeeper;
  /** False where something else runs `krsync update`. */
  readonly runs: boolean;
  readonly now: () => Instant;
  readonly timers: Timers;
  /** Milliseconds by which runs begin later than the schedule says. */
  readonly delay: number;
  readonly signal: AbortSignal;
  readonly read: WithApp;
  /** With the lock held. */
  readonly write: WithApp;
  readonly counts: {
    runEnded(run: EndedRun): void;
    overran(): void;
    updated(counts: UpdateCounts): void;
    delivered(delivery: Notified['deliveries'][number]): void;
  };
  readonly logger: Logger;
}

export interface DaemonState {
  readonly ready: boolean;
  readonly configurationValid: boolean;
  readonly lastRun: LastEnded | null;
  readonly nextRun: Instant | null;
  readonly runningSince: Instant | null;
}

export interface Daemon {
  /**
   * Makes the database, or brings it up to date, so that what cannot work ends the start and not the first night. Rejects when
   * it cannot be used; another run may hold it.
   */
  prepare(): Promise<void>;
  /** Resolves once the signal said stop and the run under way has left. Rejects when the database cannot be used. */
  run(): Promise<void>;
  readiness(): Promise<Readiness>;
  state(): Promise<DaemonState>;
}

/** The process that runs `update` on its schedule, and what it knows of itself. */
export function startDaemon(options: DaemonOptions): Daemon {
  const { keeper, now, timers, delay, signal, counts, logger } = options;
  let runningSince: Instant | null = null;
  let nextRun: Instant | null = null;
  // A run and a look at the outbox wait for each other; the lock is for other processes.
  const alone = pLimit(1);
  const write: WithApp = (configuration, work) => alone(() => options.write(configuration, work));
  let remembered: Instant | null = null;
  let known: { readonly key: string; readonly times: RunTimes } | null = null;

  /** As the configuration says now. */
  async function times(): Promise<RunTimes | null> {
    const { schedule, timezone } = keeper.current();
    if (schedule === null) return null;
    const key = `${schedule} ${timezone}`;
    if (known?.key !== key) known = { key, times: await readRunTimes(schedule, timezone) };
    return known.times;
  }

  const lastEnded = (): Promise<LastEnded | null> =>
    options.read(keeper.current(), ({ store }) => store.lastEnded('update', now()));

  async function lastRun(): Promise<Instant | null> {
    try {
      remembered = (await lastEnded())?.at ?? null;
    } catch {
      // The next run says what is wrong with the database; until then nothing is due that was not.
    }
    return remembered;
  }

  function onEvent(event: SchedulerEvent): void {
    if (event.type === 'waiting') {
      nextRun = event.next;
      if (event.next === null) logger.warn('the configuration names no schedule: nothing runs until it does');
      else if (event.next > now())
        logger.info({ next: isoTime(event.next) }, `next run at ${isoTime(event.next)}`);
    } else if (event.type === 'started') {
      runningSince = event.at;
      logger.info({ slot: isoTime(event.slot) }, `run begins, due at ${isoTime(event.slot)}`);
    } else if (event.type === 'ended') {
      runningSince = null;
      counts.runEnded(event.run);
      logRun(logger, event.run);
    } else {
      counts.overran();
      logger.warn(
        { next: isoTime(event.next) },
        `the run took longer than the time until the next, which was due at ${isoTime(event.next)} and begins now; let it run less often`,
      );
    }
  }

  async function send(): Promise<Notified | null> {
    const configuration = await keeper.recent();
    if (configuration.channels.length === 0 || runningSince !== null) return null;
    return write(configuration, (app) => notify(app, now()));
  }

  function onDelivered(deliveries: Notified['deliveries']): void {
    for (const delivery of deliveries) {
      counts.delivered(delivery);
      const { channel, sent, outdated, disabled, error } = delivery;
      if (sent > 0) logger.info({ channel, sent }, `sent ${sent} to ${channel}`);
      if (outdated > 0)
        logger.warn({ channel, outdated }, `${channel}: ${outdated} given up unsent after two weeks`);
      if (error === null) continue;
      const after = disabled ? '; it is disabled until its settings change' : '; it is tried again';
      logger.warn({ channel }, `${channel}: ${error.message}: ${error.remedy}${after}`);
    }
  }

  async function readiness(): Promise<Readiness> {
    await keeper.recent();
    let last: LastEnded | null = null;
    let databaseFault: string | null = null;
    try {
      last = await lastEnded();
    } catch (error) {
      databaseFault = error instanceof Error ? error.message : String(error);
    }
    return judgeReadiness({
      now: now(),
      configurationFault: keeper.fault(),
      databaseFault,
      lastRun: last,
      times: await times(),
      delay,
      runningSince,
      nextRun,
    });
  }

  return {
    async prepare() {
      if (!options.runs) return;
      try {
        await write(keeper.current(), () => Promise.resolve());
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'LockHeldError') throw error;
        logger.warn(error.message);
      }
    },
    async run() {
      if (!options.runs) return untilStopped(signal);
      const onUpdated = counts.updated;
      const run = () => runUpdate({ keeper, signal, withApp: write, onUpdated, onDelivered });
      await Promise.all([
        runSchedule({ now, timers, times, delay, lastRun, run, onEvent }, signal),
        runMessages({ timers, send, onDelivered, logger }, signal),
      ]);
    },
    readiness,
    async state() {
      const { ready, lastRunAt, lastRunOutcome } = await readiness();
      const configurationValid = keeper.fault() === null;
      const lastRun =
        lastRunAt === null || lastRunOutcome === null
          ? null
          : { at: Date.parse(lastRunAt), outcome: lastRunOutcome };
      return { ready, configurationValid, lastRun, nextRun, runningSince };
    },
  };
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function logRun(logger: Logger, { outcome, message, startedAt, endedAt }: EndedRun): void {
  const seconds = (endedAt - startedAt) / 1000;
  const fields = { outcome, seconds };
  if (outcome === 'ok') logger.info(fields, `run ended after ${seconds} s`);
  else if (outcome === 'interrupted') logger.info(fields, 'run stopped; the next start goes on from there');
  else if (outcome === 'failed') logger.warn(fields, `run ended after ${seconds} s: ${message}`);
  else logger.error(fields, `no run: ${message}`);
}
