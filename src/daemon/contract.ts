import type { Instant } from '../domain/records.ts';

/**
 * How a run ended. `ok`, `failed` (it ran, and a source or channel failed) and `interrupted` are what the database says of it.
 * Of `locked` (another run held the database) and `configuration` (it has faults) it has no trace. `error`: something broke;
 * where the run had begun, the database has it as failed.
 */
export type RunOutcome = 'ok' | 'failed' | 'interrupted' | 'locked' | 'configuration' | 'error';

export interface RunResult {
  readonly outcome: RunOutcome;
  /** What went wrong, for a person, without a secret; null when all is well. */
  readonly message: string | null;
}

export interface EndedRun extends RunResult {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** What the scheduler tells while it works. */
export type SchedulerEvent =
  | { readonly type: 'waiting'; readonly next: Instant | null }
  | { readonly type: 'started'; readonly at: Instant; readonly slot: Instant }
  | { readonly type: 'ended'; readonly run: EndedRun }
  /** A run went on past the time of the next one, which begins at once. */
  | { readonly type: 'overrun'; readonly run: EndedRun; readonly next: Instant };

/** The timers of the process, or of a test. */
export interface Timers {
  set(callback: () => void, milliseconds: number): unknown;
  clear(timer: unknown): void;
}
