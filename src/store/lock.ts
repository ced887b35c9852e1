import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Instant } from '../domain/records.ts';
import { isoTime } from '../domain/time.ts';
import { StoreError, toStoreError } from './errors.ts';
import { requirePlace } from './volume.ts';

/** The run that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly since: Instant;
}

/** Another run holds the lock. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  /** Null in the moment in which it takes the lock and has not said who it is. */
  readonly holder: LockHolder | null;

  constructor(databasePath: string, holder: LockHolder | null) {
    const who = holder
      ? `\`krsync ${holder.command}\` (process ${holder.pid} on ${holder.host}, since ${isoTime(holder.since)})`
      : 'another run';
    super(`The database ${databasePath} is in use by ${who}. Wait until it ends, or stop it.`);
    this.holder = holder;
  }
}

export interface Lock {
  /** May be called again, to no effect. */
  release(): void;
}

/** Milliseconds in which a run that is taking the lock says who it is. */
const PATIENCE = 250;

const CREATE = `CREATE TABLE IF NOT EXISTS holder (
  id INTEGER PRIMARY KEY CHECK (id = 1), nonce TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL,
  command TEXT NOT NULL, since INTEGER NOT NULL)`;
const CLAIM = `INSERT OR REPLACE INTO holder (id, nonce, pid, host, command, since) VALUES (1, ?, ?, ?, ?, ?)`;

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('SQLITE_BUSY')
  );
}

/** People know the database; the file beside it is named only where it is the one to remove. */
function lockError(error: unknown, databasePath: string, path: string): unknown {
  const named = toStoreError(error, databasePath);
  const broken = named instanceof StoreError && (named.code === 'not_a_database' || named.code === 'corrupt');
  return broken
    ? new StoreError(named.code, `The lock file ${path} is damaged. Delete it, and run again.`, error)
    : named;
}

/** One name for one file, whichever link leads to it. */
function lockPath(databasePath: string): string {
  try {
    return `${realpathSync(databasePath)}-lock`;
  } catch {
    // The database does not exist yet.
  }
  try {
    return `${join(realpathSync(dirname(databasePath)), basename(databasePath))}-lock`;
  } catch {
    return `${databasePath}-lock`;
  }
}

function readHolder(db: Database.Database, nonce: string): LockHolder | null {
  try {
    const row = db.prepare('SELECT pid, host, command, since FROM holder WHERE nonce <> ?').get(nonce);
    return (row as LockHolder | undefined) ?? null;
  } catch {
    // Not created yet, or in the middle of a commit.
    return null;
  }
}

/**
 * Takes the lock of a database for this process, or throws a LockHeldError that names who has it.
 *
 * The lock is an open write transaction on a small SQLite file beside the database. The operating system ends it
 * with the process, however that dies, so a stale lock cannot exist. Keep the returned object until the work is done.
 *
 * @throws StoreError when the file beside the database cannot be written, or the volume cannot lock.
 */
export function acquireLock(
  databasePath: string,
  options: { readonly command: string; readonly now: () => Instant },
): Lock {
  requirePlace(databasePath);
  const path = lockPath(databasePath);
  const nonce = randomUUID();
  let db: Database.Database;
  try {
    db = new Database(path, { timeout: PATIENCE });
  } catch (error) {
    throw lockError(error, databasePath, path);
  }
  try {
    hold(db, nonce, options.command, options.now());
  } catch (error) {
    const held = isBusy(error)
      ? new LockHeldError(databasePath, readHolder(db, nonce))
      : lockError(error, databasePath, path);
    db.close();
    throw held;
  }
  return {
    release() {
      // Closing rolls the open transaction back.
      db.close();
    },
  };
}

/** Leaves a write transaction open in which the last committed holder is this process. */
function hold(db: Database.Database, nonce: string, command: string, since: Instant): void {
  // Others can read the holder beside an open transaction in the rollback-journal modes.
  db.pragma('journal_mode = DELETE');
  for (let attempt = 0; attempt < 10; attempt++) {
    db.exec('BEGIN IMMEDIATE');
    db.exec(CREATE);
    if (db.prepare('SELECT nonce FROM holder').pluck().get() === nonce) return;
    db.prepare(CLAIM).run(nonce, process.pid, hostname(), command, since);
    // Others can read who it is only once it is committed; in the gap that follows another may come first.
    db.exec('COMMIT');
  }
  throw new StoreError('busy', 'The lock changed hands ten times; run again.');
}
