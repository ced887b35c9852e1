import { CommanderError } from 'commander';
import { EXIT, type ExitCode, INTERRUPTED, type Io, printError } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one invocation and resolves to its exit code. Errors become sentences on standard error. */
export async function main(args: readonly string[], io: Io, version: string): Promise<number> {
  let code: number = EXIT.ok;
  let endsByStop = false;
  const program = createProgram(io, version, (result, how) => {
    code = result;
    endsByStop = how === 'by being stopped';
  });
  try {
    if (args.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync(args, { from: 'user' });
    return io.signal.aborted && !endsByStop ? interrupted(io) : code;
  } catch (error) {
    return fail(error, io, args);
  }
}

function interrupted(io: Io): ExitCode {
  printError(io, INTERRUPTED);
  return EXIT.interrupted;
}

function fail(error: unknown, io: Io, args: readonly string[]): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (io.signal.aborted) return interrupted(io);
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: String(error), stack: undefined };
  if (name === 'ConfigError') {
    const faults = message.split('\n');
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    printError(io, `${message}\nThe configuration has ${count}; nothing was written.`);
    return EXIT.usage;
  }
  printError(io, `krsync: ${message}`);
  if (args.includes('debug') && stack !== undefined) printError(io, stack);
  if (name === 'LockHeldError') return EXIT.locked;
  return name === 'UsageError' || name === 'StoreError' ? EXIT.usage : EXIT.failed;
}
