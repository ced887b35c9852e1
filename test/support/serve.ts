import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';

export interface Served {
  readonly url: string;
  /** Everything on standard error so far. */
  log(): string;
  /** Resolves once the log matches. */
  logged(pattern: RegExp): Promise<void>;
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Stops it as a signal does, and resolves to the exit code. */
  stop(): Promise<number>;
}

/** Starts `krsync serve` in this process, and stops it when the test ends. */
export async function serveIn(
  cwd: string,
  args: readonly string[] = [],
  options: { readonly env?: Record<string, string>; readonly now?: () => number } = {},
): Promise<Served> {
  const controller = new AbortController();
  let text = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const ended = main(
    ['serve', '--port', '0', ...args],
    { stdout: stderr, stderr, env: {}, cwd, now: Date.now, signal: controller.signal, ...options },
    '0.0.0',
  );
  let code: number | null = null;
  void ended.then((result) => {
    code = result;
  });
  async function logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(text)) {
      if (code !== null) throw new Error(`serve ended with ${code}:\n${text}`);
      await sleep(10);
    }
  }
  const stop = (): Promise<number> => {
    controller.abort();
    return ended;
  };
  onTestFinished(async () => void (await stop()));
  await logged(/serving at/);
  const url = /serving at (http:\S+?)"/.exec(text)?.[1] ?? '';
  return {
    url,
    log: () => text,
    logged,
    async get(path) {
      const response = await fetch(url + path);
      return { status: response.status, body: await response.text() };
    },
    stop,
  };
}
