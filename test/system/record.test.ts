import { describe, expect, it } from 'vitest';
import type { HistoryModel, StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const DAY = 86_400_000;
const NOW = at('2026-11-24T05:15:00Z');

/** A Cobertura report of 1000 lines, so many of them covered, made at a time. */
function report(covered: number, time: number): string {
  const lines = Array.from(
    { length: 1000 },
    (_, i) => `<line number="${i + 1}" hits="${i < covered ? 1 : 0}"/>`,
  );
  return `<?xml version="1.0"?><coverage timestamp="${time}" version="1"><packages><package name="p"><classes>
    <class name="c" filename="c.ts"><methods/><lines>${lines.join('')}</lines></class></classes></package></packages></coverage>`;
}

const configuration = (goal: string) => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources: [{ id: cov, kind: coverage, reports: [{ path: "../reports/*.xml", subject: web }] }]
objectives:
  - id: o
    title: O
    owner: ana
    keyResults:
      - { id: coverage, title: Coverage, ${goal}, metric: { measure: test-coverage } }
`;

async function project(goal = 'start: 50%, target: 90%') {
  const folder = await tempFolder();
  await writeProject(folder, { 'config/okrs.yaml': configuration(goal) });
  const write = (covered: number, time: number) =>
    writeProject(folder, { [`reports/${time}.xml`]: report(covered, time) });
  for (let day = 12; day >= 1; day--) await write(700 + day, NOW - day * DAY);
  const run = async (now: number, ...args: string[]) => {
    const result = await krsync(folder, args, { now: () => now, env: { USER: 'ana' } });
    return { ...result, text: result.stdout + result.stderr };
  };
  const keyResult = async (now: number) => {
    const { stdout } = await run(now, 'status', '--json');
    const [found] = (JSON.parse(stdout) as StatusModel).objectives[0]?.keyResults ?? [];
    if (found === undefined) throw new Error('the configuration has one key result');
    return found;
  };
  return { write, run, keyResult };
}

describe('a person and the gate', () => {
  it('an implausible jump is held with its reason, the last good value stays, and --accept takes it', async () => {
    const { write, run, keyResult } = await project();
    expect((await run(NOW, 'update')).code).toBe(0);
    expect((await keyResult(NOW)).current).toBe(0.701);
    await write(100, NOW + DAY - 3_600_000);
    expect((await run(NOW + DAY, 'update')).code).toBe(0);
    const held = await keyResult(NOW + DAY);
    expect(held).toMatchObject({ status: 'held', current: 0.701, measuredAt: '2026-11-24T05:15:00.000Z' });
    expect(held.note).toContain('jumped from 0.701 to 0.1');
    const early = await run(NOW, 'record', 'coverage', '--accept', '--reason', 'in doubt');
    expect(early).toMatchObject({ code: 2, text: expect.stringContaining('there is no jump to accept') });
    const accepted = await run(
      NOW + DAY + 60_000,
      'record',
      'coverage',
      '--accept',
      '--reason',
      'the suite was split',
    );
    expect(accepted.text).toContain('Recorded for o/coverage by ana: value 10 %');
    expect(await keyResult(NOW + DAY + 60_000)).toMatchObject({
      current: 0.1,
      note: 'the suite was split; recorded by ana',
    });
    await write(101, NOW + 2 * DAY - 3_600_000);
    expect((await run(NOW + 2 * DAY, 'update')).code).toBe(0);
    expect(await keyResult(NOW + 2 * DAY)).toMatchObject({ current: 0.101, status: 'off_track' });
  });

  it('what a person records stands until it expires, with who and why', async () => {
    const { run, keyResult } = await project();
    await run(NOW, 'update');
    const entry = [
      'record',
      'coverage',
      '80%',
      '--reason',
      'measured by hand',
      '--until',
      '2d',
      '--author',
      'ben',
    ];
    const told = await run(NOW + 60_000, ...entry);
    expect([told.code, told.text]).toEqual([0, expect.stringContaining('until 2026-11-26 05:16 UTC, then')]);
    expect((await keyResult(NOW + 60_000)).note).toBe('measured by hand; recorded by ben until 2026-11-26');
    await run(NOW + DAY, 'update');
    expect((await keyResult(NOW + DAY)).current).toBe(0.8);
    await run(NOW + 3 * DAY, 'update');
    expect((await keyResult(NOW + 3 * DAY)).current).toBe(0.701);
    const { stdout } = await run(NOW + 3 * DAY, 'history', 'coverage', '--json');
    const byHand = (JSON.parse(stdout) as HistoryModel).checkIns.find((one) => one.author === 'ben');
    expect(byHand).toMatchObject({ value: 0.8, note: 'measured by hand' });
  });

  it('a confidence changes no number, whatever it is', async () => {
    const { run, keyResult } = await project();
    await run(NOW, 'update');
    expect(
      (await run(NOW + 60_000, 'record', 'coverage', '--confidence', '70%', '--reason', 'the plan holds'))
        .code,
    ).toBe(0);
    expect((await keyResult(NOW + 60_000)).current).toBe(0.701);
  });

  it('a confidence leaves the days that are held out of a band, as a run does', async () => {
    const { write, run, keyResult } = await project('keep: { min: 50%, for: 95% }');
    await run(NOW, 'update');
    await write(100, NOW + DAY - 3_600_000);
    await run(NOW + DAY, 'update');
    expect(await keyResult(NOW + DAY)).toMatchObject({ status: 'held', current: 0.701, progress: 1 });
    const later = NOW + DAY + 60_000;
    await run(later, 'record', 'coverage', '--confidence', '70%', '--reason', 'the plan holds');
    expect(await keyResult(later)).toMatchObject({ current: 0.701, progress: 1 });
  });

  it('says what is missing in what was asked', async () => {
    const { run } = await project();
    await run(NOW, 'update');
    for (const [args, says] of [
      [['record', 'coverage', '80%'], '--reason'],
      [['record', 'coverage', '--reason', 'x'], 'say what to record'],
      [['record', 'coverage', '80', '--reason', 'x'], '80%'],
      [['record', 'coverage', '80%', '--reason', 'x', '--until', 'soon'], '--until takes a date'],
      [['record', 'nothing', '80%', '--reason', 'x'], 'o/coverage'],
    ] as const) {
      const { code, text } = await run(NOW, ...args);
      expect(code, args.join(' ')).toBe(2);
      expect(text, args.join(' ')).toContain(says);
    }
  });
});
