import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { RECORD_TYPES, tableOf } from '../../src/store/tables.ts';
import { aPull, aReview, aTicket, at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const VIEWS = [
  'v_alerts',
  'v_builds',
  'v_changes',
  'v_check_ins',
  'v_commits',
  'v_deployments',
  'v_key_results',
  'v_messages',
  'v_pull_requests',
  'v_releases',
  'v_reviews',
  'v_runs',
  'v_samples',
  'v_sprints',
  'v_tags',
  'v_tickets',
  'v_worklogs',
];

async function freshDatabase() {
  const path = join(await tempFolder(), 'krsync.db');
  const store = await openStore({ path, now: () => 0 });
  const db = new Database(path);
  onTestFinished(async () => {
    db.close();
    await store.close();
  });
  return { db, store };
}

const SQL_TYPES = {
  int: 'INTEGER',
  time: 'INTEGER',
  bool: 'INTEGER',
  real: 'REAL',
  text: 'TEXT',
  json: 'TEXT',
};
type ColumnInfo = { name: string; type: string; notnull: number };

for (const recordType of RECORD_TYPES) {
  test(`the table of a ${recordType} is what its description says`, async () => {
    const { db } = await freshDatabase();
    const { table, columns, children } = tableOf(recordType);
    const found = db.pragma(`table_info(${table})`) as ColumnInfo[];
    const described = columns.map(({ name, kind, nullable }) => ({
      name,
      type: SQL_TYPES[kind],
      notnull: nullable ? 0 : 1,
    }));
    const own = ['id', 'source_id', 'member_id', 'removed_at', ...children.map((child) => child.countColumn)];
    const rest = found.filter(({ name }) => !own.includes(name));
    expect(rest.map(({ name, type, notnull }) => ({ name, type, notnull }))).toEqual(described);
    expect(found.length).toBe(described.length + own.length);
    for (const child of children) {
      const info = db.pragma(`table_info(${child.table})`) as ColumnInfo[];
      expect(info.map(({ name }) => name)).toEqual([
        'record_id',
        'seq',
        ...child.columns.map(({ name }) => name),
      ]);
    }
  });
}

test('the public views are there, and each can be read', async () => {
  const { db } = await freshDatabase();
  const views = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name`).pluck().all();
  expect(views).toEqual(VIEWS);
  for (const view of VIEWS) expect(db.prepare(`SELECT * FROM ${view}`).all()).toEqual([]);
});

test('the views show live records with times that people and programs can read', async () => {
  const { db, store } = await freshDatabase();
  const key = { source: 'gh', stream: 'all', member: 'acme/web' };
  const stream = { name: 'all', yields: RECORD_TYPES, memberField: null };
  await store.setMembers({ id: 'gh', kind: 'github' }, stream, [{ id: 'acme/web', title: 'acme/web' }]);
  const records = [
    aTicket({
      id: '1',
      key: 'acme/web#1',
      createdAt: at('2026-10-01T08:30:00.250Z'),
      history: [{ field: 'labels', at: at('2026-10-02'), from: null, to: ['bug'] }],
    }),
    aTicket({ id: '2' }),
    aPull({ key: 'acme/web#3', reviews: [aReview({ author: 'ben' })] }),
  ];
  const removed = [{ recordType: 'ticket', id: '2' } as const];
  await store.commitBatch(key, { records, removed, cursor: null });
  expect(
    db.prepare('SELECT source, "key", created_at, created_at_ms, resolved_at FROM v_tickets').all(),
  ).toEqual([
    {
      source: 'gh',
      key: 'acme/web#1',
      created_at: '2026-10-01T08:30:00.250Z',
      created_at_ms: at('2026-10-01T08:30:00.250Z'),
      resolved_at: null,
    },
  ]);
  expect(db.prepare('SELECT "key", field, from_value, to_value FROM v_changes').all()).toEqual([
    { key: 'acme/web#1', field: 'labels', from_value: null, to_value: '["bug"]' },
  ]);
  expect(db.prepare('SELECT pull_request, author FROM v_reviews').all()).toEqual([
    { pull_request: 'acme/web#3', author: 'ben' },
  ]);
});

test('windows are found by an index, and live rows counted by one', async () => {
  const { db } = await freshDatabase();
  const plan = (text: string) =>
    (db.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .join('; ');
  expect(plan('SELECT id FROM tickets WHERE resolved_at IS NULL OR resolved_at >= 5')).toContain(
    'tickets_resolved',
  );
  expect(plan('SELECT id FROM tickets WHERE created_at < 5')).toContain('tickets_created');
  expect(plan('SELECT id FROM pull_requests WHERE merged_at < 5')).toContain('pull_requests_merged');
  expect(plan('SELECT id FROM commits WHERE authored_at < 5')).toContain('commits_authored');
  expect(plan('SELECT id FROM releases WHERE published_at < 5')).toContain('releases_published');
  expect(plan('SELECT id FROM samples WHERE measured_at < 5')).toContain('samples_measured');
  for (const recordType of RECORD_TYPES) {
    const { table } = tableOf(recordType);
    const counted = plan(
      `SELECT member_id, count(*) FROM ${table} WHERE removed_at IS NULL GROUP BY member_id`,
    );
    expect(counted).toContain(`COVERING INDEX ${table}_member`);
  }
});
