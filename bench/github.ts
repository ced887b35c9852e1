import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Bench,
  type Comparison,
  compare,
  type Outcome,
  programPath,
  runProgram,
  type Sample,
  type Scenario,
} from './measure.ts';

const ISSUES = 5_000;
const PAGE = 100;
const LATENCY_MS = 80;

interface StandIn {
  readonly url: string;
  readonly repository: string;
  stop(): Promise<void>;
}

interface Pulled extends Sample {
  readonly requests: number;
  readonly records: number;
}

interface Fetched extends Sample {
  readonly requests: number;
}

interface SyncBench {
  readonly comparison: Comparison;
  readonly requests: number;
  /** Of one issue in a full page. */
  readonly bytesAnIssue: number;
}

/** GitHub in a process of its own: one repository with so many issues and no pull request. */
async function startStandIn(
  bench: Bench,
  { issues, latency }: { issues: number; latency: number },
): Promise<StandIn> {
  const weeks = Math.round((52 * issues) / ISSUES);
  const options = { issues, pulls: 0, repositories: 1, weeks, latency, limit: 1_000_000 };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [programPath('github-stand-in'), ...args, '--token', 'bench-token'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal: bench.signal,
  });
  const closed = once(child, 'close').catch(() => undefined);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line', { signal: bench.signal }),
    closed.then(() => Promise.reject(new Error('the stand-in of GitHub did not start'))),
  ]);
  const { url, repositories } = JSON.parse(String(line[0])) as { url: string; repositories: string[] };
  return {
    url,
    repository: repositories[0] ?? '',
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}

async function bytesAnIssue({ url, repository }: StandIn): Promise<number> {
  const page = await fetch(`${url}/repos/${repository}/issues?state=all&per_page=${PAGE}`);
  return (await page.arrayBuffer()).byteLength / PAGE;
}

async function benchSync(
  bench: Bench,
  options: { issues: number; latency: number; rounds: number },
): Promise<SyncBench> {
  const { issues, latency, rounds } = options;
  bench.say(`${issues} issues, ${latency} ms latency: starting the stand-in and writing down the requests`);
  const standIn = await startStandIn(bench, options);
  const requests = join(bench.folder, `requests-${issues}-${latency}.json`);
  const database = join(bench.folder, 'krsync.db');
  const run = <T>(side: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    return runProgram<T>(bench, 'github-child', [side, requests, standIn.url, standIn.repository, database]);
  };
  try {
    const pulled = await run<Pulled>('record');
    if (pulled.records < issues) throw new Error(`the sync brought ${pulled.records} of ${issues} issues`);
    const fetched = await run<Fetched>('fetch');
    if (fetched.requests !== pulled.requests)
      throw new Error(`${fetched.requests} requests were replayed instead of ${pulled.requests}`);
    const comparison = await compare(bench, rounds, {
      subject: () => run<Pulled>('sync'),
      floor: () => run<Fetched>('fetch'),
    });
    return { comparison, requests: pulled.requests, bytesAnIssue: await bytesAnIssue(standIn) };
  } finally {
    await standIn.stop();
  }
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const far = await benchSync(bench, { issues: ISSUES, latency: LATENCY_MS, rounds: 5 });
  const near = await benchSync(bench, { issues: ISSUES, latency: 0, rounds: 5 });
  const twice = await benchSync(bench, { issues: 2 * ISSUES, latency: LATENCY_MS, rounds: 3 });
  const kilobytes = (far.bytesAnIssue / 1000).toFixed(1);
  return [
    {
      title: `github: sync of 5,000 issues, ${LATENCY_MS} ms latency`,
      once: far.comparison,
      aim: 1.3,
      doubled: twice.comparison,
      notes: [
        `${far.requests} requests on both sides (full pages alone would be ${ISSUES / PAGE}), ${kilobytes} kB an issue.`,
      ],
    },
    {
      title: 'github: the same without latency',
      once: near.comparison,
      aim: null,
      doubled: null,
      notes: [],
    },
  ];
}

/** A sync through the connector, the runner and the store against fetching the same pages and reading them. */
export const github: Scenario = { name: 'github', run };
