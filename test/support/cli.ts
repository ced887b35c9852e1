import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Collector extends Writable {
  text = '';
  readonly columns = 100;
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs one invocation in this process, as a pipe would see it. */
export async function krsync(
  cwd: string,
  args: readonly string[],
  options: Partial<Pick<Io, 'env' | 'now' | 'signal' | 'stdin'>> = {},
): Promise<CliResult> {
  const stdout = new Collector();
  const stderr = new Collector();
  const code = await main(
    args,
    { stdout, stderr, env: {}, cwd, now: Date.now, signal: new AbortController().signal, ...options },
    '0.0.0',
  );
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Writes files of a project, by their paths in it. */
export async function writeProject(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
