import { createHash } from 'node:crypto';
import { faultyReport, ReportFault } from '../files.ts';
import { joinedHash } from '../report-names.ts';
import { fileSource, type ReportSource, textOf } from '../report-source.ts';
import type { CoverageFormat } from './settings.ts';
import { MEASURES, type ReportParser, type Totals } from './totals.ts';
import type { XmlFormat } from './xml.ts';

/** Larger than any report that was seen; a limit only against what is no report. */
export const LIMIT = 200 * 2 ** 20;

export interface ReadReport {
  readonly format: CoverageFormat;
  readonly totals: Totals;
  /** Of the bytes, in hex; of several files in any order. */
  readonly hash: string;
}

/** One report file; see `readReports`. */
export function readReport(
  file: string,
  expected: CoverageFormat | null,
  signal: AbortSignal,
): Promise<ReadReport> {
  return readReports([fileSource(file, LIMIT, signal)], expected);
}

/**
 * Reads a report of one or more files as a stream. Its format is told by its content where `expected` does not say.
 * Several files are joined as their format means it: what two list is counted once, and is hit when either says so.
 * Throws a ConnectorError `shape` with `file:line:column` as its endpoint for a file that is empty, damaged, of no
 * known format, or that cannot be joined.
 */
export async function readReports(
  sources: readonly ReportSource[],
  expected: CoverageFormat | null,
): Promise<ReadReport> {
  const hashes: string[] = [];
  let opened: OpenParser | null = null;
  for (const source of sources) {
    const hash = createHash('sha256');
    let blank: string | null = '';
    try {
      for await (const text of textOf(source, (bytes) => hash.update(bytes))) {
        if (opened && blank === null) {
          opened.parser.write(text);
          continue;
        }
        blank = `${blank ?? ''}${text}`;
        if (blank.trimStart() === '') continue;
        opened = await parserFor(blank.trimStart(), expected, opened);
        opened.parser.write(blank);
        blank = null;
      }
      if (!opened || blank !== null) throw new ReportFault('the file is empty', 1, 1);
      opened.parser.endFile();
      hashes.push(hash.digest('hex'));
    } catch (error) {
      throw told(error, source, expected);
    }
  }
  const last = sources.at(-1);
  if (!opened || !last) throw new Error('unreachable: a report has at least one file');
  const totals = opened.parser.end();
  try {
    checkTotals(totals);
  } catch (error) {
    throw told(error, last, expected);
  }
  return { format: opened.format(), totals, hash: joinedHash(hashes) };
}

function told(error: unknown, source: ReportSource, expected: CoverageFormat | null): unknown {
  return error instanceof ReportFault ? faultyReport(source.name, error, remedyFor(expected)) : error;
}

function remedyFor(expected: CoverageFormat | null): string {
  return expected
    ? `Check that it is a whole ${expected} report, or leave out \`format\`.`
    : 'Give a whole report of Istanbul (JSON), lcov, Cobertura, JaCoCo, Clover, OpenCover or `go test -coverprofile`; run the tests again if it was cut off.';
}

interface OpenParser {
  readonly family: string;
  readonly parser: ReportParser;
  readonly format: () => CoverageFormat;
}

/** The one that is open, where the file is of its format. */
async function parserFor(
  start: string,
  expected: CoverageFormat | null,
  open: OpenParser | null,
): Promise<OpenParser> {
  const format = expected ?? formatBy(start);
  const family = format ?? 'xml';
  if (open?.family === family) return open;
  if (open) throw new ReportFault(`it is ${family}, and cannot be joined with ${open.format()}`, 1, 1);
  return { ...(await openParser(format)), family };
}

/** Each format's parser is loaded when a report of it is met. */
async function openParser(format: CoverageFormat | null): Promise<Omit<OpenParser, 'family'>> {
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
