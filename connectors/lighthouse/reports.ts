import { createHash } from 'node:crypto';
import { basename, relative } from 'node:path';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { readCursor } from '../cursors.ts';
import { ConnectorError } from '../errors.ts';
import { FaultList, faultyReport, fileStamp, findFiles, ReportFault, readText } from '../files.ts';
import { parseRuns } from './parse.ts';
import { samplesOf, warnOfMissing } from './samples.ts';
import type { LighthouseReport, LighthouseSettings } from './settings.ts';

/** A report with its screenshots is about 1 MB; a list of runs is larger. */
const LIMIT = 200 * 2 ** 20;
const FILES_PER_BATCH = 50;

/** What each file was when it was read, and the runs that were made samples of under its name. */
const saved = z.object({
  files: z.record(z.string(), z.object({ stamp: z.string(), runs: z.array(z.string()) })),
});
type Read = z.infer<typeof saved>['files'];

/**
 * Reads the reports of one pattern that changed. A file that cannot be read does not keep the others back: what went
 * wrong is thrown when all are through.
 */
export async function* pullReports(
  context: PullContext<LighthouseSettings>,
  report: LighthouseReport,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const found = await ownFiles(context, report);
  const read = new Map(Object.entries(readCursor(saved, cursor)?.files ?? {}));
  /** By run the file that it is known by: a copy under another name is the same run. */
  const owners = new Map([...read].flatMap(([key, { runs }]) => runs.map((run) => [run, key] as const)));
  const faults = new FaultList();
  let records: Sample[] = [];
  let files = 0;
  for (const file of found) {
    const key = relative(context.directory, file);
    const stamp = await faults.collect(fileStamp(file));
    if (stamp === null || read.get(key)?.stamp === stamp) continue;
    const runs = await faults.collect(readRuns(context, report, file));
    if (runs === null) continue;
    const own = runs.filter(({ id }) => (owners.get(id) ?? key) === key);
    for (const { id, samples } of own) {
      owners.set(id, key);
      records.push(...samples);
    }
    read.set(key, { stamp, runs: [...new Set(own.map(({ id }) => id))] });
    files++;
    if (files % FILES_PER_BATCH !== 0) continue;
    yield { records, cursor: cursorOf(read) };
    records = [];
  }
  if (files % FILES_PER_BATCH !== 0) {
    // Files that are gone are forgotten; their samples stay.
    const kept = new Set(found.map((file) => relative(context.directory, file)));
    for (const key of read.keys()) if (!kept.has(key)) read.delete(key);
    yield { records, cursor: cursorOf(read) };
  }
  faults.throwIfAny();
}

/** The files of the pattern, less those that an earlier one about the same subject has: a run counts once. */
async function ownFiles(
  context: PullContext<LighthouseSettings>,
  report: LighthouseReport,
): Promise<readonly string[]> {
  const { directory, signal, settings } = context;
  const found = await findFiles(report.path, directory, signal);
  const reports = settings.reports ?? [];
  const others = reports.slice(0, reports.indexOf(report));
  const taken = new Set<string>();
  for (const other of others.filter(({ subject }) => subject === report.subject)) {
    // What is wrong with another pattern is told where that is read.
    const files = await findFiles(other.path, directory, signal).catch((error: unknown) => {
      if (error instanceof ConnectorError && error.code !== 'aborted') return [];
      throw error;
    });
    for (const file of files) taken.add(file);
  }
  return found.filter((file) => !taken.has(file));
}

interface RunOfFile {
  /** Of the run's content. */
  readonly id: string;
  readonly samples: readonly Sample[];
}

async function readRuns(
  context: PullContext<LighthouseSettings>,
  report: LighthouseReport,
  file: string,
): Promise<readonly RunOfFile[]> {
  const text = await readText(file, LIMIT, context.signal);
  try {
    return parseRuns(text).map((parsed) => {
      const { samples, missing } = samplesOf(parsed, {
        name: basename(file),
        subject: report.subject ?? null,
      });
      warnOfMissing(context, file, missing);
      const id = createHash('sha256').update(parsed.content).digest('hex').slice(0, 16);
      return { id, samples };
    });
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    const remedy =
      'Write it with `lighthouse URL --output json`, or narrow the pattern to the reports alone.';
    throw faultyReport(file, error, remedy);
  }
}

function cursorOf(read: ReadonlyMap<string, Read[string]>): string {
  return JSON.stringify({ files: Object.fromEntries(read) } satisfies z.input<typeof saved>);
}
