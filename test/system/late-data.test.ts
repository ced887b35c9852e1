import { describe, expect, it } from 'vitest';
import type { HistoryModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const configuration = (top: string) => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
${top}
sources:
  - { id: shop, kind: csv, tables: [{ path: ../signups.csv, series: signups, map: { time: day, value: n } }] }
objectives:
  - id: o
    title: O
    keyResults:
      - { id: signups, title: Signups, start: 0, target: 100, metric: { measure: signups } }
`;

/** Rows that arrive five days late: what they correct is what lies no further back than `revise`. */
async function correctedDays(top: string): Promise<readonly string[]> {
  const folder = await tempFolder();
  const run = (time: string, ...args: string[]) => krsync(folder, args, { now: () => at(time), env: {} });
  await writeProject(folder, {
    'config/okrs.yaml': configuration(top),
    'signups.csv': 'day,n\n2026-10-01,10\n',
  });
  for (const day of ['05', '08']) {
    expect((await run(`2026-10-${day}T12:00:00Z`, 'update')).code).toBe(0);
  }
  await writeProject(folder, { 'signups.csv': 'day,n\n2026-10-01,10\n2026-10-04,20\n' });
  expect((await run('2026-10-10T12:00:00Z', 'update')).code).toBe(0);
  const { stdout } = await run('2026-10-10T13:00:00Z', 'history', 'signups', '--json');
  const { checkIns } = JSON.parse(stdout) as HistoryModel;
  return checkIns.filter((one) => one.correctsId !== null).map((one) => one.asOf.slice(0, 10));
}

describe('late data', () => {
  it('corrects the check-ins of the last fortnight unless the configuration says how far back', async () => {
    expect(await correctedDays('')).toEqual(expect.arrayContaining(['2026-10-05', '2026-10-08']));
    expect(await correctedDays('revise: 60h')).toEqual(['2026-10-08']);
  });
});
