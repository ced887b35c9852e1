import type { Instant } from '../domain/records.ts';
import type { RunResult, SchedulerEvent, Timers } from './contract.ts';
import { sleep } from './sleep.ts';
import type { RunTimes } from './times.ts';

export interface SchedulerOptions {
  readonly now: () => Instant;
  readonly timers: Timers;
  /** When runs are due, as the configuration says now; null when it names no schedule. */
  readonly times: () => Promise<RunTimes | null>;
  /** The moment that the newest ended run speaks for, in this process or another; null before the first. */
  readonly lastRun: () => Promise<Instant | null>;
  readonly run: () => Promise<RunResult>;
  /** Milliseconds by which runs begin later than the schedule says. */
  readonly delay: number;
  readonly onEvent: (event: SchedulerEvent) => void;
}

/** The longest sleep: a machine that was suspended, a clock that was set and a new schedule are seen within it. */
const LONGEST_SLEEP = 5 * 60_000;
/** Waits after a run that left no trace: the next is as due as it was. */
const FIRST_RETRY = 60_000;
const LONGEST_RETRY = 15 * 60_000;

/**
 * Runs what is due until the signal says stop. What is due follows from the last run in the database alone: the first
 * scheduled time after it. So a time that passed while no process was up is caught up once, however many passed; a run
 * that another process did is not done again; and one that could not begin is tried again until it can.
 */
export async function runSchedule(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { now, timers, onEvent, delay } = options;
  const began = now();
  let own: Instant | null = null;
  let retry = 0;
  let notBefore: Instant = began;
  let told: Instant | null | undefined;
  let known: RunTimes | null = null;
  let due: Instant | null = null;
  while (!signal.aborted) {
    const times = await options.times();
    // The database is asked after each run, for each new schedule, and before each run: not every few minutes.
    if (times === null) due = null;
    else if (due === null || times !== known) due = await dueAt(times);
    known = times;
    const begin = due === null ? null : Math.max(due + delay, notBefore);
    // When it is due, not when it is tried again: what is overdue must look so.
    const next = due === null ? null : due + delay;
    if (next !== told) {
      told = next;
      onEvent({ type: 'waiting', next });
    }
    if (times === null || due === null || begin === null || begin > now()) {
      const left = begin === null ? LONGEST_SLEEP : begin - now();
      await sleep(timers, Math.min(left, LONGEST_SLEEP), signal);
      continue;
    }
    // Another process may have done it meanwhile.
    const slot = await dueAt(times);
    if (slot > due) {
      due = slot;
      continue;
    }
    const at = now();
    onEvent({ type: 'started', at, slot });
    const run = { startedAt: at, ...(await options.run()), endedAt: now() };
    onEvent({ type: 'ended', run });
    if (run.outcome === 'ok' || run.outcome === 'failed') {
      own = at;
      retry = 0;
      const next = times.next(at);
      if (next <= run.endedAt) onEvent({ type: 'overrun', run, next });
    } else {
      retry = Math.min(Math.max(retry * 2, FIRST_RETRY), LONGEST_RETRY);
      notBefore = run.endedAt + retry;
    }
    due = null;
  }

  /** Before the first run ever, it is due at once. */
  async function dueAt(times: RunTimes): Promise<Instant> {
    const recorded = await options.lastRun();
    const last = Math.max(recorded ?? own ?? began, own ?? recorded ?? began);
    return recorded === null && own === null ? began : times.next(last);
  }
}
