import { join } from 'node:path';
import {
  type Bench,
  type Comparison,
  compare,
  type Outcome,
  programPath,
  runNode,
  runProbed,
  runProgram,
  type Sample,
  type Scenario,
} from './measure.ts';
import { DAYS } from './startup-config.ts';

const KRSYNC = 'bin/krsync.js';
const KEY_RESULTS_A_TEAM = 10;
const TEAMS = 5;
const ROUNDS = 15;
const ROUNDS_DOUBLED = 9;

/** A run as a shell would start it, and one more that tells what it took: the telling would cost a little time. */
async function runTwice(bench: Bench, args: readonly string[]): Promise<Sample> {
  const { ms } = await runNode(bench, args);
  return { ...(await runProbed(bench, args)), ms };
}

async function benchStatus(
  bench: Bench,
  teams: number,
  rounds: number,
): Promise<{ comparison: Comparison; checkIns: number }> {
  const folder = join(bench.folder, `${teams}-teams`);
  bench.say(`recording ${DAYS} days of ${teams * KEY_RESULTS_A_TEAM} key results`);
  const { checkIns } = await runProgram<{ checkIns: number }>(bench, 'startup-data', [folder, String(teams)]);
  const comparison = await compare(bench, rounds, {
    subject: () => runTwice(bench, [KRSYNC, 'status', '--config', join(folder, 'config')]),
    floor: () => runTwice(bench, [programPath('startup-floor'), join(folder, 'krsync.db')]),
  });
  return { comparison, checkIns };
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const once = await benchStatus(bench, TEAMS, ROUNDS);
  const doubled = await benchStatus(bench, 2 * TEAMS, ROUNDS_DOUBLED);
  return [
    {
      title: `start-up: krsync status, ${TEAMS * KEY_RESULTS_A_TEAM} key results`,
      once: once.comparison,
      aim: 3,
      doubled: doubled.comparison,
      notes: [
        `${once.checkIns.toLocaleString('en')} check-ins, and ${doubled.checkIns.toLocaleString('en')} with twice the key results.`,
      ],
    },
  ];
}

/** `krsync status` as a shell starts it against Node that opens the same database and reads one row. */
export const startup: Scenario = { name: 'start-up', run };
