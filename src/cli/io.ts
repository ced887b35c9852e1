import type { Readable, Writable } from 'node:stream';
import type { Instant } from '../domain/records.ts';

/** The outside of one invocation, passed in so that tests and the demo can stand in for a shell. */
export interface Io {
  /** Absent where nobody can be asked. */
  readonly stdin?: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Instant;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks for another time than the usual one, in milliseconds, to stop in after Ctrl-C. */
  readonly setGrace?: (milliseconds: number) => void;
}

/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, locked: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function print(io: Io, text: string): void {
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, null, 2));
}

/** The last words of what was stopped from outside. */
export const INTERRUPTED = 'Interrupted. What was stored stays, and the next run goes on from there.';

export function printError(io: Io, text: string): void {
  io.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}
