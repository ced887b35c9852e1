import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EngineeringRecord, RecordType } from '../../src/domain/records.ts';
import type { FieldOf, Store, StoredRecord } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { RECORD_TYPES, tableOf } from '../../src/store/tables.ts';
import { InvalidRecordError } from '../../src/sync/errors.ts';
import {
  aBuild,
  aCommit,
  aDeployment,
  anAlert,
  aPull,
  aRelease,
  aReview,
  aSample,
  aSprint,
  aTag,
  aTicket,
  at,
  aWorklog,
} from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const KEY = { source: 'gh', stream: 'all', member: 'acme/web' };
const OTHER = { source: 'gh', stream: 'all', member: 'acme/api' };

async function newStore(): Promise<Store> {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => at('2026-11-01') });
  onTestFinished(() => store.close());
  await register(store, 'gh', [KEY.member, OTHER.member]);
  return store;
}

function register(store: Store, source: string, members: readonly string[]): Promise<void> {
  const stream = { name: 'all', yields: RECORD_TYPES, memberField: null };
  return store.setMembers(
    { id: source, kind: 'github' },
    stream,
    members.map((id) => ({ id, title: id })),
  );
}

function commit(store: Store, records: readonly EngineeringRecord[], key = KEY) {
  return store.commitBatch(key, { records, cursor: null });
}

function allFields<T extends RecordType>(recordType: T): FieldOf<T>[] {
  const table = tableOf(recordType);
  return [...table.columns, ...table.children].map(({ field }) => field as FieldOf<T>);
}

async function read<T extends RecordType>(
  store: Store,
  recordType: T,
  query: Partial<Parameters<typeof store.records<T, FieldOf<T>>>[0]> = {},
): Promise<StoredRecord<T, FieldOf<T>>[]> {
  const found: StoredRecord<T, FieldOf<T>>[] = [];
  const asked = { recordType, fields: allFields(recordType), sources: ['gh'], ...query };
  for await (const chunk of store.records<T, FieldOf<T>>(asked)) found.push(...chunk);
  return found;
}

const change = { field: 'labels', at: at('2026-10-02'), from: ['a', 'b'], to: [] } as const;
const SAMPLES: readonly EngineeringRecord[] = [
  aTicket({
    labels: ['bug', 'ui'],
    estimate: 2.5,
    subtask: true,
    resolvedAt: at('2026-10-09'),
    history: [change, { field: 'sprint', at: at('2026-10-03'), from: null, to: 'S 1' }],
  }),
  aTicket({ history: null, title: null, url: null, repository: null }),
  aTicket({ history: [] }),
  aPull({
    draft: true,
    mergedAt: at('2026-10-05'),
    reviews: [aReview({ url: 'https://example.com/1' }), aReview({ author: null, authorIsBot: true })],
    history: [{ field: 'draft', at: at('2026-10-03'), from: true, to: false }],
  }),
  aPull({ reviews: null, history: [], additions: null, lineImpact: null }),
  aPull({ reviews: [], history: null }),
  aCommit({ merge: true, authorEmail: null }),
  aRelease({ publishedAt: null }),
  aTag(),
  aDeployment({ commits: ['a', 'b'], run: '7' }),
  aDeployment({ finishedAt: null, status: 'running', gitRef: null }),
  aBuild({ duration: 1234.5, attempt: 2 }),
  aBuild({ repository: null, commit: null, finishedAt: null, duration: null }),
  anAlert({ resolvedAt: at('2026-10-09') }),
  aSprint({ goal: 'Ship it', completedAt: null }),
  aWorklog(),
  aSample({ of: 1200, labels: { flag: 'unit', browser: 'chromium' } }),
];

for (const recordType of RECORD_TYPES) {
  test(`a ${recordType} comes back as it was stored, every field of it`, async () => {
    const store = await newStore();
    const records = SAMPLES.filter((record) => record.recordType === recordType);
    expect(records.length).toBeGreaterThan(0);
    expect(await commit(store, records)).toEqual({ changed: records.length });
    const found = await read(store, recordType);
    const bare = found.map(({ ref: _ref, source, member, ...record }) => {
      expect({ source, member }).toEqual({ source: 'gh', member: 'acme/web' });
      return record;
    });
    expect(bare).toEqual(records);
  });
}

test('only the fields that are asked for are read', async () => {
  const store = await newStore();
  await commit(store, [aTicket({ id: 'T1' })]);
  const [ticket] = await read(store, 'ticket', { fields: ['id', 'subtask'] });
  expect(Object.keys(ticket ?? {}).sort()).toEqual([
    'id',
    'member',
    'recordType',
    'ref',
    'source',
    'subtask',
  ]);
});

test('storing the same records again changes nothing, whatever their changes and reviews are', async () => {
  const store = await newStore();
  await commit(store, SAMPLES);
  expect(await commit(store, SAMPLES)).toEqual({ changed: 0 });
});

test('a record that differs in one field, one change or one review is one record changed', async () => {
  const store = await newStore();
  const ticket = aTicket({ history: [change, { ...change, at: change.at + 1 }] });
  const pull = aPull({ reviews: [aReview(), aReview()] });
  await commit(store, [ticket, pull, aTicket()]);
  const changed = [
    { ...ticket, history: [change] },
    { ...pull, reviews: pull.reviews?.map((review) => ({ ...review, state: 'dismissed' as const })) ?? [] },
  ];
  expect(await commit(store, changed)).toEqual({ changed: 2 });
  expect((await read(store, 'ticket'))[0]?.history).toEqual([change]);
  expect((await read(store, 'pull_request'))[0]?.reviews?.map(({ state }) => state)).toEqual([
    'dismissed',
    'dismissed',
  ]);
  expect(await commit(store, [{ ...ticket, history: null }])).toEqual({ changed: 1 });
  expect((await read(store, 'ticket'))[0]?.history).toBeNull();
});

test('an update of one type after an insert of another finds its own row', async () => {
  const store = await newStore();
  const pull = aPull({ reviews: [aReview()] });
  await commit(store, [pull, aTicket(), aTicket(), aTicket({ history: [change] })]);
  const renamed = { ...pull, title: 'Renamed', reviews: [...(pull.reviews ?? []), aReview({ id: 'R2' })] };
  await commit(store, [aTicket(), renamed, aTicket()]);
  const [found] = await read(store, 'pull_request');
  expect(found?.reviews?.length).toBe(2);
  expect(found?.title).toBe('Renamed');
});

test('a removed record leaves reads and counts, and comes back when its source shows it again', async () => {
  const store = await newStore();
  const [kept, gone] = [aTicket(), aTicket()];
  await commit(store, [kept, gone]);
  const removed = [{ recordType: 'ticket', id: gone.id } as const];
  expect(await store.commitBatch(KEY, { records: [], removed, cursor: null })).toEqual({ changed: 1 });
  expect(await store.commitBatch(KEY, { records: [], removed, cursor: null })).toEqual({ changed: 0 });
  expect((await read(store, 'ticket')).map(({ id }) => id)).toEqual([kept.id]);
  expect(await store.recordCounts()).toEqual(new Map([['gh', 1]]));
  const removedAt = at('2026-11-01');
  const asked = await read(store, 'ticket', { thereAt: removedAt });
  expect(asked.map((one) => [one.id, one.removedAt])).toEqual([
    [kept.id, undefined],
    [gone.id, removedAt],
  ]);
  expect((await read(store, 'ticket', { thereAt: removedAt + 1 })).length).toBe(1);
  expect(await commit(store, [gone])).toEqual({ changed: 1 });
  expect((await read(store, 'ticket')).length).toBe(2);
});

test('what a new definition of a member leaves out was never there, for as long as a reconciliation may take', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  let now = at('2026-11-01');
  const store = await openStore({ path, now: () => now });
  onTestFinished(() => store.close());
  await register(store, 'gh', [KEY.member]);
  const [first, second] = [aTicket(), aTicket()];
  await commit(store, [first, second]);
  const remove = (id: string) =>
    store.commitBatch(KEY, { records: [], removed: [{ recordType: 'ticket', id }], cursor: null });
  await store.restartMember(KEY, 'another', 0);
  now = at('2026-11-02');
  await remove(first.id);
  now = at('2026-11-04');
  await remove(second.id);
  const there = await read(store, 'ticket', { thereAt: at('2026-10-01') });
  expect(there.map(({ id, removedAt }) => [id, removedAt])).toEqual([[second.id, now]]);
});

test('a ticket that moved and is a new one there is not read beside it', async () => {
  const store = await newStore();
  const same = { createdAt: at('2026-10-05'), title: 'Checkout hangs' };
  const [moved, there, another] = [aTicket(same), aTicket(same), aTicket({ ...same, title: 'Another' })];
  await commit(store, [moved, another]);
  await commit(store, [there], OTHER);
  const removed = [moved, another].map(({ id }) => ({ recordType: 'ticket', id }) as const);
  await store.commitBatch(KEY, { records: [], removed, cursor: null });
  const found = await read(store, 'ticket', { thereAt: at('2026-10-01') });
  expect(found.map(({ id }) => id).toSorted()).toEqual([there.id, another.id].toSorted());
});

test('what moved to another member outlives its removal from the one before, whichever is stored first', async () => {
  const store = await newStore();
  const ticket = aTicket();
  const removed = [{ recordType: 'ticket', id: ticket.id } as const];
  await commit(store, [ticket], KEY);
  await commit(store, [ticket], OTHER);
  expect(await store.commitBatch(KEY, { records: [], removed, cursor: null })).toEqual({ changed: 0 });
  expect((await read(store, 'ticket')).map(({ member }) => member)).toEqual([OTHER.member]);

  expect(await store.commitBatch(OTHER, { records: [], removed, cursor: null })).toEqual({ changed: 1 });
  expect(await commit(store, [ticket], KEY)).toEqual({ changed: 1 });
  expect((await read(store, 'ticket')).map(({ member }) => member)).toEqual([KEY.member]);
});

test('the same id in two sources is two records, and under another member of one source the same', async () => {
  const store = await newStore();
  await register(store, 'jira', ['WEB']);
  const ticket = aTicket({ id: '1' });
  await commit(store, [ticket]);
  await commit(store, [ticket], { source: 'jira', stream: 'all', member: 'WEB' });
  expect(await store.recordCounts()).toEqual(
    new Map([
      ['gh', 1],
      ['jira', 1],
    ]),
  );
  expect(await commit(store, [ticket], OTHER)).toEqual({ changed: 1 });
  expect((await read(store, 'ticket')).map(({ member }) => member)).toEqual(['acme/api']);
  expect((await read(store, 'ticket', { sources: ['jira'] })).length).toBe(1);
  expect((await read(store, 'ticket', { sources: ['gh', 'jira'] })).length).toBe(2);
  expect(await read(store, 'ticket', { sources: [] })).toEqual([]);
});

test('records of a member that is no longer listed leave the reads, and return with it', async () => {
  const store = await newStore();
  await commit(store, [aTicket()], KEY);
  await commit(store, [aTicket()], OTHER);
  await register(store, 'gh', [KEY.member]);
  expect((await read(store, 'ticket')).map(({ member }) => member)).toEqual([KEY.member]);
  expect(await store.recordCounts()).toEqual(new Map([['gh', 1]]));
  expect((await store.members()).map(({ member }) => member)).toEqual([KEY.member]);
  await register(store, 'gh', [KEY.member, OTHER.member]);
  expect((await read(store, 'ticket')).length).toBe(2);
});

test('latest keeps what is unknown or not before, earliest what is before', async () => {
  const store = await newStore();
  const times = ['2026-10-01', '2026-10-02', '2026-10-03'];
  await commit(store, [aTicket({ id: 'open' }), ...times.map((id) => aTicket({ id, resolvedAt: at(id) }))]);
  const ids = async (query: object) => (await read(store, 'ticket', query)).map(({ id }) => id).sort();
  const bound = at('2026-10-02');
  expect(await ids({ latest: { column: 'resolvedAt', notBefore: bound } })).toEqual([
    '2026-10-02',
    '2026-10-03',
    'open',
  ]);
  expect(await ids({ earliest: { column: 'resolvedAt', before: bound } })).toEqual(['2026-10-01']);
  expect(
    await ids({
      latest: { column: 'resolvedAt', notBefore: bound },
      earliest: { column: 'resolvedAt', before: bound + 1 },
    }),
  ).toEqual(['2026-10-02']);
});

test('many records come in chunks, each with its own changes and reviews', async () => {
  const store = await newStore();
  const pulls = Array.from({ length: 4500 }, (_, index) =>
    aPull({
      id: `P${index}`,
      number: index,
      reviews: Array.from({ length: index % 3 }, (_, n) => aReview({ id: `${index}-${n}` })),
      history: index % 2 === 0 ? null : [{ ...change, at: index }],
    }),
  );
  await commit(store, pulls);
  let chunks = 0;
  let seen = 0;
  const query = {
    recordType: 'pull_request',
    fields: ['number', 'reviews', 'history'],
    sources: ['gh'],
  } as const;
  for await (const chunk of store.records(query)) {
    chunks += 1;
    for (const { number, reviews, history } of chunk) {
      seen += 1;
      const expected = Array.from({ length: number % 3 }, (_, n) => `${number}-${n}`);
      expect(reviews?.map((review) => review.id)).toEqual(expected);
      expect(history?.map((one) => one.at) ?? null).toEqual(number % 2 === 0 ? null : [number]);
    }
  }
  expect(seen).toBe(4500);
  expect(chunks).toBeGreaterThan(1);
});

test('writes and other reads go on while records are being read, and do not disturb them', async () => {
  const store = await newStore();
  const tickets = Array.from({ length: 5000 }, (_, index) => aTicket({ id: `T${index}` }));
  await commit(store, tickets);
  const query = { recordType: 'ticket', fields: ['id', 'title'], sources: ['gh'] } as const;
  const titles = new Set<string | null>();
  let outer = 0;
  for await (const chunk of store.records(query)) {
    outer += chunk.length;
    for (const { title } of chunk) titles.add(title);
    await commit(
      store,
      tickets.map((ticket) => ({ ...ticket, title: `renamed after ${outer}` })),
    );
    let inner = 0;
    for await (const part of store.records(query)) inner += part.length;
    expect(inner).toBe(5000);
  }
  expect(outer).toBe(5000);
  expect([...titles].some((title) => title?.startsWith('renamed'))).toBe(false);
});

test('a reader that stops early leaves the store free', async () => {
  const store = await newStore();
  await commit(
    store,
    Array.from({ length: 5000 }, () => aTicket()),
  );
  for await (const chunk of store.records({ recordType: 'ticket', fields: ['id'], sources: ['gh'] })) {
    if (chunk.length > 0) break;
  }
  expect((await read(store, 'ticket')).length).toBe(5000);
});

test('handles lead to what they name, in their order', async () => {
  const store = await newStore();
  await commit(store, [
    aTicket({ key: 'WEB-1', title: 'One', url: 'https://example.com/1' }),
    aTicket({ key: 'WEB-2' }),
  ]);
  await commit(store, [aCommit({ key: 'abc', title: null, url: null })]);
  const [first, second] = (await read(store, 'ticket')).map(({ ref }) => ref);
  const [third] = (await read(store, 'commit')).map(({ ref }) => ref);
  const links = await store.links([third ?? 0, second ?? 0, first ?? 0, third ?? 0]);
  expect(links.map(({ type, key }) => `${type} ${key}`)).toEqual([
    'commit abc',
    'ticket WEB-2',
    'ticket WEB-1',
    'commit abc',
  ]);
  expect(links[2]).toEqual({ type: 'ticket', key: 'WEB-1', title: 'One', url: 'https://example.com/1' });
  await expect(store.links([16 * 999])).rejects.toMatchObject({ code: 'invalid' });
});

test('a cursor moves with its batch, a null one leaves it, and a batch that fails leaves all as it was', async () => {
  const store = await newStore();
  await store.commitBatch(KEY, { records: [aTicket()], cursor: 'one' });
  await store.commitBatch(KEY, { records: [aTicket()], cursor: null });
  expect((await store.memberState(KEY))?.cursor).toBe('one');
  const broken = { ...aTicket({ id: 'broken' }), createdAt: 1.5 };
  const batch = { records: [aTicket(), broken], cursor: 'two' };
  await expect(store.commitBatch(KEY, batch)).rejects.toThrow(InvalidRecordError);
  await expect(store.commitBatch(KEY, batch)).rejects.toThrow(/ticket broken .* createdAt must be a time/);
  expect((await store.memberState(KEY))?.cursor).toBe('one');
  expect((await read(store, 'ticket')).length).toBe(2);
});

test('a value that is no number is refused instead of stored as no data', async () => {
  const store = await newStore();
  await expect(commit(store, [aSample({ value: Number.NaN })])).rejects.toThrow(
    /value must be a finite number/,
  );
  await expect(commit(store, [aTicket({ estimate: Number.POSITIVE_INFINITY })])).rejects.toThrow(/estimate/);
  const { title: _title, ...untitled } = aTicket();
  await expect(commit(store, [untitled as never])).rejects.toThrow(/title must be a text/);
});
