import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Bench, type Comparison, compare, programPath, runProgram, type Sample } from './measure.ts';

export interface StandIn {
  readonly url: string;
  /** What there is to read, where the tool has it. */
  readonly repositories: readonly string[];
  stop(): Promise<void>;
}

/** A tool in a process of its own, with the latency of a distant one. */
export async function startStandIn(
  bench: Bench,
  tool: 'github' | 'jira',
  options: Readonly<Record<string, string | number>>,
): Promise<StandIn> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [programPath(`${tool}-stand-in`), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal: bench.signal,
  });
  const closed = once(child, 'close').catch(() => undefined);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line', { signal: bench.signal }),
    closed.then(() => Promise.reject(new Error(`the stand-in of ${tool} did not start`))),
  ]);
  const { url, repositories = [] } = JSON.parse(String(line[0])) as { url: string; repositories?: string[] };
  return {
    url,
    repositories,
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}

export interface Pulled extends Sample {
  readonly requests: number;
  readonly records: number;
}

export interface PullOptions {
  /** The program that does one side of it. */
  readonly child: 'github-child' | 'jira-child';
  /** What the program takes behind the side and its files. */
  readonly args: readonly string[];
  /** A sync that brings less is wrong. */
  readonly atLeast: number;
  readonly rounds: number;
}

/** A sync against fetching the same pages again and reading them. */
export async function comparePull(
  bench: Bench,
  { child, args, atLeast, rounds }: PullOptions,
): Promise<{ readonly comparison: Comparison; readonly pulled: Pulled }> {
  const requests = join(bench.folder, 'requests.json');
  const database = join(bench.folder, 'krsync.db');
  const run = <T>(side: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    return runProgram<T>(bench, child, [side, requests, database, ...args]);
  };
  const pulled = await run<Pulled>('record');
  if (pulled.records < atLeast) throw new Error(`the sync brought ${pulled.records} records of ${atLeast}`);
  const fetched = await run<Sample & { readonly requests: number }>('fetch');
  if (fetched.requests !== pulled.requests)
    throw new Error(`${fetched.requests} requests were replayed instead of ${pulled.requests}`);
  const comparison = await compare(bench, rounds, {
    subject: () => run<Sample>('sync'),
    floor: () => run<Sample>('fetch'),
  });
  return { comparison, pulled };
}
