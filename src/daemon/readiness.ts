import type { Instant } from '../domain/records.ts';
import { isoTime } from '../domain/time.ts';
import type { LastEnded } from '../store/contract.ts';
import type { RunTimes } from './times.ts';

export interface ReadinessInput {
  readonly now: Instant;
  readonly configurationFault: string | null;
  /** What opening the database failed with; null when it opened. */
  readonly databaseFault: string | null;
  readonly lastRun: LastEnded | null;
  /** Null where nothing runs by itself. */
  readonly times: RunTimes | null;
  readonly delay: number;
  readonly runningSince: Instant | null;
  readonly nextRun: Instant | null;
}

/** What `/readyz` answers. */
export interface Readiness {
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly reasons: readonly string[];
  readonly lastRunAt: string | null;
  /** `failed` where a source or channel failed or the run broke, which makes nothing that is shown unreliable by itself. */
  readonly lastRunOutcome: 'ok' | 'failed' | null;
  readonly runningSince: string | null;
  readonly nextRunAt: string | null;
}

/** By so much a due run may be late before the numbers count as old. */
const GRACE = 60 * 60_000;

/** Whether what is shown can be relied on: the files and the database are read, and no run is missing. */
export function judgeReadiness(input: ReadinessInput): Readiness {
  const { now, configurationFault, databaseFault, lastRun, times, delay, runningSince, nextRun } = input;
  const reasons: string[] = [];
  if (configurationFault !== null) {
    reasons.push(`the configuration has faults, and the last good one is used: ${configurationFault}`);
  }
  if (databaseFault !== null) reasons.push(databaseFault);
  else if (lastRun === null) reasons.push('no run has ended yet');
  else if (times !== null && times.next(lastRun.at) + delay + GRACE < now) {
    const missing = isoTime(times.next(lastRun.at));
    reasons.push(`the last run began at ${isoTime(lastRun.at)}, and the one of ${missing} is missing`);
  }
  const iso = (at: Instant | null): string | null => (at === null ? null : isoTime(at));
  return {
    ready: reasons.length === 0,
    reasons,
    lastRunAt: iso(lastRun?.at ?? null),
    lastRunOutcome: lastRun?.outcome ?? null,
    runningSince: iso(runningSince),
    nextRunAt: iso(nextRun),
  };
}
