import type { Bench, Comparison, Outcome, Scenario } from './measure.ts';
import { comparePull, type StandIn, startStandIn } from './stand-in.ts';

const ISSUES = 5_000;
const PAGE = 100;
const LATENCY_MS = 80;

/** A company that is large for one source. */
const LARGE = { repositories: 50, issues: 20_000, pulls: 5_000 };
/** The most memory that the sync may hold, in MiB. */
const MOST_MB = 200;

interface SyncBench {
  readonly comparison: Comparison;
  readonly requests: number;
  readonly records: number;
  /** Of one issue in a full page. */
  readonly bytesAnIssue: number;
}

/** How much there is, in all repositories together, and how far away it is. */
interface Load {
  readonly issues: number;
  readonly pulls?: number;
  readonly repositories?: number;
  readonly weeks: number;
  readonly latency: number;
}

async function bytesAnIssue({ url, repositories }: StandIn): Promise<number> {
  const page = await fetch(`${url}/repos/${repositories[0]}/issues?state=all&per_page=${PAGE}`);
  return (await page.arrayBuffer()).byteLength / PAGE;
}

async function benchSync(bench: Bench, load: Load, rounds: number): Promise<SyncBench> {
  const { issues, pulls = 0, repositories = 1, latency } = load;
  bench.say(`${issues} issues, ${latency} ms latency: starting the stand-in and writing down the requests`);
  const options = { ...load, pulls, repositories, limit: 1_000_000, token: 'bench-token' };
  const standIn = await startStandIn(bench, 'github', options);
  try {
    const { comparison, pulled } = await comparePull(bench, {
      child: 'github-child',
      args: [standIn.url, standIn.repositories.join()],
      atLeast: issues + pulls,
      rounds,
    });
    return { comparison, ...pulled, bytesAnIssue: await bytesAnIssue(standIn) };
  } finally {
    await standIn.stop();
  }
}

async function runOne(bench: Bench): Promise<readonly Outcome[]> {
  const load = { issues: ISSUES, weeks: 52, latency: LATENCY_MS };
  const far = await benchSync(bench, load, 5);
  const near = await benchSync(bench, { ...load, latency: 0 }, 5);
  const twice = await benchSync(bench, doubled(load), 3);
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

async function runLarge(bench: Bench): Promise<readonly Outcome[]> {
  const load = { ...scaled(LARGE, bench.scale), weeks: 52, latency: LATENCY_MS };
  const once = await benchSync(bench, load, 3);
  const twice = await benchSync(bench, doubled(load), 1);
  const peak = Math.round(once.comparison.subject.peakMb);
  return [
    {
      title: `github: sync of ${load.repositories} repositories, ${load.issues.toLocaleString('en')} issues and ${load.pulls.toLocaleString('en')} pull requests, ${LATENCY_MS} ms latency`,
      once: once.comparison,
      aim: 1.3,
      doubled: twice.comparison,
      notes: [
        `${once.requests} requests on both sides, ${once.records} records; peak ${peak} MB of ${MOST_MB}.`,
      ],
    },
  ];
}

function scaled(load: typeof LARGE, scale: number): typeof LARGE {
  const of = (count: number) => Math.max(1, Math.round(count * scale));
  return { repositories: of(load.repositories), issues: of(load.issues), pulls: of(load.pulls) };
}

/** Twice the history. */
function doubled<T extends Load>(load: T): T {
  const { issues, pulls = 0, weeks } = load;
  return { ...load, issues: 2 * issues, pulls: 2 * pulls, weeks: 2 * weeks };
}

/** A sync through the connector, the runner and the store against fetching the same pages and reading them. */
export const github: Scenario = { name: 'github', run: runOne };
/** The same for many repositories at once. */
export const githubLarge: Scenario = { name: 'github-large', run: runLarge };
