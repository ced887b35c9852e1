/**
 * `missing`: nothing has been recorded yet. `newer`, `older`: written by another version. `foreign`: a database of
 * something else. `not_a_database`, `corrupt`, `no_folder`, `read_only`, `network_volume`, `busy`, `full`, `io`: as
 * they say. `invalid`: the caller asked to store what cannot be stored. `query`: a person's own query is wrong.
 */
export type StoreErrorCode =
  | 'missing'
  | 'newer'
  | 'older'
  | 'foreign'
  | 'not_a_database'
  | 'corrupt'
  | 'no_folder'
  | 'read_only'
  | 'network_volume'
  | 'busy'
  | 'full'
  | 'io'
  | 'invalid'
  | 'query';

/** What went wrong with the database, where, and what to do about it, in one message. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}

const MESSAGES: readonly (readonly [
  prefix: string,
  code: StoreErrorCode,
  message: (path: string) => string,
])[] = [
  [
    'SQLITE_NOTADB',
    'not_a_database',
    (path) => `${path} is not a krsync database. Name another file with --database, or move this one away.`,
  ],
  [
    'SQLITE_CORRUPT',
    'corrupt',
    (path) =>
      `The database ${path} is damaged. Restore it from a backup, or move it away and run \`krsync update\` to pull everything again; \`sqlite3 ${path} .recover\` may save the check-ins.`,
  ],
  [
    'SQLITE_BUSY',
    'busy',
    (path) =>
      `The database ${path} stayed locked by another program for more than 5 seconds. Close what holds it, and run again.`,
  ],
  [
    'SQLITE_READONLY',
    'read_only',
    (path) =>
      `The database ${path} cannot be written: the file or its folder is read-only. Grant write access, or name another file with --database.`,
  ],
  [
    'SQLITE_FULL',
    'full',
    (path) =>
      `The disk that holds ${path} is full. Nothing of the last step was stored; free some space and run again.`,
  ],
  [
    'SQLITE_CANTOPEN',
    'io',
    (path) =>
      `The database ${path} cannot be opened. Let the user that krsync runs as read and write the file and its folder, or name another file with --database.`,
  ],
  [
    'SQLITE_IOERR',
    'io',
    (path) =>
      `Reading or writing the database ${path} failed. Check the disk; a network volume cannot hold it.`,
  ],
];

/** The error as one that names the file and the remedy; whatever SQLite did not raise comes back as it is. */
export function toStoreError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (!code) return error;
  const known = MESSAGES.find(([prefix]) => code.startsWith(prefix));
  if (known) return new StoreError(known[1], known[2](path), error);
  return new StoreError(
    'io',
    `The database ${path} refused a step: ${(error as Error).message} (${code}).`,
    error,
  );
}
