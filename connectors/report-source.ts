import { encodingOf, readChunks } from './files.ts';

/** A report wherever it lies: a file, an entry of an archive. */
export interface ReportSource {
  /** For messages: a path, or an archive's name with the entry's. */
  readonly name: string;
  /** The bytes from the start, bounded. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A file of at most `limit` bytes. */
export function fileSource(path: string, limit: number, signal: AbortSignal): ReportSource {
  return { name: path, chunks: () => readChunks(path, limit, signal) };
}

/** The text piece by piece, a byte order mark left out; `onBytes` sees what it was made of. */
export async function* textOf(
  source: ReportSource,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  for await (const chunk of source.chunks()) {
    onBytes(chunk);
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder) yield decoder.decode();
}
