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

/** Of WEB, the project that is pulled; the site has another one beside it. */
const ISSUES = 30_000;
const OF_WEB = 0.8;
const LATENCY_MS = 80;
/** The most memory that the sync may hold, in MiB. */
const MOST_MB = 200;

interface Pulled extends Sample {
  readonly requests: number;
  readonly records: number;
}

interface Fetched extends Sample {
  readonly requests: number;
}

interface Measured {
  readonly comparison: Comparison;
  readonly pulled: Pulled;
}

/** Jira Cloud in a process of its own, with every issue's changelog. */
async function startStandIn(bench: Bench, issues: number) {
  const all = Math.ceil(issues / OF_WEB);
  const options = { issues: all, weeks: Math.round((104 * issues) / ISSUES), latency: LATENCY_MS };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [programPath('jira-stand-in'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal: bench.signal,
  });
  const closed = once(child, 'close').catch(() => undefined);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line', { signal: bench.signal }),
    closed.then(() => Promise.reject(new Error('the stand-in of Jira did not start'))),
  ]);
  const { url } = JSON.parse(String(line[0])) as { url: string };
  return {
    url,
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}

async function measure(bench: Bench, issues: number, rounds: number): Promise<Measured> {
  const standIn = await startStandIn(bench, issues);
  const requests = join(bench.folder, `jira-${issues}.json`);
  const database = join(bench.folder, 'jira.db');
  const run = <T>(side: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    return runProgram<T>(bench, 'jira-child', [side, requests, standIn.url, database]);
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
    return { comparison, pulled };
  } finally {
    await standIn.stop();
  }
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const once = await measure(bench, ISSUES, 3);
  const twice = await measure(bench, 2 * ISSUES, 1);
  const { records, requests } = once.pulled;
  const peak = Math.round(once.comparison.subject.peakMb);
  return [
    {
      title: `jira: sync of 30,000 issues with changelogs, ${LATENCY_MS} ms latency`,
      once: once.comparison,
      aim: 1.3,
      doubled: twice.comparison,
      notes: [
        `${requests} requests for ${records} issues (full pages alone would be ${Math.ceil(records / 100)}); peak ${peak} MB of ${MOST_MB}.`,
      ],
    },
  ];
}

/** A sync through the connector, the runner and the store against fetching the same pages and reading them. */
export const jira: Scenario = { name: 'jira', run };
