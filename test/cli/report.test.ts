import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ReportModel } from '../../src/report/detail.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { at } from '../support/records.ts';
import { makeTempFolder } from '../support/temp.ts';

const DAY = 86_400_000;
const NOW = at('2026-11-24T05:15:00Z');

const CONFIGURATION = `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
database: ../krsync.db
sources: [{ id: ci, kind: push }]
objectives:
  - id: o
    title: O
    owner: ana
    keyResults:
      - id: wait
        title: Median wait
        start: 50
        target: 10
        metric: { measure: sample, options: { series: wait }, aggregate: median, window: 14d }
      - id: per-head
        title: Wait per head
        start: 5
        target: 1
        metric:
          measure: formula
          options:
            expression: wait / heads
            terms:
              wait: { measure: sample, options: { series: wait }, aggregate: median, window: 14d }
              heads: { measure: sample, options: { series: heads }, aggregate: last, window: 60d }
`;

function sample(daysAgo: number, value: number, series = 'wait', title = `Wait of ${daysAgo} d ago`): string {
  const key = `${series}-${daysAgo}`;
  return JSON.stringify({
    series,
    value,
    key,
    at: new Date(NOW - daysAgo * DAY - 3_600_000).toISOString(),
    title,
    url: `https://ci.example/${key}`,
  });
}

/** Two key results over samples of three weeks, updated a week ago and now. */
async function project(title?: string) {
  const { path: folder, dispose } = await makeTempFolder();
  const old = [sample(30, 10, 'heads'), ...[20, 18, 16, 12, 10].map((ago) => sample(ago, 40 + ago / 10))];
  const recent = [sample(6, 20, 'wait', title), sample(3, 30), sample(1, 35), sample(1, 10, 'heads')];
  await writeProject(folder, {
    'config/okrs.yaml': CONFIGURATION,
    'old.jsonl': `${old.join('\n')}\n`,
    'recent.jsonl': `${recent.join('\n')}\n`,
  });
  const run = (now: number, ...args: string[]) =>
    krsync(folder, args, { now: () => now, env: { USER: 'ana' } });
  const done = async (now: number, ...args: string[]) => {
    const result = await run(now, ...args);
    expect(result.code, result.stderr).toBe(0);
    return result;
  };
  const from = ['--from', '2026-09-01T00:00:00Z'];
  await done(NOW - 7 * DAY, 'ingest', 'old.jsonl', ...from);
  await done(NOW - 7 * DAY, 'update');
  await done(NOW, 'ingest', 'recent.jsonl', ...from);
  await done(NOW, 'update');
  const model = async (now = NOW): Promise<ReportModel> =>
    JSON.parse((await done(now, 'report', '--format', 'json')).stdout) as ReportModel;
  const week = async (id: string, now = NOW) => {
    const found = (await model(now)).objectives[0]?.keyResults.find((one) => one.id === id)?.week;
    if (found === undefined) throw new Error(`no key result ${id}`);
    return found;
  };
  return { folder, dispose, run, done, model, week };
}

type Project = Awaited<ReturnType<typeof project>>;

function told({ items }: Awaited<ReturnType<Project['week']>>) {
  return items.largest.map(({ change, value, effect, term, ref }) => {
    return [change, value, Number(effect?.toFixed(6)), term, ref.title, ref.url];
  });
}

describe('what moved since last week', () => {
  let made: Project;
  beforeAll(async () => {
    made = await project();
  });
  afterAll(() => made.dispose());

  it('names the items that moved a value, each with its own effect and its link', async () => {
    const { before, now, delta, items } = await made.week('wait');
    // 42, 41.8, 41.6, 41.2, 41 a week ago; of the last fourteen days now 41.2, 41, 20, 30, 35.
    expect([before?.value, now?.value]).toEqual([41.6, 35]);
    expect(delta).toBeCloseTo(-6.6);
    expect([items.entered, items.left, items.changed, items.reason]).toEqual([3, 3, 0, null]);
    // Without the 20 the median is between 35 and 41: 38. With the 42 still there as well.
    expect(told(await made.week('wait'))).toEqual([
      ['entered', 20, -3, null, 'Wait of 6 d ago', 'https://ci.example/wait-6'],
      ['left', 42, -3, null, 'Wait of 20 d ago', 'https://ci.example/wait-20'],
      ['left', 41.8, -3, null, 'Wait of 18 d ago', 'https://ci.example/wait-18'],
      ['left', 41.6, -3, null, 'Wait of 16 d ago', 'https://ci.example/wait-16'],
      ['entered', 30, -3, null, 'Wait of 3 d ago', 'https://ci.example/wait-3'],
    ]);
  });

  it('weighs the items behind a computed value through its terms', async () => {
    const week = await made.week('per-head');
    expect([week.before?.value, week.now?.value]).toEqual([4.16, 3.5]);
    expect(told(week).map(([change, value, effect, term]) => [change, value, effect, term])).toEqual([
      ['left', 42, -0.3, 'wait'],
      ['left', 41.8, -0.3, 'wait'],
      ['left', 41.6, -0.3, 'wait'],
      ['entered', 30, -0.3, 'wait'],
      ['entered', 20, -0.3, 'wait'],
    ]);
  });

  it('says that there is nothing to compare with where the first value is younger than a week', async () => {
    const { delta, reason, items } = await made.week('wait', NOW - 16 * DAY);
    expect([delta, reason]).toEqual([null, 'no value of a week ago to compare with']);
    expect(items.largest).toEqual([]);
  });

  it.each([
    ['r.md', /^# OKRs 2026-Q4[\s\S]*## What moved since 2026-11-17/],
    ['r.html', /^<!doctype html>[\s\S]*<\/html>\n$/],
    ['r.HTM', /^<!doctype html>/],
    ['r.json', /^\{\n {2}"asOf"/],
    ['r', /^# OKRs/],
  ])('is written to %s in the form that its name says', async (name, content) => {
    const { stderr } = await made.done(NOW, 'report', '--output', name);
    expect(stderr).toBe(`Wrote ${join(made.folder, name)}\n`);
    expect(await readFile(join(made.folder, name), 'utf8')).toMatch(content);
  });

  it('is written in the form that is asked for, to standard output where no file is', async () => {
    await made.done(NOW, 'report', '--format', 'json', '--output', 'asked.md');
    expect(JSON.parse(await readFile(join(made.folder, 'asked.md'), 'utf8'))).toHaveProperty('weekAgo');
    expect((await made.done(NOW, 'report', '--format', 'html')).stdout).toMatch(/^<!doctype html>/);
    expect((await made.done(NOW, 'report')).stdout).toMatch(/^# OKRs/);
  });

  it('takes the place of an old file at once, through a link too, and leaves no draft', async () => {
    await writeFile(join(made.folder, 'real.md'), 'old');
    await symlink('real.md', join(made.folder, 'link.md'));
    await made.done(NOW, 'report', '--output', 'link.md');
    expect(await readFile(join(made.folder, 'real.md'), 'utf8')).toMatch(/^# OKRs/);
    expect((await lstat(join(made.folder, 'link.md'))).isSymbolicLink()).toBe(true);
    expect((await readdir(made.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each([
    ['no/such/folder/r.html', /there is no folder .*no\/such\/folder; make it first/],
    ['old.jsonl/r.html', /cannot write .*r\.html: a part of its path is no folder/],
    ['config', /cannot write .*config: it is a folder; name a file in it/],
  ])('says what is wrong with %s, in a line', async (output, message) => {
    const { code, stderr } = await made.run(NOW, 'report', '--format', 'html', '--output', output);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('explains no value that its items do not give: one of a person, one before late data', async () => {
    const { folder, dispose, done, week } = await project();
    onTestFinished(dispose);
    await writeProject(folder, { 'late.jsonl': `${sample(2, 1)}\n${sample(4, 1)}\n` });
    await done(NOW + 60_000, 'ingest', 'late.jsonl', '--from', '2026-09-01T00:00:00Z');
    const late = await week('wait', NOW + 60_000);
    expect(late.items).toMatchObject({
      largest: [],
      reason: 'its items have changed since the value was recorded',
    });
    await done(NOW + 120_000, 'record', 'wait', '33', '--reason', 'counted by hand', '--until', '14d');
    const person = await week('wait', NOW + 180_000);
    expect(person.now?.value).toBe(33);
    expect(person.items).toMatchObject({ largest: [], reason: 'a person recorded the value' });
  });
});

it('shows no secret that an item has in its title, in a report, an explanation or a message, and no half of one', async () => {
  const token = 'tok-Abcdefgh12345678-ijkl';
  const { folder, done, dispose } = await project(`${'x'.repeat(140)} ${token} pasted`);
  onTestFinished(dispose);
  const sources = `sources: [{ id: ci, kind: push }, { id: gh, kind: github, token: ${token}, repositories: [a/b] }]
channels: [{ id: hook, kind: webhook, url: 'http://127.0.0.1:9/', digest: { schedule: daily, always: true } }]`;
  const configuration = CONFIGURATION.replace('sources: [{ id: ci, kind: push }]', sources);
  await writeFile(join(folder, 'config/okrs.yaml'), configuration);
  // The first digest is due a day after the channel is seen.
  await done(NOW, 'notify');
  const shown = await Promise.all([
    done(NOW, 'report', '--format', 'json'),
    done(NOW, 'report'),
    done(NOW, 'explain', 'o/wait', '--json'),
    done(NOW + DAY, 'notify', '--dry-run', '--json'),
  ]);
  for (const { stdout } of shown) {
    expect(stdout).toContain('wait-6');
    expect(stdout).not.toMatch(/tok-Abc/);
  }
});
