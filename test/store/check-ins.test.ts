import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { FrozenStart, NewCheckIn } from '../../src/domain/okr.ts';
import { openStore } from '../../src/store/index.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

async function newStore() {
  const path = join(await tempFolder(), 'krsync.db');
  const store = await openStore({ path, now: () => 0 });
  onTestFinished(() => store.close());
  const runId = await store.startRun({ command: 'update', startedAt: 10, asOf: 20 });
  const record = (
    checkIns: readonly NewCheckIn[],
    rest: Partial<Parameters<typeof store.recordCheckIns>[0]> = {},
  ) =>
    store.recordCheckIns({
      runId,
      recordedAt: 30,
      checkIns,
      starts: [],
      definitions: [],
      outcome: 'ok',
      ...rest,
    });
  return { path, store, runId, record };
}

function aCheckIn(fields: Partial<NewCheckIn> = {}): NewCheckIn {
  return {
    cycleId: '2026-Q4',
    objectiveId: 'fast',
    keyResultId: 'lcp',
    asOf: at('2026-11-01'),
    value: 40.5,
    sampleSize: 118,
    window: { from: at('2026-10-01'), to: at('2026-11-01') },
    newestAt: at('2026-10-31'),
    start: 52,
    target: 24,
    progress: 0.41,
    expectedProgress: 0.33,
    computed: 'on_track',
    shown: 'on_track',
    outcome: null,
    definitionHash: 'h1',
    author: 'auto',
    note: null,
    correctsId: null,
    forecast: { p10: 1.5, p50: 2, p90: 3.25, probability: 0.4 },
    confidence: 0.6,
    expiresAt: 1_800_000_000_000,
    details: { milestones: [{ title: 'A step', share: 1, done: true, by: 'ana' }] },
    ...fields,
  };
}

const START: FrozenStart = {
  cycleId: '2026-Q4',
  objectiveId: 'fast',
  keyResultId: 'lcp',
  definitionHash: 'h1',
  value: 52,
  at: at('2026-10-01'),
  reason: 'value at the start of the cycle',
};

test('check-ins come back as they were recorded, with their run', async () => {
  const { store, runId, record } = await newStore();
  const empty = aCheckIn({
    value: null,
    start: null,
    target: null,
    progress: null,
    expectedProgress: null,
    newestAt: null,
    outcome: 'no_data',
    note: 'nothing yet',
  });
  const ids = await record([aCheckIn(), empty]);
  expect(await store.checkIns('2026-Q4')).toEqual([
    { ...aCheckIn(), id: ids[0], runId, recordedAt: 30 },
    { ...empty, id: ids[1], runId, recordedAt: 30 },
  ]);
  expect(await store.checkIns('2026-Q3')).toEqual([]);
});

test('check-ins are in the order of their as-of time, then of their recording', async () => {
  const { store, record } = await newStore();
  await record([
    aCheckIn({ asOf: 3, note: 'c' }),
    aCheckIn({ asOf: 1, note: 'a' }),
    aCheckIn({ asOf: 3, note: 'd' }),
  ]);
  await record([aCheckIn({ asOf: 2, note: 'b' })]);
  expect((await store.checkIns('2026-Q4')).map(({ note }) => note)).toEqual(['a', 'b', 'c', 'd']);
});

test('recording ends the run in the same step', async () => {
  const { store, runId, record } = await newStore();
  expect(await store.lastRun()).toEqual({
    id: runId,
    command: 'update',
    startedAt: 10,
    finishedAt: null,
    asOf: 20,
    outcome: null,
  });
  await record([aCheckIn()], { outcome: 'failed' });
  expect(await store.lastRun()).toMatchObject({ finishedAt: 30, outcome: 'failed' });
  const next = await store.startRun({ command: 'sync', startedAt: 40, asOf: 40 });
  await store.finishRun(next, 50, 'interrupted');
  expect(await store.lastRun()).toMatchObject({ id: next, finishedAt: 50, outcome: 'interrupted' });
});

test('the last ended run of a command is neither one that stopped, nor one of the past, nor of a clock that was wrong', async () => {
  const { store } = await newStore();
  const run = async (
    command: string,
    startedAt: number,
    asOf: number,
    outcome: 'ok' | 'failed' | 'interrupted',
  ) => store.finishRun(await store.startRun({ command, startedAt, asOf }), startedAt + 1, outcome);
  expect(await store.lastEnded('update', 1000)).toBeNull();
  await run('update', 100, 100, 'failed');
  await run('update', 200, 200, 'interrupted');
  await run('backfill', 300, 300, 'ok');
  await run('update', 400, 50, 'ok');
  await run('update', 5000, 5000, 'ok');
  await store.startRun({ command: 'update', startedAt: 600, asOf: 600 });
  expect(await store.lastEnded('update', 1000)).toEqual({ at: 100, outcome: 'failed' });
  expect(await store.lastEnded('update', 9000)).toEqual({ at: 5000, outcome: 'ok' });
});

test('what cannot be recorded leaves nothing behind: no check-in, start, definition or end of the run', async () => {
  const { store, record } = await newStore();
  const definition = {
    cycleId: '2026-Q4',
    objectiveId: 'fast',
    keyResultId: 'lcp',
    hash: 'h1',
    definition: '{}',
  };
  const entry = { starts: [START], definitions: [definition] };
  await expect(record([aCheckIn(), aCheckIn({ value: Number.NaN })], entry)).rejects.toMatchObject({
    code: 'invalid',
  });
  await expect(record([aCheckIn(), aCheckIn({ correctsId: 999 })], entry)).rejects.toMatchObject({
    name: 'StoreError',
  });
  expect(await store.checkIns('2026-Q4')).toEqual([]);
  expect(await store.frozenStarts('2026-Q4')).toEqual([]);
  expect(await store.definitions('2026-Q4')).toEqual([]);
  expect((await store.lastRun())?.finishedAt).toBeNull();
});

test('a check-in can be neither changed nor deleted, by no program', async () => {
  const { path, record } = await newStore();
  await record([aCheckIn()]);
  const db = new Database(path);
  onTestFinished(() => void db.close());
  expect(() => db.exec('UPDATE check_ins SET value = 1')).toThrow(/only ever added/);
  expect(() => db.exec('DELETE FROM check_ins')).toThrow(/only ever added/);
  expect(() => db.exec('INSERT OR REPLACE INTO check_ins SELECT * FROM check_ins')).toThrow(
    /only ever added/,
  );
});

test('the current check-in of a key result is the one of the newest as-of time, then the newest row', async () => {
  const { path, record } = await newStore();
  const definition = {
    cycleId: '2026-Q4',
    objectiveId: 'fast',
    keyResultId: 'lcp',
    hash: 'h1',
    definition: JSON.stringify({
      objective: { title: 'Fast' },
      keyResult: { title: 'LCP', unit: 'milliseconds' },
    }),
  };
  await record(
    [
      aCheckIn({ asOf: 9, value: 1 }),
      aCheckIn({ asOf: 9, value: 2 }),
      aCheckIn({ asOf: 5, value: 3 }),
      aCheckIn({ keyResultId: 'ttfb', asOf: 4, value: 4, definitionHash: 'h2' }),
      aCheckIn({ cycleId: '2026-Q3', asOf: 1, value: 5 }),
    ],
    { definitions: [definition] },
  );
  const db = new Database(path, { readonly: true });
  onTestFinished(() => void db.close());
  const current = db
    .prepare(
      'SELECT cycle, key_result, value, objective_title, title, unit FROM v_key_results ORDER BY cycle, key_result',
    )
    .all();
  const untitled = { objective_title: null, title: null, unit: null };
  expect(current).toEqual([
    { cycle: '2026-Q3', key_result: 'lcp', value: 5, ...untitled },
    {
      cycle: '2026-Q4',
      key_result: 'lcp',
      value: 2,
      objective_title: 'Fast',
      title: 'LCP',
      unit: 'milliseconds',
    },
    { cycle: '2026-Q4', key_result: 'ttfb', value: 4, ...untitled },
  ]);
  expect(db.prepare('SELECT as_of, status FROM v_check_ins WHERE value = 2').get()).toEqual({
    as_of: '1970-01-01T00:00:00.009Z',
    status: 'on_track',
  });
});

test('a start that is frozen again replaces the one before, for its own definition alone', async () => {
  const { store, record } = await newStore();
  await record([], { starts: [START, { ...START, definitionHash: 'h2', value: 60 }] });
  await record([], { starts: [{ ...START, value: 50, reason: 'set by ana' }] });
  expect(await store.frozenStarts('2026-Q4')).toEqual([
    { ...START, value: 50, reason: 'set by ana' },
    { ...START, definitionHash: 'h2', value: 60 },
  ]);
});

test('a definition is kept once per hash, in its newest wording', async () => {
  const { store, record } = await newStore();
  const definition = {
    cycleId: '2026-Q4',
    objectiveId: 'fast',
    keyResultId: 'lcp',
    hash: 'h1',
    definition: 'old',
  };
  await record([], { definitions: [definition, { ...definition, hash: 'h2' }] });
  await record([], { definitions: [{ ...definition, definition: 'new' }] });
  expect(await store.definitions('2026-Q4')).toEqual([
    { ...definition, definition: 'new' },
    { ...definition, hash: 'h2' },
  ]);
});
