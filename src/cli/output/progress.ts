import type { SyncEvent } from '../../sync/contract.ts';
import { lineProgress } from './lines.ts';
import { liveProgress } from './live.ts';
import type { OutputTerminal } from './terminal.ts';

export interface ProgressOptions {
  /** Standard error as a rule, so that standard output stays the result alone. */
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  readonly terminal: OutputTerminal;
  readonly now: () => number;
  /** Shows nothing at all: for `--json` and quiet runs. */
  readonly quiet?: boolean;
}

export interface Progress {
  onEvent(event: SyncEvent): void;
  /** Ends the display with where each source stands. Safe to call twice, and after an interruption. */
  stop(): void;
}

/** Shows a person who waits what a sync is doing: one moving line per source, or calm lines in a pipe. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet === true) return { onEvent: () => undefined, stop: () => undefined };
  return options.terminal.interactive ? liveProgress(options) : lineProgress(options);
}
