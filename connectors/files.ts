import { createReadStream } from 'node:fs';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join, parse, relative, resolve, sep } from 'node:path';
import { ConnectorError } from './errors.ts';

/** More matches than this are taken for a mistake in the pattern. */
const MAX_MATCHES = 50_000;

/** A fault inside a report file, at a place that a person can open. Lines and columns count from 1. */
export class ReportFault extends Error {
  override readonly name = 'ReportFault';
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** A `shape` error whose endpoint is `file:line:column`. */
export function faultyReport(file: string, fault: ReportFault, remedy: string): ConnectorError {
  return new ConnectorError({
    code: 'shape',
    message: `The report cannot be read: ${fault.message}`,
    endpoint: `${file}:${fault.line}:${fault.column}`,
    remedy,
    cause: fault,
  });
}

/** Lets one bad file of many be named without keeping the others back. */
export class FaultList {
  private readonly faults: ConnectorError[] = [];

  /** The result, or null after a ConnectorError. A stop by the user, and what is no ConnectorError, is thrown at once. */
  async collect<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.code === 'aborted') throw error;
      this.faults.push(error);
      return null;
    }
  }

  /** Throws the first fault; its message says how many more there are. */
  throwIfAny(): void {
    const [first, ...others] = this.faults;
    if (!first) return;
    if (others.length === 0) throw first;
    throw new ConnectorError({
      code: first.code,
      message: `${first.message} (and ${others.length} more: ${others
        .map((fault) => fault.endpoint)
        .join(', ')
        .slice(0, 500)})`,
      endpoint: first.endpoint,
      remedy: first.remedy,
      cause: first,
    });
  }
}

/** Throws a ConnectorError `aborted` once the user has stopped the run. */
export function stopIfAborted(signal: AbortSignal, endpoint: string): void {
  if (!signal.aborted) return;
  throw new ConnectorError({
    code: 'aborted',
    message: 'Stopped.',
    endpoint,
    remedy: 'Run it again; it goes on where it stopped.',
  });
}

/**
 * The files of a path or glob, absolute and sorted. `*` and `**` leave out hidden names and `node_modules`
 * unless the pattern names them. Throws `not_found` when nothing matches, `input` for a folder.
 */
export async function findFiles(
  pattern: string,
  directory: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const whole = resolve(directory, pattern);
  const literal = await stat(whole).catch(() => null);
  if (literal?.isFile()) return [whole];
  if (literal) {
    throw new ConnectorError({
      code: 'input',
      message: `${pattern} is not a file.`,
      endpoint: whole,
      remedy: `Name a file, or a pattern such as ${join(pattern, '*.json')}.`,
    });
  }
  const { default: picomatch } = await import('picomatch');
  const { folder, rest } = await existingPart(whole);
  const { isGlob } = picomatch.scan(rest);
  const found = isGlob ? await walk(folder, rest, signal) : [];
  if (found.length > 0) return found.sort();
  throw new ConnectorError({
    code: 'not_found',
    message: isGlob ? `No file matches ${rest} in ${folder}.` : `There is no file ${whole}.`,
    endpoint: whole,
    remedy:
      'Check the path (it is relative to the file that names it), and that the job which writes it ran.',
  });
}

/** What exists is meant as it is written: a folder may be called `[web]`. The rest is a glob. */
async function existingPart(whole: string): Promise<{ folder: string; rest: string }> {
  let folder = parse(whole).root;
  const parts = relative(folder, whole).split(sep);
  for (let part = parts[0]; parts.length > 1 && part !== undefined; part = parts[0]) {
    const found = await stat(join(folder, part)).catch(() => null);
    if (!found?.isDirectory()) break;
    folder = join(folder, part);
    parts.shift();
  }
  return { folder, rest: parts.join('/') };
}

async function walk(root: string, glob: string, signal: AbortSignal): Promise<string[]> {
  const { default: picomatch } = await import('picomatch');
  const matches = picomatch(glob);
  const deepest = glob.includes('**') ? Number.POSITIVE_INFINITY : glob.split('/').length;
  const meansHidden = /(^|\/)\.[^/]/.test(glob);
  const meansInstalled = glob.includes('node_modules');
  const found: string[] = [];
  const folders: { path: string; name: string; depth: number }[] = [{ path: root, name: '', depth: 1 }];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    stopIfAborted(signal, root);
    const entries = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = folder.name ? `${folder.name}/${entry.name}` : entry.name;
      const path = join(folder.path, entry.name);
      if (entry.isDirectory()) {
        const passed = entry.name.startsWith('.')
          ? meansHidden
          : entry.name !== 'node_modules' || meansInstalled;
        if (folder.depth < deepest && passed) folders.push({ path, name, depth: folder.depth + 1 });
        continue;
      }
      if (!matches(name)) continue;
      if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) found.push(path);
      if (found.length > MAX_MATCHES) {
        throw new ConnectorError({
          code: 'input',
          message: `More than ${MAX_MATCHES} files match ${glob}.`,
          endpoint: root,
          remedy: 'Narrow the pattern.',
        });
      }
    }
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}

/** Rejects with a ConnectorError unless this process may read the file. */
export async function assertReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/** Changes whenever the content may have: a key for skipping what was read before, never an identity. */
export async function fileStamp(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return `${found.size}:${found.mtimeMs}:${found.ctimeMs}`;
}

/** The file's bytes, at most `limit` of them; more is an `input` error. */
export async function* readChunks(path: string, limit: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  stopIfAborted(signal, path);
  const found = await stat(path).catch(() => null);
  if (found !== null && found.size > limit) throw tooLarge(path, limit);
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(path, limit);
      yield chunk;
    }
  } catch (cause) {
    stopIfAborted(signal, path);
    throw cause instanceof Error && 'syscall' in cause ? unreadable(path, cause) : cause;
  }
}

/** The text of a file of at most `limit` bytes, a byte order mark left out. */
export async function readText(path: string, limit: number, signal: AbortSignal): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (found.size > limit) throw tooLarge(path, limit);
  const bytes = await readFile(path, { signal }).catch((cause: unknown) => {
    stopIfAborted(signal, path);
    throw unreadable(path, cause);
  });
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** By its byte order mark; UTF-8 without one. .NET tools write UTF-16 now and then. */
export function encodingOf(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function tooLarge(path: string, limit: number): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `The file is larger than ${Math.round(limit / 2 ** 20)} MB.`,
    endpoint: path,
    remedy: 'Check that the path names a report.',
  });
}

function unreadable(path: string, cause: unknown): ConnectorError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const gone = code === 'ENOENT' || code === 'ENOTDIR';
  const refused = code === 'EACCES' || code === 'EPERM';
  return new ConnectorError({
    code: gone ? 'not_found' : refused ? 'forbidden' : 'input',
    message: gone
      ? 'The file is gone.'
      : refused
        ? 'The file may not be read.'
        : `The file cannot be read (${code}).`,
    endpoint: path,
    remedy: refused
      ? 'Let the user that runs krsync read it.'
      : 'Check that the job which writes it ran, and run krsync again.',
    cause,
  });
}
