import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { moverLine } from '../../src/report/change.ts';
import type { ReportModel } from '../../src/report/detail.ts';
import type { Message } from '../../src/report/message.ts';
import { krsync, writeProject } from '../support/cli.ts';
import { type JsonReply, startJsonServer } from '../support/json-server.ts';
import { at } from '../support/records.ts';
import { leaksOf } from '../support/secrets.ts';
import { tempFolder } from '../support/temp.ts';

const DAY = 86_400_000;
/** A Tuesday: its digest comes on the Monday after. */
const FIRST = at('2026-11-24T06:00:00Z');
const SECRET = 'a signing secret of this test';

/** Minutes that a build took, measured each day at 05:00. */
const table = (values: readonly number[]) =>
  [
    'day,minutes',
    ...values.map(
      (value, i) => `${new Date(FIRST - 13 * DAY + i * DAY).toISOString().slice(0, 10)}T05:00:00Z,${value}`,
    ),
    '',
  ].join('\n');

const configuration = (url: string, channels: string) => `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
since: 2026-10-01
database: ../krsync.db
sources:
  - id: builds
    kind: csv
    tables: [{ path: ../builds.csv, series: minutes, map: { time: day, value: minutes } }]
objectives:
  - id: quick
    title: Builds are quick
    owner: ana@acme.dev
    team: Web
    keyResults:
      - { id: build, title: Builds take 5 minutes, start: 20, target: 5, pace: line, metric: { measure: sample, options: { series: minutes }, aggregate: last, window: 3d } }
channels:
${channels.replaceAll('URL', url)}
`;

const LEADS = `  - { id: leads, kind: webhook, url: "URL/leads-hook", secret: "${SECRET}", digest: weekly }\n`;
const OPERATOR = `  - { id: ops, kind: webhook, url: "URL/ops-hook", operator: true, changes: false, digest: false }\n`;

async function aCompany(channels = LEADS + OPERATOR, reply: () => JsonReply = () => ({ body: {} })) {
  let answer = reply;
  const server = await startJsonServer(() => answer());
  onTestFinished(() => server.close());
  const folder = await tempFolder();
  // They vary enough from day to day that the changes of these tests are no implausible jumps.
  const values = Array.from({ length: 14 }, (_, i) => 12 - i * 0.2 + (i % 3 === 0 ? 1 : 0));
  await writeProject(folder, {
    'config/okrs.yaml': configuration(server.url, channels),
    'builds.csv': table(values),
  });
  const taken = (path: string) =>
    server.requests
      .filter(({ method, url }) => method === 'POST' && url.pathname === path)
      .map(({ body }) => body as Message);
  return {
    folder,
    server,
    leads: () => taken('/leads-hook'),
    ops: () => taken('/ops-hook'),
    answer: (next: () => JsonReply) => {
      answer = next;
    },
    /** Another day's measurement, and the update of that day. */
    async nextDay(value: number) {
      values.push(value);
      await writeProject(folder, { 'builds.csv': table(values) });
      return krsync(folder, ['update'], { now: () => FIRST + (values.length - 14) * DAY });
    },
    run: (day: number, ...args: string[]) => krsync(folder, args, { now: () => FIRST + day * DAY }),
  };
}

test('a first run floods nobody; a change is told once; the digest comes at its time; all is in v_messages', async () => {
  const { leads, nextDay, run, folder } = await aCompany();
  const first = await run(0, 'update');
  expect(first.code, first.stderr).toBe(0);
  expect(leads()).toEqual([]);
  await nextDay(16);
  const changed = await nextDay(17);
  expect(changed.code, changed.stderr).toBe(0);
  expect(changed.stderr).toContain('channel leads (webhook): 1 message sent');
  expect(leads().map(({ kind, subject }) => [kind, subject])).toEqual([
    ['change', 'Builds take 5 minutes: off track'],
  ]);
  expect(leads()[0]?.objectives[0]?.keyResults[0]).toMatchObject({
    value: 17,
    valueText: expect.stringContaining('20 → 17 of 5'),
    changeText: expect.stringMatching(/^was .*; \+6\.4 in a week$/),
    checkInId: expect.any(Number),
  });
  const report = await run(2, 'report', '--format', 'json');
  const [reported] = (JSON.parse(report.stdout) as ReportModel).objectives[0]?.keyResults ?? [];
  if (reported === undefined) throw new Error(report.stderr);
  const { largest } = reported.week.items;
  expect(largest.length).toBeGreaterThan(0);
  expect(leads()[0]?.objectives[0]?.keyResults[0]?.items).toEqual(
    largest.map((mover) => ({ text: moverLine(mover, reported), url: mover.ref.url })),
  );
  for (let day = 3; day < 7; day += 1) await nextDay(17);
  const kinds = leads().map(({ kind }) => kind);
  // Its Monday came at 08:00, after that day's run: the run of Tuesday sends it.
  expect(kinds).toEqual(['change']);
  await nextDay(17);
  expect(leads().map(({ kind }) => kind)).toEqual(['change', 'digest']);
  expect(leads()[1]?.subject).toBe('OKRs 2026-Q4: 1 off track');
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  const rows = db
    .prepare(
      `SELECT channel, kind, subject, state, attempts FROM v_messages WHERE channel = 'leads' ORDER BY created_at`,
    )
    .all();
  db.close();
  expect(rows).toEqual([
    {
      channel: 'leads',
      kind: 'change',
      subject: 'Builds take 5 minutes: off track',
      state: 'sent',
      attempts: 1,
    },
    { channel: 'leads', kind: 'digest', subject: 'OKRs 2026-Q4: 1 off track', state: 'sent', attempts: 1 },
  ]);
});

test('a past --as-of records and tells nobody, and neither does backfill', async () => {
  const { leads, run, folder } = await aCompany();
  await run(0, 'update');
  const before = new Date(FIRST - 3 * DAY).toISOString();
  expect((await run(1, 'update', '--as-of', before)).code).toBe(0);
  expect((await run(1, 'backfill')).code).toBe(0);
  expect(leads()).toEqual([]);
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  expect(db.prepare('SELECT count(*) FROM messages').pluck().get()).toBe(0);
  db.close();
});

test('a channel that fails harms no number: exit 1, what failed and what to do, and the message goes out later', async () => {
  const { leads, nextDay, run, answer, folder } = await aCompany(LEADS);
  await run(0, 'update');
  await nextDay(16);
  answer(() => ({ status: 503, body: { error: `Refused with ${SECRET}` } }));
  const failed = await nextDay(17);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('channel leads (webhook): 1 message waiting');
  expect(failed.stderr).toContain('The webhook failed (503)');
  expect(leaksOf(failed.stderr + failed.stdout, [SECRET, '/leads-hook'])).toEqual([]);
  expect(failed.stdout).toContain('Recorded 1 check-in');
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  expect(db.prepare('SELECT outcome FROM v_runs').pluck().all()).toEqual(['ok', 'ok', 'failed']);
  db.close();
  const shown = await run(2, 'notify', '--dry-run');
  expect(shown.stdout).toContain('--- to channel leads (change, tried once: The webhook failed (503)');
  expect(shown.stdout).toContain('Builds take 5 minutes: off track');
  const [lost] = leads();
  answer(() => ({ body: {} }));
  const sent = await run(3, 'notify');
  expect(sent.code, sent.stderr).toBe(0);
  expect(leads()).toHaveLength(2);
  expect(leads()[1]?.id).toBe(lost?.id);
  expect((await run(3, 'notify')).stdout).toContain('Nothing to send.');
});

test('what waited for more than two weeks is given up unsent: exit 1, and v_messages says why', async () => {
  const { leads, nextDay, run, answer, folder } = await aCompany(
    LEADS.replace('digest: weekly', 'digest: false'),
  );
  await run(0, 'update');
  await nextDay(16);
  answer(() => ({ status: 503, body: {} }));
  await nextDay(17);
  answer(() => ({ body: {} }));
  const asked = leads().length;
  expect((await run(17, 'notify', '--dry-run')).stdout).not.toContain('tried once');
  const late = await run(17, 'notify');
  expect([late.code, late.stderr]).toEqual([
    1,
    expect.stringContaining('channel leads (webhook): 1 message given up after two weeks'),
  ]);
  expect(leads()).toHaveLength(asked);
  expect((await run(17, 'status')).stdout).toMatch(/leads \(webhook\): failed, .*1 message given up/);
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  const reasons = db.prepare(`SELECT error FROM v_messages WHERE state = 'given_up'`).pluck().all();
  db.close();
  expect(reasons).toEqual([expect.stringMatching(/^It waited for more than two weeks .*failed \(503\)/)]);
});

test('what waited for a channel that left the configuration is given up, even when it was the only one', async () => {
  const { nextDay, run, answer, folder, server } = await aCompany(LEADS);
  await run(0, 'update');
  await nextDay(16);
  answer(() => ({ status: 503, body: {} }));
  expect((await nextDay(17)).code).toBe(1);
  await writeProject(folder, {
    'config/okrs.yaml': configuration(server.url, '').replace('channels:', ''),
  });
  const after = await run(3, 'update');
  expect(after.code, after.stderr).toBe(0);
  const db = new Database(join(folder, 'krsync.db'), { readonly: true });
  const rows = db.prepare('SELECT state, error FROM v_messages').all();
  db.close();
  expect(rows).toEqual([{ state: 'given_up', error: 'Its channel is no longer in the configuration' }]);
});

test('a permanent refusal disables the channel until a test message is taken, and whoever runs it is told', async () => {
  const { server, leads, nextDay, run, answer, ops } = await aCompany();
  await run(0, 'update');
  await nextDay(16);
  answer(() => {
    const last = server.requests.at(-1);
    return last?.url.pathname === '/leads-hook' ? { status: 410, body: {} } : { body: {} };
  });
  const refused = await nextDay(17);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/channel leads .*disabled/);
  expect((await run(3, 'update')).code).toBe(1);
  expect(leads()).toHaveLength(1);
  const status = await run(3, 'status');
  expect([status.code, status.stdout]).toEqual([
    0,
    expect.stringMatching(/leads \(webhook\): disabled, nothing sent yet, 1 message waiting/),
  ]);
  expect(status.stdout).toContain('The webhook finds nothing there (410)');
  const doctor = await run(3, 'doctor');
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('krsync notify --test leads')]);
  expect(doctor.stdout).toContain('ops (webhook): all it needs is there');
  expect(ops().at(-1)?.notices).toContainEqual(
    expect.stringMatching(/^channel leads is disabled: The webhook finds nothing there \(410\)/),
  );
  answer(() => ({ body: {} }));
  const tested = await run(3, 'notify', '--test', 'leads');
  expect([tested.code, tested.stderr]).toEqual([0, expect.stringContaining('1 message sent')]);
  expect(leads().at(-1)).toMatchObject({
    kind: 'test',
    subject: 'krsync: a test message to the channel leads',
  });
  expect((await run(3, 'notify')).code).toBe(0);
  expect(leads().map(({ kind }) => kind)).toEqual(['change', 'test', 'change']);
  expect(ops().at(-1)?.notices).toEqual(['Over: channel leads is disabled']);
  const unknown = await run(3, 'notify', '--test', 'laeds');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('leads, ops')]);
});

test('a source that fails is told to whoever runs it, once, and so is its end', async () => {
  const { folder, ops, run, nextDay, leads } = await aCompany();
  await run(0, 'update');
  await writeProject(folder, { 'builds.csv': 'nothing,of,use\n1,2,3\n' });
  expect((await run(1, 'update')).code).toBe(1);
  expect((await run(2, 'update')).code).toBe(1);
  expect(ops()).toHaveLength(1);
  expect(ops()[0]).toMatchObject({
    kind: 'operator',
    subject: 'krsync: source builds fails',
    objectives: [],
  });
  await nextDay(9);
  expect(ops().map(({ notices }) => notices.at(-1))).toEqual([
    expect.stringMatching(/^source builds: /),
    'Over: source builds fails',
  ]);
  expect(leads().filter(({ kind }) => kind === 'operator')).toEqual([]);
});
