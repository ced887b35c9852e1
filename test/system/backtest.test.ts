import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/okr.ts';
import { DAY, isoTime } from '../../src/domain/time.ts';
import type { BacktestModel } from '../../src/report/model.ts';
import { openStore } from '../../src/store/index.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { createRandom } from '../support/random.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-23T05:15:00Z');
const CONFIGURATION = `
cycles:
  - { id: 2026-Q3, start: 2026-07-01, end: 2026-09-30 }
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
  - { id: 2027-Q1, start: 2027-01-01, end: 2027-03-31 }
since: 2026-03-01
database: ../krsync.db
sources:
  - { id: product, kind: csv, tables: [{ path: signups.csv, series: signups, map: { time: date, value: signups } }] }
`;
const objective = (id: string, cycle: string) => `
  - id: ${id}
    title: Growth
    owner: ana
    cycle: ${cycle}
    keyResults:
      - { id: signups, title: Win sign-ups, start: 0, target: 1000, metric: { measure: signups } }
      - { id: a-day, title: Sign-ups a day, start: 5, target: 15, metric: { measure: signups, aggregate: perDay, window: 28d } }
`;

const NOTHING: Forecast = { p10: Number.NaN, p50: Number.NaN, p90: Number.NaN, probability: Number.NaN };

/** From March on, about ten sign-ups a day. */
function table(): string {
  const random = createRandom(7);
  const rows: string[] = [];
  for (let day = at('2026-03-01'); day < NOW; day += DAY) {
    rows.push(`${isoTime(day + DAY / 2)},${Math.floor(random() * 21)}`);
  }
  return ['date,signups', ...rows].join('\n');
}

async function project(...objectives: readonly string[]) {
  const folder = await tempFolder();
  await writeProject(folder, {
    'config/krsync.yaml': `${CONFIGURATION}objectives:${objectives.join('')}`,
    'config/signups.csv': table(),
  });
  const run = (...args: string[]) => krsync(folder, args, { now: () => NOW });
  expect((await run('sync')).code).toBe(0);
  const json = async (...args: string[]) =>
    JSON.parse((await run('backtest', '--json', ...args)).stdout) as BacktestModel;
  return { folder, run, json };
}

describe('krsync backtest', () => {
  it('replays the finished cycles week by week, and says how little one of them tells', async () => {
    const { run, json } = await project(objective('grow', '2026-Q3'), objective('more', '2026-Q4'));
    const model = await json();
    expect(model.cycles).toEqual([{ id: '2026-Q3', start: '2026-07-01', end: '2026-09-30', finished: true }]);
    expect(model.keyResults.map((one) => [one.objective, one.keyResult, one.origins, one.ends])).toEqual([
      ['grow', 'signups', 13, 1],
      ['grow', 'a-day', 13, 1],
    ]);
    expect(model.total).toMatchObject({ origins: 26, ends: 2, refused: 0, withoutActual: 0 });
    const { held, naiveHeld, brier } = model.total;
    for (const share of [held, naiveHeld, brier]) expect(share).toBeGreaterThanOrEqual(0);
    const { code, stdout } = await run('backtest');
    expect(code).toBe(0);
    expect(stdout).toContain('grow/signups');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Too few to judge by');
  });

  it('replays what update recorded then, forecast by forecast', async () => {
    const level = `
      - { id: level, title: Sign-ups at once, start: 5, target: 12, metric: { measure: sample, options: { series: signups }, combine: sum } }
`;
    const { folder, run, json } = await project(objective('grow', '2026-Q3').trimEnd() + level);
    const origins = Array.from({ length: 13 }, (_, i) => at('2026-07-02') + 7 * i * DAY);
    const closed = at('2026-10-01');
    for (const end of [...origins, closed]) {
      expect((await run('update', '--as-of', isoTime(end))).code).toBe(0);
    }
    const store = await openStore({ path: join(folder, 'krsync.db'), readonly: true, now: () => NOW });
    const recorded = await store.checkIns('2026-Q3');
    await store.close();
    const { keyResults } = await json();
    expect(keyResults.map((one) => [one.keyResult, one.origins])).toEqual([
      ['signups', 13],
      ['a-day', 13],
      ['level', 13],
    ]);
    for (const { keyResult, held, brier } of keyResults) {
      const own = recorded.filter((one) => one.keyResultId === keyResult);
      const end = own.find((one) => one.asOf === closed);
      const met = end?.outcome === 'achieved' ? 1 : 0;
      const said = origins.map((origin) => own.find((one) => one.asOf === origin)?.forecast ?? NOTHING);
      const mean = (of: (one: Forecast) => number) => said.reduce((sum, one) => sum + of(one), 0) / 13;
      expect(brier, keyResult).toBeCloseTo(
        mean(({ probability }) => (probability - met) ** 2),
        12,
      );
      const value = end?.value ?? Number.NaN;
      expect(held, keyResult).toBeCloseTo(
        mean(({ p10, p90 }) => Number(p10 <= value && value <= p90)),
        12,
      );
    }
  });

  it('replays the running cycle up to now where none is finished, without judging its target', async () => {
    const { json, run } = await project(objective('more', '2026-Q4'));
    const model = await json();
    expect(model.cycles).toMatchObject([{ id: '2026-Q4', finished: false }]);
    expect(model.keyResults[0]).toMatchObject({ origins: 7, ends: 1, brier: null });
    expect((await run('backtest')).stdout.replaceAll(/\s+/g, ' ')).toContain(
      '(2026-10-01 to 2026-12-31) still runs',
    );
    expect(await json('--cycle', '2026-Q4')).toEqual(model);
  });

  it('says so where there is nothing to replay', async () => {
    const { run } = await project(objective('later', '2027-Q1'));
    expect((await run('backtest')).stdout).toBe(
      'How past forecasts held\nNo cycle has anything to replay.\n',
    );
    expect(await run('backtest', '--cycle', '2027-Q1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the cycle 2027-Q1 has not begun'),
    });
    expect((await run('backtest', '--cycle', 'Q9')).stderr).toContain(
      "nothing is recorded for the cycle 'Q9'",
    );
  });

  it('takes a finished cycle as it was recorded, once its objectives left the configuration', async () => {
    const { folder, run, json } = await project(objective('grow', '2026-Q3'));
    const before = await json();
    expect((await run('update', '--as-of', '2026-09-28T05:15:00Z')).code).toBe(0);
    await writeProject(folder, {
      'config/krsync.yaml': `${CONFIGURATION}objectives:${objective('more', '2026-Q4')}`,
    });
    const after = await json();
    expect(after.keyResults.map((one) => one.objective)).toEqual(['grow', 'grow']);
    expect(after.total).toEqual(before.total);
  });
});

describe('a first run', () => {
  it('says of a day that it fills what a run of that day says', async () => {
    const forecasts = async (...args: readonly string[]) => {
      const { folder, run } = await project(objective('more', '2026-Q4'));
      expect((await run('update', ...args)).code).toBe(0);
      const store = await openStore({ path: join(folder, 'krsync.db'), readonly: true, now: () => NOW });
      const checkIns = await store.checkIns('2026-Q4');
      await store.close();
      return checkIns.flatMap((one) => (one.asOf === ended ? [one.forecast] : []));
    };
    const ended = at('2026-11-15');
    const filled = await forecasts();
    expect(filled).toEqual(await forecasts('--as-of', isoTime(ended)));
    expect(filled).toEqual([expect.anything(), expect.anything()]);
  });
});
