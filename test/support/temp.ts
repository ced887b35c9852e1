import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface TempFolder {
  readonly path: string;
  dispose(): Promise<void>;
}

/** A new folder that the caller disposes of: for hooks and concurrent tests. */
export async function makeTempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'krsync-test-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** A new folder that is gone when the running test ends. Not for `test.concurrent`. */
export async function tempFolder(): Promise<string> {
  const { path, dispose } = await makeTempFolder();
  onTestFinished(dispose);
  return path;
}
