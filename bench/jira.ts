import type { Bench, Comparison, Outcome, Scenario } from './measure.ts';
import { comparePull, type Pulled, startStandIn } from './stand-in.ts';

/** Of WEB, the project that is pulled; the site has another one beside it. */
const ISSUES = 30_000;
const OF_WEB = 0.8;
const LATENCY_MS = 80;
/** The most memory that the sync may hold, in MiB. */
const MOST_MB = 200;

interface Measured {
  readonly comparison: Comparison;
  readonly pulled: Pulled;
}

async function measure(bench: Bench, issues: number, rounds: number): Promise<Measured> {
  const all = Math.ceil(issues / OF_WEB);
  const options = { issues: all, weeks: Math.round((104 * issues) / ISSUES), latency: LATENCY_MS };
  const standIn = await startStandIn(bench, 'jira', options);
  try {
    return await comparePull(bench, { child: 'jira-child', args: [standIn.url], atLeast: issues, rounds });
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
