import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { RecordType } from '../../src/domain/records.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { RECORD_TYPES, tableOf } from '../../src/store/tables.ts';
import { aPull, aReview, aTicket, at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const KEY = { source: 'gh', stream: 'all', member: 'acme/web' };

async function newStore(): Promise<Store> {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => at('2026-11-01') });
  onTestFinished(() => store.close());
  const stream = { name: 'all', yields: RECORD_TYPES, memberField: null };
  await store.setMembers({ id: 'gh', kind: 'github' }, stream, [{ id: KEY.member, title: KEY.member }]);
  return store;
}

const TICKET = aTicket({ history: [] });
const PULL = aPull({ reviews: [aReview()] });

/** The types whose revision a piece of work changes, once they are watched. */
async function changedBy(store: Store, work: () => Promise<unknown>): Promise<readonly RecordType[]> {
  const before = await store.watchRecords();
  await work();
  const after = await store.recordRevisions();
  return [...after].flatMap(([type, revision]) => (revision === before.get(type) ? [] : [type]));
}

test('a change of a record changes the revision of its type, and of no other', async () => {
  const store = await newStore();
  const commit = (...records: Parameters<Store['commitBatch']>[1]['records']) =>
    changedBy(store, () => store.commitBatch(KEY, { records, cursor: 'c' }));
  expect(await commit(TICKET, PULL)).toEqual(['pull_request', 'ticket']);
  expect(await commit(TICKET, PULL)).toEqual([]);
  expect(await commit({ ...TICKET, title: 'Another' })).toEqual(['ticket']);
  const turn = { field: 'labels', at: at('2026-10-02'), from: [], to: ['qa'] } as const;
  expect(await commit({ ...TICKET, title: 'Another', history: [turn] })).toEqual(['ticket']);
  expect(await commit({ ...TICKET, title: 'Another', history: [{ ...turn, to: ['ui'] }] })).toEqual([
    'ticket',
  ]);
  expect(await commit({ ...PULL, reviews: [aReview({ state: 'commented' })] })).toEqual(['pull_request']);
  const removed = [{ recordType: 'ticket', id: TICKET.id }] as const;
  expect(
    await changedBy(store, () => store.commitBatch(KEY, { records: [], removed, cursor: null })),
  ).toEqual(['ticket']);
  expect(await changedBy(store, () => store.completeMember(KEY, at('2026-11-01'), 0))).toEqual([]);
});

test('every table with records is watched for whatever is done to a row', async () => {
  const store = await newStore();
  const db = new Database(store.path, { readonly: true });
  const triggers = db
    .prepare(
      `SELECT tbl_name || ' ' || sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%noticed%'`,
    )
    .pluck()
    .all() as string[];
  db.close();
  for (const { table, children, recordType } of RECORD_TYPES.map(tableOf)) {
    for (const name of [table, ...children.map((child) => child.table)]) {
      const own = triggers.filter((text) => text.startsWith(`${name} `) && text.includes(`'${recordType}'`));
      expect(own.map((text) => /AFTER (\w+)/.exec(text)?.[1]).sort(), name).toEqual([
        'DELETE',
        'INSERT',
        'UPDATE',
      ]);
    }
  }
});

test('what was kept is found until a record of its types changes', async () => {
  const store = await newStore();
  await store.commitBatch(KEY, { records: [TICKET, PULL], cursor: null });
  const revisions = await store.watchRecords();
  const observations = Uint8Array.from([1, 2, 3]);
  const rule = (name: string, ...types: RecordType[]) => ({ name, types, facts: `of ${name}`, observations });
  const used = ['tickets', 'pulls', 'both'];
  const rules = [
    rule('tickets', 'ticket'),
    rule('pulls', 'pull_request'),
    rule('both', 'ticket', 'pull_request'),
  ];
  await store.keepRules(revisions, rules, used);
  expect([...(await store.keptRules(revisions)).keys()].sort()).toEqual(['both', 'pulls', 'tickets']);
  await store.commitBatch(KEY, { records: [{ ...TICKET, title: 'Another' }], cursor: null });
  expect([...(await store.keptRules(await store.recordRevisions()))]).toEqual([['pulls', 'of pulls']]);
  await store.keepRules(
    await store.watchRecords(),
    [{ ...rule('pulls', 'pull_request'), facts: 'more', observations: null }],
    ['pulls'],
  );
  expect([...(await store.keptRules(await store.recordRevisions()))]).toEqual([['pulls', 'more']]);
  const now = await store.recordRevisions();
  expect([...((await store.keptObservations('pulls', 'more', now)) ?? [])]).toEqual([1, 2, 3]);
  expect(await store.keptObservations('tickets', 'of tickets', now)).toBeNull();
});

test('the observations are those of the facts that were read, and none once another run kept the rule anew', async () => {
  const store = await newStore();
  const keep = async (...observations: number[]) => {
    const revisions = await store.watchRecords();
    const rule = { name: 'pulls', types: ['pull_request'] as const, facts: 'facts' };
    await store.keepRules(revisions, [{ ...rule, observations: Uint8Array.from(observations) }], ['pulls']);
    return revisions;
  };
  const read = await keep(1);
  await store.commitBatch(KEY, { records: [PULL], cursor: null });
  expect([...((await store.keptObservations('pulls', 'facts', read)) ?? [])]).toEqual([1]);
  const now = await keep(2);
  expect(await store.keptObservations('pulls', 'facts', read)).toBeNull();
  expect([...((await store.keptObservations('pulls', 'facts', now)) ?? [])]).toEqual([2]);
  expect(await store.keptObservations('pulls', 'other facts', now)).toBeNull();
});
