import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeHistory } from './git-data.ts';
import {
  type Bench,
  type Comparison,
  compare,
  median,
  type Outcome,
  runProgram,
  type Sample,
  type Scenario,
  type Side,
} from './measure.ts';

const COMMITS = 50_000;

interface Synced extends Sample {
  readonly records: number;
}

async function benchGit(bench: Bench, commits: number, rounds: number): Promise<Comparison> {
  bench.say(`${commits} commits: making the repository`);
  const clone = join(bench.folder, `history-${commits}.git`);
  await makeHistory(bench, clone, commits);
  const database = join(bench.folder, 'krsync.db');
  const output = join(bench.folder, 'log.txt');
  try {
    return await compare(bench, rounds, {
      subject: async () => {
        for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
        const synced = await runProgram<Synced>(bench, 'git-child', ['sync', clone, database]);
        if (synced.records !== commits)
          throw new Error(`${synced.records} of ${commits} commits were stored`);
        return synced;
      },
      floor: () => runProgram<Sample>(bench, 'git-child', ['log', clone, output]),
    });
  } finally {
    rmSync(clone, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const once = await benchGit(bench, COMMITS, 5);
  const doubled = await benchGit(bench, 2 * COMMITS, 3);
  return [
    {
      title: 'git: sync of 50,000 commits',
      once,
      aim: 1.3,
      doubled,
      notes: [
        `Of processor time, that of every git included, the ratio is ${cpuRatio(once).toFixed(2)}x.`,
        "The floor is git log --numstat into a file; krsync's memory is without that of the git it starts.",
      ],
    },
  ];
}

/** What is left to compare where other work kept the machine busy. */
function cpuRatio({ subject, floor }: Comparison): number {
  const of = (side: Side) => median(side.samples.map(({ cpuMs }) => cpuMs ?? Number.NaN));
  return of(subject) / of(floor);
}

/** A first sync of a clone through the connector, the runner and the store against `git log --numstat` into a file. */
export const git: Scenario = { name: 'git', run };
