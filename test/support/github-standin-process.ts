import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.ts';

export interface StandInProcess {
  readonly url: string;
  readonly repositories: readonly string[];
  readonly child: ChildProcessWithoutNullStreams;
}

/** Bundles the stand-in's own program, as the package ships it. Returns the file. */
export async function bundleStandIn(): Promise<string> {
  const outfile = join(await tempFolder(), 'process.mjs');
  await build({
    entryPoints: [resolve(import.meta.dirname, '../../src/demo/github/process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    outfile,
  });
  return outfile;
}

/** Starts the program and waits for the line that says where it listens. It ends with the running test at the latest. */
export async function spawnStandIn(program: string, ...args: string[]): Promise<StandInProcess> {
  const child = spawn(process.execPath, [program, ...args]);
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
  return { ...(JSON.parse(String(line)) as { url: string; repositories: string[] }), child };
}
