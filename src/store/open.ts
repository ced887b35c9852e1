import { statSync } from 'node:fs';
import { Connection } from './connection.ts';
import { StoreError, toStoreError } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { requirePlace } from './volume.ts';

/** `krsy`: marks the file as krsync's, so that no other program's database is ever written to. */
const APPLICATION_ID = 0x6b727379;

function schemaVersion(connection: Connection): number {
  return connection.db.pragma('user_version', { simple: true }) as number;
}

/** Refuses what is not ours or comes from a newer krsync; returns the number of steps already taken. */
function inspect(connection: Connection): number {
  const version = schemaVersion(connection);
  const { path, db } = connection;
  const tables = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() as number;
  const owner = db.pragma('application_id', { simple: true }) as number;
  if (tables > 0 && owner !== APPLICATION_ID) {
    throw new StoreError(
      'foreign',
      `${path} is the SQLite database of another program. Name another file with --database.`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      'newer',
      `The database ${path} was written by a newer krsync (schema ${version}; this one knows ${MIGRATIONS.length}). Update krsync, or name another file with --database.`,
    );
  }
  return version;
}

function migrate(connection: Connection): void {
  const { db } = connection;
  for (let version = inspect(connection); version < MIGRATIONS.length; version = schemaVersion(connection)) {
    connection.transaction(() => {
      // Another process may have taken the step while this one waited for the write lock.
      if (schemaVersion(connection) !== version) return;
      db.exec(MIGRATIONS[version] ?? '');
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version + 1}`);
    });
  }
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

function missing(path: string): StoreError {
  return new StoreError('missing', `Nothing has been recorded in ${path} yet. Run \`krsync update\` first.`);
}

/** Opens the database to write, creating it and bringing its schema up to date. */
export function openWritable(path: string, warn: (message: string) => void): Connection {
  const volume = requirePlace(path);
  if (volume) {
    warn(
      `The database ${path} is on ${volume.name}. SQLite is safe there only while no other machine or container uses the same file.`,
    );
  }
  const connection = new Connection(path, { readonly: false });
  try {
    inspect(connection);
    const { db } = connection;
    // Read first: asking for the mode it has already would wait for every reader.
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw toStoreError(error, path);
  }
}

/** Opens the database to read, and never creates it. */
export function openReadonly(path: string): Connection {
  if (!sizeOf(path)) throw missing(path);
  const connection = new Connection(path, { readonly: true });
  try {
    const version = inspect(connection);
    if (version === 0) throw missing(path);
    if (version < MIGRATIONS.length) {
      throw new StoreError(
        'older',
        `The database ${path} was written by an older krsync. Run \`krsync update\` once to bring it up to date.`,
      );
    }
    return connection;
  } catch (error) {
    connection.close();
    throw toStoreError(error, path);
  }
}
