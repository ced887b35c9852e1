import { createHash } from 'node:crypto';
import { encodingOf, faultyReport, ReportFault, readChunks } from '../files.ts';
import type { CoverageFormat } from './settings.ts';
import type { ReportParser, Totals } from './totals.ts';

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
      : 'Give a whole Istanbul coverage-summary.json, lcov, Cobertura, JaCoCo or Clover report; run the tests again if it was cut off.';
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
  const format = expected ?? (start.startsWith('{') ? 'istanbul' : start.startsWith('<') ? null : 'lcov');
  if (format === 'istanbul') {
    const { istanbulParser } = await import('./istanbul.ts');
    return { parser: istanbulParser(), format: () => format };
  }
  if (format === 'lcov') {
    const { lcovParser } = await import('./lcov.ts');
    return { parser: lcovParser(), format: () => format };
  }
  const { xmlParser } = await import('./xml.ts');
  const parser = xmlParser(format);
  return { parser, format: () => parser.format() ?? 'cobertura' };
}

function checkTotals(totals: Totals): void {
  for (const kind of ['lines', 'branches', 'functions'] as const) {
    const part = totals[kind];
    if (part && part.covered > part.total) {
      throw new ReportFault(`it counts ${part.covered} covered ${kind} of ${part.total}`, 1, 1);
    }
  }
}
