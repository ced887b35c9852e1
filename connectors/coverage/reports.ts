import { relative } from 'node:path';
import type { Instant, Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { FaultList, fileStamp, findFiles } from '../files.ts';
import { commitTime } from './commit-time.ts';
import { type Memory, openMemory } from './memory.ts';
import { readReport } from './read.ts';
import { samplesOf } from './samples.ts';
import type { CoverageReport, CoverageSettings } from './settings.ts';

const FILES_PER_BATCH = 50;

/**
 * Reads the reports of one subject that changed. A report that cannot be read does not keep the others back: what
 * went wrong is thrown when all are through.
 */
export async function* pullReports(
  context: PullContext<CoverageSettings>,
  subject: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const memory = openMemory(cursor);
  const faults = new FaultList();
  let records: Sample[] = [];
  let files = 0;
  for (const report of context.settings.reports) {
    if (report.subject !== subject) continue;
    const found = await faults.collect(findFiles(report.path, context.directory, context.signal));
    for (const file of found ?? []) {
      records.push(...((await faults.collect(readFile(context, memory, report, file))) ?? []));
      files++;
      if (files % FILES_PER_BATCH !== 0 || !memory.changed()) continue;
      yield { records, cursor: memory.save() };
      records = [];
    }
  }
  if (records.length > 0 || memory.changed()) yield { records, cursor: memory.save() };
  faults.throwIfAny();
}

/** The samples of a file that changed; none where it holds what it held before. */
async function readFile(
  context: PullContext<CoverageSettings>,
  memory: Memory,
  report: CoverageReport,
  file: string,
): Promise<readonly Sample[]> {
  const flag = report.flag ?? '';
  const key = `${flag}:${relative(context.directory, file)}`;
  const stamp = await fileStamp(file);
  if (memory.isUnchanged(key, stamp)) return [];
  const read = await readReport(file, report.format ?? null, context.signal);
  const before = memory.contentOf(key);
  // A file that changed while it was read is looked at again by the next pull.
  memory.put(key, (await fileStamp(file)) === stamp ? stamp : '', read.hash);
  if (before === read.hash) return [];

  const time = read.totals.measuredAt ?? (await timeOutside(context, report, file));
  const sighting =
    time === null
      ? memory.sight(`${flag}:${read.hash}`, context.now(), before !== null)
      : { at: time, returns: 0 };
  const samples = samplesOf(report, read, sighting.at, sighting.returns);
  if (samples.length === 0) {
    context.logger.warn(
      { file, format: read.format },
      'The coverage report covers no code: no sample is made of it.',
    );
  }
  return samples;
}

/** When CI says that it was measured, else when the measured commit was made. */
async function timeOutside(
  context: PullContext<CoverageSettings>,
  report: CoverageReport,
  file: string,
): Promise<Instant | null> {
  if (report.date !== undefined) return Date.parse(report.date);
  if (report.commit !== undefined) return commitTime(file, report.commit, context.signal);
  return null;
}
