import { rmSync } from 'node:fs';
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

const RECORDS = 100_000;

function benchStore(bench: Bench, records: number, rounds: number): Promise<Comparison> {
  let databases = 0;
  const run = async (side: string) => {
    databases += 1;
    const database = join(bench.folder, `${records}-${databases}.db`);
    const sample = await runProgram<Sample>(bench, 'store-child', [side, database, String(records)]);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    return sample;
  };
  return compare(bench, rounds, { subject: () => run('store'), floor: () => run('bare') });
}

async function run(bench: Bench): Promise<readonly Outcome[]> {
  bench.say(`storing ${RECORDS} records`);
  const once = await benchStore(bench, RECORDS, 5);
  bench.say(`storing ${2 * RECORDS} records`);
  const doubled = await benchStore(bench, 2 * RECORDS, 3);
  return [{ title: 'store: 100,000 records', once, aim: 2, doubled, notes: [] }];
}

/**
 * Storing records through the store against a bare loop of prepared inserts into the same tables, with the same
 * indexes, pragmas and batch size.
 */
export const store: Scenario = { name: 'store', run };
