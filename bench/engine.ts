import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AS_OF, LATER } from './engine-config.ts';
import {
  type Bench,
  compare,
  type Outcome,
  runProbed,
  runProgram,
  type Sample,
  type Scenario,
} from './measure.ts';

const KRSYNC = 'bin/krsync.js';
const TICKETS = 1_000_000;

/** A command as a shell starts it, with what its process took. */
function command(bench: Bench, folder: string, args: readonly string[], asOf = AS_OF): Promise<Sample> {
  return runProbed(bench, [KRSYNC, ...args, '--config', join(folder, 'config'), '--as-of', asOf]);
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const { folder, scale } = bench;
  const tickets = Math.round(TICKETS * scale);
  // A round of the whole size takes minutes.
  const rounds = scale < 1 ? 3 : 1;
  const size = `${tickets.toLocaleString('en')} tickets, ${(tickets / 5).toLocaleString('en')} pull requests and ${tickets.toLocaleString('en')} transitions`;
  bench.say(`making up ${size}`);
  await runProgram(bench, 'engine-data', [folder, String(tickets)]);
  const file = join(folder, 'selects.json');
  const child = <T extends Sample>(side: string) =>
    runProgram<T>(bench, 'engine-child', [side, folder, file]);
  const { selects } = await child<Sample & { readonly selects: number }>('record');
  const copy = join(folder, 'copy.db');
  const backfill = await compare(bench, rounds, {
    subject: async () => {
      copyFileSync(join(folder, 'krsync.db'), copy);
      return command(bench, folder, ['backfill', '--database', copy]);
    },
    floor: () => child('select'),
  });
  // The last copy has all its days: the next run has no news.
  const daily = await compare(bench, rounds, {
    subject: () => command(bench, folder, ['plan', '--database', copy]),
    floor: () => command(bench, folder, ['status', '--database', copy]),
  });
  // As a run on a schedule is: no record is new, and the moment is.
  const later = await compare(bench, rounds, {
    subject: () => command(bench, folder, ['plan', '--database', copy], LATER),
    floor: () => command(bench, folder, ['status', '--database', copy], LATER),
  });
  rmSync(copy);
  return [
    {
      title: `engine: backfill of 50 key results, 92 days, over ${size}`,
      once: backfill,
      aim: 3,
      doubled: null,
      notes: [
        `The floor is the ${selects} SELECTs that the rules would run by themselves, each run once and raw.`,
      ],
    },
    {
      title: 'engine, daily: the same again without news',
      once: daily,
      aim: 3,
      doubled: null,
      notes: ['The floor is krsync status, which computes nothing.'],
    },
    {
      title: 'engine, later: half an hour on, without news',
      once: later,
      aim: 3,
      doubled: null,
      notes: [],
    },
  ];
}

/** Everything that a quarter's key results need, through the command, against the SELECTs that it reads them from. */
export const engine: Scenario = { name: 'engine', run };
