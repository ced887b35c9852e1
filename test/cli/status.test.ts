import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusModel } from '../../src/report/model.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { makeTempFolder, tempFolder } from '../support/temp.ts';

const objective = (id: string, keys: string) => `
  - id: ${id}
    title: Objective ${id}
${keys}
    keyResults: [{ id: kr, title: T, metric: { measure: signups }, start: 0, target: 10 }]`;
const CONFIGURATION = `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
sources: [{ id: shop, kind: csv, tables: [{ path: t.csv, series: signups, map: { time: day, value: n } }] }]
objectives:${objective('a', '    team: Web\n    owner: ana\n    focusArea: Speed')}${objective('b', '    team: Api\n    owner: ana')}
`;

describe('krsync status', () => {
  let folder = '';
  let dispose: () => Promise<void>;
  const run = (...args: string[]) => krsync(folder, ['status', ...args], { now: () => at('2026-11-24') });
  const ids = async (...args: string[]) =>
    (JSON.parse((await run('--json', ...args)).stdout) as StatusModel).objectives.map(({ id }) => id);

  beforeAll(async () => {
    ({ path: folder, dispose } = await makeTempFolder());
    await writeProject(folder, { 'config/a.yaml': CONFIGURATION, 'config/t.csv': 'day,n\n2026-11-20,5\n' });
    const { code } = await krsync(folder, ['update'], { now: () => at('2026-11-24') });
    expect(code).toBe(0);
  });

  afterAll(() => dispose());

  it('shows the objectives of one team, owner or focus area', async () => {
    expect(await ids()).toEqual(['a', 'b']);
    expect(await ids('--team', 'web')).toEqual(['a']);
    expect(await ids('--owner', 'ana')).toEqual(['a', 'b']);
    expect(await ids('--owner', 'ana', '--team', 'Api')).toEqual(['b']);
    expect(await ids('--focus-area', 'Speed')).toEqual(['a']);
  });

  it('finds a focus area by its name, also where that is the value of a secret', async () => {
    const other = await tempFolder();
    const configuration = CONFIGURATION.replace('kind: csv,', 'kind: csv, token: Speed,');
    await writeProject(other, { 'config/a.yaml': configuration, 'config/t.csv': 'day,n\n2026-11-20,5\n' });
    await krsync(other, ['update'], { now: () => at('2026-11-24') });
    const { stdout } = await krsync(other, ['status', '--json', '--focus-area', 'Speed'], {
      now: () => at('2026-11-24'),
    });
    expect((JSON.parse(stdout) as StatusModel).objectives).toMatchObject([
      { id: 'a', focusArea: '[redacted]' },
    ]);
  });

  it('says whom there is where nobody has that name', async () => {
    expect(await run('--team', 'Wob')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining("no objective has the team 'Wob': there are Web, Api"),
    });
  });

  it('puts them together by team, owner or focus area', async () => {
    expect((await run('--by', 'team')).stdout).toMatch(/^Api\n.*50 %\n.*Objective b +50 %\n\nWeb$/m);
    expect((await run('--by', 'focus-area')).stdout).toMatch(/^Speed\n(?:.*\n)*?no focus area$/m);
    expect(await run('--by', 'mood')).toMatchObject({ code: 2 });
  });
});
