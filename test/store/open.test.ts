import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore, StoreError } from '../../src/store/index.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { requirePlace, volumeOfType } from '../../src/store/volume.ts';
import { aTicket } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const now = () => 0;

async function openedOnce(): Promise<string> {
  const path = join(await tempFolder(), 'krsync.db');
  await (await openStore({ path, now })).close();
  return path;
}

async function codeOf(path: string, readonly = false): Promise<string> {
  try {
    await (await openStore({ path, readonly, now })).close();
    return 'opened';
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.message).toContain(path);
    return error.code;
  }
}

test('a new database is in WAL mode, at the newest schema, marked as ours', async () => {
  const db = new Database(await openedOnce(), { readonly: true });
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  expect(db.pragma('application_id', { simple: true })).toBe(0x6b727379);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
});

test('opening it again changes nothing', async () => {
  const path = await openedOnce();
  const before = await readFile(path);
  expect(await codeOf(path)).toBe('opened');
  expect((await readFile(path)).equals(before)).toBe(true);
});

test('a database of a newer krsync is refused and left alone', async () => {
  const path = await openedOnce();
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
  const before = await readFile(path);
  expect(await codeOf(path)).toBe('newer');
  expect(await codeOf(path, true)).toBe('newer');
  await expect(openStore({ path, now })).rejects.toThrow(
    /newer krsync \(schema 99; this one knows \d+\). Update krsync/,
  );
  expect((await readFile(path)).equals(before)).toBe(true);
});

test('the database of another program is refused and left alone', async () => {
  const path = join(await tempFolder(), 'other.db');
  const db = new Database(path);
  db.exec('CREATE TABLE bookmarks (url TEXT)');
  db.close();
  const before = await readFile(path);
  expect(await codeOf(path)).toBe('foreign');
  expect(await codeOf(path, true)).toBe('foreign');
  expect((await readFile(path)).equals(before)).toBe(true);
});

test('a file that is no database is refused', async () => {
  const path = join(await tempFolder(), 'notes.db');
  await writeFile(path, 'a text that someone keeps here, '.repeat(200));
  expect(await codeOf(path)).toBe('not_a_database');
  expect(await codeOf(path, true)).toBe('not_a_database');
  const folder = join(await tempFolder(), 'folder.db');
  await mkdir(folder);
  expect(await codeOf(folder)).toBe('io');
});

test('a damaged database says so when the damage is met', async () => {
  const path = await openedOnce();
  const store = await openStore({ path, now });
  const stream = { name: 'all', yields: ['ticket'], memberField: null } as const;
  await store.setMembers({ id: 'gh', kind: 'github' }, stream, [{ id: 'a', title: 'a' }]);
  const records = Array.from({ length: 500 }, () => aTicket());
  await store.commitBatch({ source: 'gh', stream: 'all', member: 'a' }, { records, cursor: null });
  await store.close();
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(size - 8192, 0xab), 0, size - 8192, 8192);
  await file.close();
  const damaged = async () => {
    const again = await openStore({ path, now });
    try {
      for await (const _ of again.records({ recordType: 'ticket', fields: ['title'], sources: ['gh'] }));
    } finally {
      await again.close();
    }
  };
  await expect(damaged()).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' });
});

test('a missing folder is named', async () => {
  const path = join(await tempFolder(), 'nowhere', 'krsync.db');
  expect(await codeOf(path)).toBe('no_folder');
  expect(await codeOf(path, true)).toBe('missing');
});

test('opening to read says that nothing was recorded yet, and creates no file', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  expect(await codeOf(path, true)).toBe('missing');
  expect(existsSync(path)).toBe(false);
  await writeFile(path, '');
  expect(await codeOf(path, true)).toBe('missing');
  // A run that was killed before its first step leaves a database without a schema.
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.close();
  expect(await codeOf(path, true)).toBe('missing');
  expect(await codeOf(path)).toBe('opened');
});

test('a database opened to read refuses every write and still reads', async () => {
  const path = await openedOnce();
  const store = await openStore({ path, readonly: true, now });
  const key = { source: 'gh', stream: 'all', member: 'a' };
  const refused = { code: 'read_only' };
  await expect(store.commitBatch(key, { records: [], cursor: 'x' })).rejects.toMatchObject(refused);
  await expect(store.startRun({ command: 'x', startedAt: 0, asOf: 0 })).rejects.toMatchObject(refused);
  await expect(
    store.setMembers({ id: 'a', kind: 'b' }, { name: 'c', yields: [], memberField: null }, []),
  ).rejects.toMatchObject(refused);
  await expect(store.failStream({ id: 'a', kind: 'b' }, 'c', 0, 'd')).rejects.toMatchObject(refused);
  expect(await store.members()).toEqual([]);
  expect(await store.lastRun()).toBeNull();
  expect(await store.memberState(key)).toBeNull();
  await store.close();
});

test('a step that fails leaves the schema at the step before', async () => {
  const path = join(await tempFolder(), 'krsync.db');
  const db = new Database(path);
  // A table in the way of the last statements of the first step, in a file that is ours.
  db.pragma('application_id = 1802662777');
  db.exec('CREATE TABLE definitions (x)');
  db.close();
  expect(0x6b727379).toBe(1802662777);
  expect(await codeOf(path)).toBe('io');
  const after = new Database(path, { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(0);
  expect(after.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['definitions']);
  after.close();
});

test('network volumes are refused, shared ones named, local ones fine', async () => {
  expect(volumeOfType(0x6969)).toEqual({ name: 'NFS', kind: 'network' });
  expect(volumeOfType(0xff534d42)?.kind).toBe('network');
  expect(volumeOfType(0xff534d42 - 2 ** 32)?.kind).toBe('network');
  expect(volumeOfType(0x65735546)?.kind).toBe('shared');
  expect(volumeOfType(0xef53)).toBeNull();
  const path = join(await tempFolder(), 'krsync.db');
  expect(() => requirePlace(path, () => 0x6969)).toThrow(/on a network volume \(NFS\)/);
  expect(requirePlace(path, () => 0x65735546)?.name).toBe('FUSE');
  expect(requirePlace(path, () => 0xef53)).toBeNull();
});
