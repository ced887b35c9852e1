import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Instant, RecordRef, Sample } from '../../src/domain/records.ts';
import type { Batch, PullContext } from '../contract.ts';
import { FaultList, fileStamp, findFiles } from '../files.ts';
import { commitTime } from './commit-time.ts';
import { componentOf } from './components.ts';
import { type Memory, openMemory } from './memory.ts';
import { contentName, idOf, type SampleName } from './names.ts';
import { readReport } from './read.ts';
import { samplesOf } from './samples.ts';
import type { CoverageReport, CoverageSettings } from './settings.ts';
import { MEASURES } from './totals.ts';

const FILES_PER_BATCH = 50;

/** One entry of the settings as far as it tells of one subject. */
interface Task {
  readonly report: CoverageReport;
  readonly subject: string;
  /** Of the component's files; null for the whole report. */
  readonly patterns: readonly string[] | null;
  /** Sets its files apart from those of other entries. */
  readonly prefix: string;
  /** Changes with anything that bears on what is made of a file. */
  readonly settings: string;
}

interface Found {
  readonly samples: readonly Sample[];
  readonly removed: readonly RecordRef[];
}

/**
 * Reads the reports of one subject that changed, or of which the settings say something else now. A report that cannot
 * be read does not keep the others back: what went wrong is thrown when all are through.
 */
export async function* pullReports(
  context: PullContext<CoverageSettings>,
  subject: string,
  cursor: string | null,
): AsyncGenerator<Batch> {
  const memory = await openMemory(cursor, () => context.storedIds('sample'));
  const faults = new FaultList();
  const keys = new Set<string>();
  /** Of entries whose files could not be listed: they may still be there. */
  const unknown: string[] = [];
  /** By id: the same content in two files is one sample. */
  let samples = new Map<string, Sample>();
  let removed: RecordRef[] = [];
  let files = 0;

  function batch(): Batch {
    const all = {
      records: [...samples.values()],
      ...(removed.length > 0 ? { removed } : {}),
      cursor: memory.save(),
    };
    samples = new Map();
    removed = [];
    return all;
  }

  for (const task of tasksOf(context, subject)) {
    const found = await faults.collect(findFiles(task.report.path, context.directory, context.signal));
    if (found === null) unknown.push(task.prefix);
    for (const file of found ?? []) {
      const key = task.prefix + relative(context.directory, file);
      keys.add(key);
      const made = await faults.collect(readFile(context, memory, task, { file, key }));
      for (const sample of made?.samples ?? []) samples.set(sample.id, sample);
      removed.push(...(made?.removed ?? []));
      files++;
      if (files % FILES_PER_BATCH === 0 && memory.changed()) yield batch();
    }
  }
  memory.forgetBut((key) => keys.has(key) || unknown.some((prefix) => key.startsWith(prefix)));
  if (memory.changed()) yield batch();
  faults.throwIfAny();
}

function tasksOf(
  { settings: { reports }, directory }: PullContext<CoverageSettings>,
  subject: string,
): readonly Task[] {
  const tasks: Task[] = [];
  for (const [index, report] of reports.entries()) {
    const { flag, commit, branch, date, format, components = {} } = report;
    const own = components[subject];
    const parts = [
      ...(report.subject === subject ? [null] : []),
      ...(own === undefined ? [] : [[own].flat()]),
    ];
    // Two entries may read one file under two flags.
    const path = relative(directory, resolve(directory, report.path));
    const twin = reports.slice(0, index).filter((other) => other.path === report.path).length;
    for (const patterns of parts) {
      tasks.push({
        report,
        subject,
        patterns,
        prefix: `${path}${twin > 0 ? `#${twin}` : ''}${patterns ? '?' : ''}:`,
        settings: createHash('sha256')
          .update(JSON.stringify([flag, commit, branch, date, format, patterns]))
          .digest('hex')
          .slice(0, 12),
      });
    }
  }
  return tasks;
}

/** The samples of a file that changed; none where it holds what it held before, read as it was. */
async function readFile(
  context: PullContext<CoverageSettings>,
  memory: Memory,
  task: Task,
  { file, key }: { readonly file: string; readonly key: string },
): Promise<Found> {
  const { report, subject, patterns, settings } = task;
  const nothing = { samples: [], removed: [] };
  const stamp = await fileStamp(file);
  const before = memory.readingOf(key);
  if (before?.stamp === stamp && before.settings === settings) return nothing;
  const read = await readReport(file, report.format ?? null, context.signal);
  // A file that changed while it was read is looked at again by the next pull.
  const same = (await fileStamp(file)) === stamp ? stamp : '';
  if (before?.hash === read.hash && before.settings === settings) {
    memory.put(key, { ...before, stamp: same });
    return nothing;
  }

  const content = contentName(subject, report.flag ?? '', read.hash);
  const time = read.totals.measuredAt ?? (await timeOutside(context, report, file));
  const replacesOther = before !== null && before.hash !== read.hash;
  const seenAt = time === null ? memory.sight(content, context.now(), replacesOther) : null;
  const name = { content, seenAt };
  const coverage = patterns === null ? read.totals : await componentOf(read.totals, patterns);
  const measuredAt = time ?? seenAt ?? context.now();
  const samples = coverage
    ? samplesOf(report, { subject, name, coverage, format: read.format, measuredAt })
    : [];
  if (samples.length === 0) {
    context.logger.warn(
      { file, format: read.format, subject },
      patterns === null
        ? 'The coverage report covers no code: no sample is made of it.'
        : "The coverage report names no code of the component's paths: no sample is made of it.",
    );
  }
  const old = replacesOther ? null : (before?.name ?? null);
  memory.put(key, { stamp: same, hash: read.hash, settings, name: samples.length > 0 ? name : null });
  return { samples, removed: old ? outdated(memory, key, old, samples) : [] };
}

/** What was made of the same content under other settings and is called otherwise now. */
function outdated(
  memory: Memory,
  key: string,
  old: SampleName,
  samples: readonly Sample[],
): readonly RecordRef[] {
  if (memory.isNamedElsewhere(old, key)) return [];
  const made = new Set(samples.map((sample) => sample.id));
  const ids = MEASURES.map((kind) => idOf(old, kind)).filter((id) => !made.has(id));
  return ids.map((id) => ({ recordType: 'sample', id }));
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
