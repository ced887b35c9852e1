import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../src/report/message.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { startJsonServer } from '../support/json-server.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

/** A cycle that ends with the year, the next one, and a channel whose service is there or not. */
async function aYearsEnd(headers = '{}') {
  let away = false;
  const server = await startJsonServer(() => (away ? { status: 503, body: {} } : { body: {} }));
  onTestFinished(() => server.close());
  const folder = await tempFolder();
  const days = Array.from({ length: 125 }, (_, i) => at('2026-12-01T05:00:00Z') + i * 86_400_000);
  await writeProject(folder, {
    'builds.csv': ['day,minutes', ...days.map((day) => `${new Date(day).toISOString()},12`), ''].join('\n'),
    'config/okrs.yaml': `
cycles:
  - { id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }
  - { id: 2027-Q1, start: 2027-01-01, end: 2027-03-31 }
  - { id: 2027-Q2, start: 2027-04-01, end: 2027-06-30 }
since: 2026-10-01
database: ../krsync.db
sources:
  - id: builds
    kind: csv
    tables: [{ path: ../builds.csv, series: minutes, map: { time: day, value: minutes } }]
objectives:
  - id: quick
    title: Builds are quick
    cycle: 2026-Q4
    keyResults:
      - { id: build, title: Builds take 5 minutes, start: 20, target: 5, pace: line, metric: { measure: sample, options: { series: minutes }, aggregate: last, window: 3d } }
  - id: quicker
    title: Builds are quicker
    cycle: 2027-Q1
    keyResults:
      - { id: build-more, title: Builds take 2 minutes, start: 12, target: 2, pace: line, metric: { measure: sample, options: { series: minutes }, aggregate: last, window: 3d } }
channels:
  - { id: leads, kind: webhook, url: "${server.url}/leads", digest: false, operator: true, headers: ${headers} }
`,
  });
  return {
    outage: (is: boolean) => {
      away = is;
    },
    run: (time: string, command = 'update') => krsync(folder, [command], { now: () => at(time) }),
    /** The changes of the cycle that ended that the service took since this was asked last. */
    news: (minutes = '5') =>
      server.requests
        .splice(0)
        .map(({ body }) => body as Message)
        .filter(({ kind, subject }) => kind === 'change' && subject.startsWith(`Builds take ${minutes}`))
        .map(({ subject, summary }) => `${subject} ${summary}`),
  };
}

test('the end of a cycle is told once, also when the message of it was given up while the channel was away', async () => {
  const { outage, run, news } = await aYearsEnd();
  await run('2026-12-28T06:00:00Z');
  outage(true);
  await run('2027-01-01T06:00:00Z');
  await run('2027-01-20T06:00:00Z');
  news();
  outage(false);
  await run('2027-01-21T06:00:00Z');
  expect(news()).toEqual([
    expect.stringMatching(/^Builds take 5 minutes: closed.*It was (on track|off track|at risk)\./),
  ]);
  await run('2027-01-22T06:00:00Z');
  await run('2027-01-22T07:00:00Z', 'notify');
  expect(news()).toEqual([]);
});

test('a cycle whose end was told is not told anew', async () => {
  const { run, news } = await aYearsEnd();
  await run('2026-12-28T06:00:00Z');
  await run('2027-01-01T06:00:00Z');
  expect(news()).toHaveLength(1);
  await run('2027-01-02T06:00:00Z');
  expect(news()).toEqual([]);
});

test('a change is told once, also where a word of its status is the value of a header', async () => {
  const { run, news } = await aYearsEnd('{ X-Audience: track, X-Day: closed }');
  await run('2026-12-20T06:00:00Z');
  await run('2026-12-21T06:00:00Z');
  await run('2026-12-22T06:00:00Z');
  expect(news()).toEqual([]);
  await run('2027-01-01T06:00:00Z');
  expect(news()).toHaveLength(1);
  await run('2027-01-02T06:00:00Z');
  expect(news()).toEqual([]);
});

test('the ends of two cycles are told, each once, where the channel was away for both', async () => {
  const { outage, run, news } = await aYearsEnd();
  await run('2026-12-28T06:00:00Z');
  await run('2026-12-31T06:00:00Z');
  outage(true);
  for (const day of ['01-01', '01-02', '01-20', '02-10', '04-01', '04-20'])
    await run(`2027-${day}T06:00:00Z`);
  news();
  outage(false);
  await run('2027-04-21T06:00:00Z');
  const told = news('');
  expect(told.map((one) => one.slice(0, 29)).sort()).toEqual([
    'Builds take 2 minutes: closed',
    'Builds take 5 minutes: closed',
  ]);
  await run('2027-04-22T06:00:00Z');
  expect(news('')).toEqual([]);
});
