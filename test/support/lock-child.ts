import { acquireLock, LockHeldError } from '../../src/store/lock.ts';

/** Child process: takes the lock of the database it is given, says how that went, and keeps it until it is ended. */
const [, , path = '', command = ''] = process.argv;
try {
  const lock = acquireLock(path, { command, now: Date.now });
  process.stdout.write('held\n');
  process.stdin.on('data', () => {
    lock.release();
    process.stdout.write('released\n');
  });
} catch (error) {
  if (!(error instanceof LockHeldError)) throw error;
  process.stdout.write(`refused: ${JSON.stringify(error.holder)}\n`);
}
