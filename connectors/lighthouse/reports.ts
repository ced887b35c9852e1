import { basename, relative } from 'node:path';
import * as z from 'zod';
import type { Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { FaultList, faultyReport, fileStamp, findFiles, ReportFault, readText } from '../files.ts';
import { parseRuns } from './parse.ts';
import { samplesOf } from './samples.ts';
import type { LighthouseReport, LighthouseSettings } from './settings.ts';

/** A report with its screenshots is about 1 MB; a list of runs is larger. */
const LIMIT = 200 * 2 ** 20;
const FILES_PER_BATCH = 50;

const saved = z.object({ files: z.record(z.string(), z.string()) });

/**
 * Reads the reports of one pattern that changed. A file that cannot be read does not keep the others back: what went
 * wrong is thrown when all are through.
 */
export async function* pullReports(
  context: PullContext<LighthouseSettings>,
  report: LighthouseReport,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const found = await findFiles(report.path, context.directory, context.signal);
  const read = new Map(Object.entries(parseCursor(cursor)));
  const faults = new FaultList();
  let records: Sample[] = [];
  let files = 0;
  for (const file of found) {
    const key = relative(context.directory, file);
    const stamp = await faults.collect(fileStamp(file));
    if (stamp === null || read.get(key) === stamp) continue;
    const samples = await faults.collect(readSamples(context, report, file));
    if (samples === null) continue;
    records.push(...samples);
    read.set(key, stamp);
    files++;
    if (files % FILES_PER_BATCH !== 0) continue;
    yield { records, cursor: JSON.stringify({ files: Object.fromEntries(read) }) };
    records = [];
  }
  if (files % FILES_PER_BATCH !== 0) {
    // Files that are gone are forgotten; their samples stay.
    const kept = found.map((file) => relative(context.directory, file)).filter((key) => read.has(key));
    yield {
      records,
      cursor: JSON.stringify({ files: Object.fromEntries(kept.map((key) => [key, read.get(key)])) }),
    };
  }
  faults.throwIfAny();
}

async function readSamples(
  context: PullContext<LighthouseSettings>,
  report: LighthouseReport,
  file: string,
): Promise<readonly Sample[]> {
  const text = await readText(file, LIMIT, context.signal);
  try {
    return parseRuns(text).flatMap((parsed) => {
      const { samples, missing } = samplesOf(parsed, basename(file), report.subject ?? null);
      if (missing.length > 0) {
        context.logger.warn(
          { file, missing },
          'The Lighthouse run did not measure everything: no sample is made of that.',
        );
      }
      return samples;
    });
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error;
    const remedy =
      'Write it with `lighthouse URL --output json`, or narrow the pattern to the reports alone.';
    throw faultyReport(file, error, remedy);
  }
}

function parseCursor(cursor: string | null): Readonly<Record<string, string>> {
  if (cursor === null) return {};
  try {
    return saved.parse(JSON.parse(cursor)).files;
  } catch {
    return {};
  }
}
