import { createHash } from 'node:crypto';
import { faultyReport, ReportFault } from '../files.ts';
import { joinedHash } from '../report-names.ts';
import { type ReportSource, textOf } from '../report-source.ts';
import { junitParser, type TestTotals } from './parse.ts';

/** Larger than any report that was seen, with the log of every test. */
export const LIMIT = 200 * 2 ** 20;

export interface ReadTests {
  readonly totals: TestTotals;
  /** Of the bytes, in hex; of several files in any order. */
  readonly hash: string;
  readonly measuredAt: number | null;
  /** Where attributes and cases differ: what people may want to look at. */
  readonly differences: readonly string[];
}

/** Reads one run from one or more files. Throws a ConnectorError `shape` at `file:line:column` for what is no report. */
export async function readTests(sources: readonly ReportSource[]): Promise<ReadTests> {
  const hashes: string[] = [];
  const differences: string[] = [];
  let totals: TestTotals | null = null;
  for (const source of sources) {
    const hash = createHash('sha256');
    const own = await readOne(source, (bytes) => hash.update(bytes));
    hashes.push(hash.digest('hex'));
    if (own.said !== null) {
      differences.push(`${source.name} speaks of ${own.said} tests and lists ${own.tests}`);
    }
    totals = totals ? joined(totals, own) : own;
  }
  if (!totals) throw new Error('unreachable: a report has at least one file');
  return { totals, hash: joinedHash(hashes), measuredAt: totals.measuredAt, differences };
}

async function readOne(source: ReportSource, onBytes: (bytes: Uint8Array) => void): Promise<TestTotals> {
  const parser = junitParser();
  let isBlank = true;
  let blank = '';
  try {
    for await (const text of textOf(source, onBytes)) {
      if (!isBlank) {
        parser.write(text);
        continue;
      }
      blank += text;
      if (blank.trim() === '') continue;
      isBlank = false;
      if (!blank.trimStart().startsWith('<')) throw new ReportFault('it is not XML', 1, 1);
      parser.write(blank);
    }
    if (isBlank) throw new ReportFault('the file is empty', 1, 1);
    return parser.end();
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    const remedy =
      'Give a whole JUnit XML report, or narrow the pattern to the reports alone; run the tests again if it was cut off.';
    throw faultyReport(source.name, error, remedy);
  }
}

function joined(a: TestTotals, b: TestTotals): TestTotals {
  return {
    tests: a.tests + b.tests,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    flaky: a.flaky + b.flaky,
    // Where one part does not tell its time, the whole is not known.
    duration: a.duration === null || b.duration === null ? null : a.duration + b.duration,
    measuredAt: Math.max(a.measuredAt ?? 0, b.measuredAt ?? 0) || null,
    said: null,
  };
}
