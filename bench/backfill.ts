import { join } from 'node:path';
import {
  type Bench,
  type Comparison,
  compare,
  type Outcome,
  runProgram,
  type Sample,
  type Scenario,
} from './measure.ts';

const TICKETS = 1_000_000;
const ROUNDS = 3;

async function benchBackfill(
  bench: Bench,
  database: string,
): Promise<{ comparison: Comparison; rows: number }> {
  const select = join(bench.folder, 'select.json');
  const run = <T extends Sample>(side: string) =>
    runProgram<T>(bench, 'backfill-child', [side, database, select]);
  const { rows } = await run<Sample & { readonly rows: number }>('record');
  const comparison = await compare(bench, ROUNDS, {
    subject: () => run('backfill'),
    floor: () => run('select'),
  });
  return { comparison, rows };
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  const database = join(bench.folder, 'krsync.db');
  const fill = (place: string) => runProgram(bench, 'backfill-data', [database, place, String(TICKETS)]);
  bench.say('making up 1,000,000 tickets');
  await fill('inside');
  const once = await benchBackfill(bench, database);
  bench.say('making up 1,000,000 more, resolved before the windows');
  await fill('before');
  const doubled = await benchBackfill(bench, database);
  return [
    {
      title: 'backfill: 92 values of a 28-day median over 1,000,000 tickets',
      once: once.comparison,
      aim: 3,
      doubled: doubled.comparison,
      notes: [
        `The rule's SELECT gives ${once.rows.toLocaleString('en')} rows, and ${doubled.rows.toLocaleString('en')} with as many tickets again before the windows.`,
      ],
    },
  ];
}

/** A quarter of daily values through the engine and the store against the one SELECT that it reads them from. */
export const backfill: Scenario = { name: 'backfill', run };
