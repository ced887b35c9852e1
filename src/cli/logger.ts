import pino, { type Logger } from 'pino';
import { createRedactor } from '../domain/redact.ts';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** pino's numbers for the levels a person reads by name. */
const NAMES: Readonly<Record<number, string>> = {
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'error',
  20: 'debug',
};

export interface CliLogger {
  readonly logger: Logger;
  /** From now on these strings leave no trace in the log, in any encoding. */
  hide(secrets: readonly string[]): void;
  /** A text without what is hidden. */
  redact(text: string): string;
}

/** Lines for a person on standard error; JSON lines where standard error is not a terminal. */
export function createLogger(
  level: LogLevel,
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
): CliLogger {
  let redact = createRedactor([]);
  const logger = pino(
    { level, base: null },
    {
      write(line: string) {
        const safe = redact(line);
        stream.write(stream.isTTY ? `${humanLine(safe)}\n` : safe);
      },
    },
  );
  return {
    logger,
    hide(secrets) {
      redact = createRedactor(secrets);
    },
    redact: (text) => redact(text),
  };
}

function humanLine(line: string): string {
  const { level, msg, source, stream } = JSON.parse(line) as Record<string, unknown>;
  const name = typeof level === 'number' ? (NAMES[level] ?? 'debug') : 'log';
  const where =
    typeof source === 'string' ? `${source}${typeof stream === 'string' ? ` ${stream}` : ''}: ` : '';
  return `${name}: ${where}${String(msg)}`;
}
