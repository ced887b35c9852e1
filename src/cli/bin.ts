import { setMaxListeners } from 'node:events';
import { EXIT, INTERRUPTED } from './io.ts';
import { main } from './main.ts';
import { keepHeapSmall } from './memory.ts';
import { packageVersion } from './package.ts';

keepHeapSmall();

/** Longest wait for work in hand after Ctrl-C; the lock and open transactions end with the process in any case. */
let grace = 1_500;

let isDone = false;

const controller = new AbortController();
// Sources are asked side by side, each with a listener of its own, and Node takes more than ten for a leak.
setMaxListeners(0, controller.signal);
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    setTimeout(() => {
      if (!isDone) process.stderr.write(`${INTERRUPTED}\n`);
      process.exit(EXIT.interrupted);
    }, grace).unref();
  });
}
// A reader that went away, such as `head`, ends the output and is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

process.exitCode = await main(
  process.argv.slice(2),
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    signal: controller.signal,
    setGrace(milliseconds) {
      grace = milliseconds;
    },
  },
  packageVersion(),
);
isDone = true;
