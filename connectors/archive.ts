import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { ConnectorError } from './errors.ts';
import { stopIfAborted } from './files.ts';

export interface ArchiveLimits {
  readonly entries: number;
  /** Bytes of one entry once it is unpacked. */
  readonly entryBytes: number;
  /** Bytes of all entries together once they are unpacked. */
  readonly totalBytes: number;
}

export interface ArchiveOptions {
  /** For messages: an address, or a path. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly limits?: Partial<ArchiveLimits>;
}

export interface ArchiveEntry {
  /** With forward slashes, never out of the archive. */
  readonly path: string;
  /** As the archive says; more is refused while it is read. */
  readonly bytes: number;
  chunks(): AsyncGenerator<Uint8Array>;
}

/** Room for an HTML report beside the one that is read, and none for a bomb. */
const LIMITS: ArchiveLimits = { entries: 20_000, entryBytes: 200 * 2 ** 20, totalBytes: 1024 * 2 ** 20 };

const STORED = 0;
const DEFLATED = 8;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * The files of a zip archive from strangers, in the order of its directory. Nothing is written to a disk. An archive is
 * refused whole, by a ConnectorError `shape`, when it has too many entries, when they say or turn out to be too large
 * for one or for all, when one would leave it (`../`, an absolute path, a backslash, a symbolic link), is encrypted, is
 * packed by a method of which only few programs know, or bears another's name. Entries are checked against their sum.
 */
export async function openArchive(bytes: Buffer, options: ArchiveOptions): Promise<readonly ArchiveEntry[]> {
  const { name, signal } = options;
  const limits = { ...LIMITS, ...options.limits };
  stopIfAborted(signal, name);
  const { fromBufferPromise } = await import('yauzl');
  const zip = await fromBufferPromise(bytes, {
    lazyEntries: true,
    strictFileNames: true,
    validateEntrySizes: true,
    autoClose: false,
  }).catch((error: unknown) => {
    throw refused(name, reasonOf(error));
  });
  if (zip.entryCount > limits.entries) throw refused(name, `it has more than ${limits.entries} entries`);

  const found = new Map<string, Entry>();
  let total = 0;
  for (const entry of await entriesOf(zip, name)) {
    const fault = faultOf(entry, limits.entryBytes);
    if (fault) throw refused(name, fault);
    total += entry.uncompressedSize;
    if (total > limits.totalBytes)
      throw refused(name, `it unpacks to more than ${megabytes(limits.totalBytes)}`);
    if (found.has(entry.fileName)) throw refused(name, `it has ${shown(entry)} twice`);
    found.set(entry.fileName, entry);
  }
  stopIfAborted(signal, name);
  return [...found.values()]
    .filter((entry) => !entry.fileName.endsWith('/'))
    .map((entry) => ({
      path: entry.fileName,
      bytes: entry.uncompressedSize,
      chunks: () => chunksOf(zip, entry, name, signal),
    }));
}

async function entriesOf(zip: ZipFile, name: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', resolve);
    zip.once('error', (error: unknown) => reject(refused(name, reasonOf(error))));
    zip.readEntry();
  });
  return entries;
}

/** Why an entry is not to be trusted; null where it is. Names were checked by the library already. */
function faultOf(entry: Entry, entryBytes: number): string | null {
  if (entry.isEncrypted()) return `${shown(entry)} is encrypted`;
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK)
    return `${shown(entry)} is a symbolic link`;
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return `${shown(entry)} is packed by the unknown method ${entry.compressionMethod}`;
  if (entry.uncompressedSize > entryBytes)
    return `${shown(entry)} unpacks to more than ${megabytes(entryBytes)}`;
  return null;
}

/** The library ends an entry that is longer or shorter than it says. */
async function* chunksOf(
  zip: ZipFile,
  entry: Entry,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let sum = 0;
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      stopIfAborted(signal, name);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ConnectorError || !isZipFault(error)) throw error;
    throw refused(name, `${shown(entry)} cannot be unpacked: ${reasonOf(error)}`);
  }
  if (sum !== entry.crc32) throw refused(name, `${shown(entry)} is damaged`);
}

/** What a reader throws through this generator is its own. */
function isZipFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'code' in error || error.constructor === Error;
}

function shown(entry: Entry): string {
  return `\`${entry.fileName.replace(/\p{Cc}/gu, '?').slice(0, 200)}\``;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'it is no zip archive';
  return message.replace(/\p{Cc}/gu, '?').slice(0, 200);
}

function refused(name: string, reason: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The archive is refused: ${reason}`,
    endpoint: name,
    remedy: 'Look at how it was made; only whole zip archives are read whose entries stay inside',
  });
}
