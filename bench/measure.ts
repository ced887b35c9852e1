import { type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What one process took. */
export interface Sample {
  readonly ms: number;
  /** The most memory that it held, in MiB. */
  readonly peakMb: number;
  /** Processor time of the whole process, its start included: what is left to compare where other work kept the machine busy. */
  readonly cpuMs?: number;
}

/** One side over its rounds: medians, and what they are the medians of. */
export interface Side {
  readonly ms: number;
  readonly peakMb: number;
  readonly samples: readonly Sample[];
}

export interface Comparison {
  readonly subject: Side;
  readonly floor: Side;
  /** The subject's time over the floor's. */
  readonly ratio: number;
}

/** One row of the table. */
export interface Outcome {
  readonly title: string;
  readonly once: Comparison;
  /** The ratio to stay within; null for a row that is there for the record. */
  readonly aim: number | null;
  /** The same with twice the history. */
  readonly doubled: Comparison | null;
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

/** What a scenario is given. */
export interface Bench {
  /** Empty, of its own, and removed afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Of the size of what is measured: below 1 to try a scenario quickly, where it can be made smaller. */
  readonly scale: number;
  /** Tells a person who waits. */
  say(text: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Outcome[]>;
}

/** Where the bundler puts a child's program: beside this one. */
export function programPath(name: string): string {
  return join(import.meta.dirname, `${name}.js`);
}

/** Runs a program of `bench/` in a fresh process and resolves to the JSON that it prints. */
export async function runProgram<T>(bench: Bench, name: string, args: readonly string[]): Promise<T> {
  const { stdout } = await runNode(bench, [programPath(name), ...args]);
  return JSON.parse(stdout) as T;
}

export interface Finished {
  /** From its start to its end, as its parent sees it. */
  readonly ms: number;
  readonly stdout: string;
}

/** Runs Node in a fresh process. Rejects with what it wrote to standard error when it fails. */
export function runNode(
  bench: Bench,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: bench.signal,
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ ms: performance.now() - began, stdout });
      else reject(new Error(`node ${args.join(' ')} ended with ${code}:\n${stderr}`));
    });
  });
}

/** Runs both sides in turns, so that what slows the machine for a while slows both. */
export async function compare(
  bench: Bench,
  rounds: number,
  sides: { readonly subject: () => Promise<Sample>; readonly floor: () => Promise<Sample> },
): Promise<Comparison> {
  const subjects: Sample[] = [];
  const floors: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    const subject = await sides.subject();
    const floor = await sides.floor();
    subjects.push(subject);
    floors.push(floor);
    bench.say(`round ${round} of ${rounds}: ${Math.round(subject.ms)} ms against ${Math.round(floor.ms)} ms`);
  }
  return comparison(summarize(subjects), summarize(floors));
}

export function comparison(subject: Side, floor: Side): Comparison {
  return { subject, floor, ratio: subject.ms / floor.ms };
}

export function summarize(samples: readonly Sample[]): Side {
  return {
    ms: median(samples.map((sample) => sample.ms)),
    peakMb: median(samples.map((sample) => sample.peakMb)),
    samples,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The same, with what its process took beside what its parent saw. */
export async function runProbed(bench: Bench, args: readonly string[]): Promise<Sample> {
  const file = join(bench.folder, 'taken.json');
  const probe = ['--import', pathToFileURL(programPath('startup-probe')).href];
  const { ms } = await runNode(bench, [...probe, ...args], {
    env: { ...process.env, KRSYNC_BENCH_PROBE: file },
  });
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Sample, 'ms'>), ms };
}
