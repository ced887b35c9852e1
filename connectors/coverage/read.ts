import { createHash } from 'node:crypto';
import { encodingOf, faultyReport, ReportFault, readChunks } from '../files.ts';
import type { CoverageFormat } from './settings.ts';
import { MEASURES, type ReportParser, type Totals } from './totals.ts';
import type { XmlFormat } from './xml.ts';

/** Larger than any report that was seen; a limit only against what is no report. */
const LIMIT = 200 * 2 ** 20;

export interface ReadReport {
  readonly format: CoverageFormat;
  readonly totals: Totals;
  /** Of the bytes, in hex. */
  readonly hash: string;
}

/**
 * Reads one report file as a stream. Its format is told by its content where `expected` does not say. Throws a
 * ConnectorError `shape` with `file:line:column` as its endpoint for a file that is empty, damaged or of no known format.
 */
export async function readReport(
  file: string,
  expected: CoverageFormat | null,
  signal: AbortSignal,
): Promise<ReadReport> {
  const hash = createHash('sha256');
  let decoder: ReturnType<typeof decoderFor> | null = null;
  let opened: OpenParser | null = null;
  let blank = '';

  async function take(text: string): Promise<void> {
    if (opened) {
      opened.parser.write(text);
      return;
    }
    blank += text;
    if (blank.trimStart() === '') return;
    opened = await openParser(blank.trimStart(), expected);
    opened.parser.write(blank);
  }

  try {
    for await (const chunk of readChunks(file, LIMIT, signal)) {
      hash.update(chunk);
      decoder ??= decoderFor(chunk);
      await take(decoder.decode(chunk, { stream: true }));
    }
    if (decoder) await take(decoder.decode());
    const done = opened as OpenParser | null;
    if (!done) throw new ReportFault('the file is empty', 1, 1);
    const totals = done.parser.end();
    checkTotals(totals);
    return { format: done.format(), totals, hash: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    const remedy = expected
      ? `Check that it is a whole ${expected} report, or leave out \`format\`.`
      : 'Give a whole report of Istanbul (JSON), lcov, Cobertura, JaCoCo, Clover, OpenCover or `go test -coverprofile`; run the tests again if it was cut off.';
    throw faultyReport(file, error, remedy);
  }
}

function decoderFor(start: Uint8Array) {
  return new TextDecoder(encodingOf(start));
}

interface OpenParser {
  readonly parser: ReportParser;
  readonly format: () => CoverageFormat;
}

/** Each format's parser is loaded when a report of it is met. */
async function openParser(start: string, expected: CoverageFormat | null): Promise<OpenParser> {
  const format = expected ?? formatBy(start);
  if (format === 'istanbul') {
    const { istanbulParser } = await import('./istanbul.ts');
    return { parser: istanbulParser(), format: () => format };
  }
  if (format === 'lcov') {
    const { lcovParser } = await import('./lcov.ts');
    return { parser: lcovParser(), format: () => format };
  }
  if (format === 'go') {
    const { goParser } = await import('./go.ts');
    return { parser: goParser(), format: () => format };
  }
  const { xmlParser } = await import('./xml.ts');
  const parser = xmlParser(format);
  return { parser, format: () => parser.format() ?? 'cobertura' };
}

/** By its first characters; null for XML, whose root tells. */
function formatBy(start: string): Exclude<CoverageFormat, XmlFormat> | null {
  if (start.startsWith('{')) return 'istanbul';
  if (start.startsWith('<')) return null;
  return start.startsWith('mode:') ? 'go' : 'lcov';
}

function checkTotals(totals: Totals): void {
  for (const kind of MEASURES) {
    const part = totals[kind];
    if (part && part.covered > part.total) {
      throw new ReportFault(`it counts ${part.covered} covered ${kind} of ${part.total}`, 1, 1);
    }
  }
}
