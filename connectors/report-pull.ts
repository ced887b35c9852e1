import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Instant, RecordRef, Sample } from '../src/domain/records.ts';
import { commitTime } from './commit-time.ts';
import type { Batch, PullContext } from './contract.ts';
import { FaultList, fileStamp, findFiles } from './files.ts';
import { type Memory, openMemory } from './report-memory.ts';
import { contentName, idOf, type SampleName } from './report-names.ts';

const READINGS_PER_BATCH = 50;

/** What the settings say about report files, whatever is in them. */
export interface ReportEntry {
  readonly path: string;
  /** The files of the pattern are parts of one report. */
  readonly merge?: boolean | undefined;
  readonly flag?: string | undefined;
  readonly commit?: string | undefined;
  readonly date?: string | undefined;
}

/** What was read, as far as it is the same for every kind of report. */
export interface ReportContent {
  /** Of the bytes, in hex. */
  readonly hash: string;
  /** The time inside the report. */
  readonly measuredAt: Instant | null;
}

/** One entry of the settings as far as it tells of one subject. */
export interface ReportTask<Content extends ReportContent> {
  readonly entry: ReportEntry;
  readonly subject: string;
  /** Sets its files apart from those of other entries. */
  readonly prefix: string;
  /** Changes with anything that bears on what is made of a file. */
  readonly settings: string;
  /** What the samples of one report are told apart by. */
  readonly parts: readonly string[];
  /** Throws a ConnectorError for files that are no report. */
  read(files: readonly string[]): Promise<Content>;
  /** None where the report measured nothing; it says so. */
  make(
    content: Content,
    name: SampleName,
    measuredAt: Instant,
    files: readonly string[],
  ): Promise<readonly Sample[]>;
}

interface Group {
  readonly key: string;
  readonly files: readonly string[];
}

interface Found {
  readonly samples: readonly Sample[];
  readonly removed: readonly RecordRef[];
}

/**
 * Reads the reports that changed, or of which the settings say something else now. A report that cannot be read does
 * not keep the others back: what went wrong is thrown when all are through.
 */
export async function* pullReportFiles<Content extends ReportContent>(
  context: PullContext,
  tasks: readonly ReportTask<Content>[],
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
  let readings = 0;

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

  for (const task of tasks) {
    const found = await faults.collect(findFiles(task.entry.path, context.directory, context.signal));
    if (found === null) unknown.push(task.prefix);
    for (const group of groupsOf(context, task, found ?? [])) {
      keys.add(group.key);
      const made = await faults.collect(readGroup(context, memory, task, group));
      for (const sample of made?.samples ?? []) samples.set(sample.id, sample);
      removed.push(...(made?.removed ?? []));
      readings++;
      if (readings % READINGS_PER_BATCH === 0 && memory.changed()) yield batch();
    }
  }
  memory.forgetBut((key) => keys.has(key) || unknown.some((prefix) => key.startsWith(prefix)));
  if (memory.changed()) yield batch();
  faults.throwIfAny();
}

/** What an entry's files are remembered under, and what its settings come to. Two entries may read one file. */
export function taskPlace(
  { directory }: PullContext,
  entries: readonly ReportEntry[],
  index: number,
  bearing: readonly unknown[],
): { readonly prefix: string; readonly settings: string } {
  const own = entries[index]?.path ?? '';
  const twin = entries.slice(0, index).filter((other) => other.path === own).length;
  const path = relative(directory, resolve(directory, own));
  return {
    prefix: `${path}${twin > 0 ? `#${twin}` : ''}`,
    settings: createHash('sha256').update(JSON.stringify(bearing)).digest('hex').slice(0, 12),
  };
}

function groupsOf(
  { directory }: PullContext,
  { entry, prefix }: Pick<ReportTask<ReportContent>, 'entry' | 'prefix'>,
  files: readonly string[],
): readonly Group[] {
  if (entry.merge) return files.length > 0 ? [{ key: `${prefix}+`, files }] : [];
  return files.map((file) => ({ key: prefix + relative(directory, file), files: [file] }));
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps: string[] = [];
  for (const file of files) stamps.push(await fileStamp(file));
  const [only] = stamps;
  if (only !== undefined && stamps.length === 1) return only;
  return createHash('sha256')
    .update(JSON.stringify([files, stamps]))
    .digest('hex')
    .slice(0, 24);
}

/** The samples of what changed; none where it holds what it held before, read as it was. */
async function readGroup<Content extends ReportContent>(
  context: PullContext,
  memory: Memory,
  task: ReportTask<Content>,
  { key, files }: Group,
): Promise<Found> {
  const { entry, subject, settings } = task;
  const nothing = { samples: [], removed: [] };
  const stamp = await stampOf(files);
  const before = memory.readingOf(key);
  if (before?.stamp === stamp && before.settings === settings) return nothing;
  const content = await task.read(files);
  // A file that changed while it was read is looked at again by the next pull.
  const same = (await stampOf(files)) === stamp ? stamp : '';
  if (before?.hash === content.hash && before.settings === settings) {
    memory.put(key, { ...before, stamp: same });
    return nothing;
  }

  const called = contentName(subject, entry.flag ?? '', content.hash);
  const time = content.measuredAt ?? (await timeOutside(context, entry, files[0] ?? ''));
  const replacesOther = before !== null && before.hash !== content.hash;
  const seenAt = time === null ? memory.sight(called, context.now(), replacesOther) : null;
  const name = { content: called, seenAt };
  const measuredAt = time ?? seenAt ?? context.now();
  const samples = await task.make(content, name, measuredAt, files);
  // Joined files that were read while a run still wrote them are the same run when it is through.
  const isOutdated = !replacesOther || (entry.merge === true && before.at === measuredAt);
  const old = isOutdated ? (before?.name ?? null) : null;
  memory.put(key, {
    stamp: same,
    hash: content.hash,
    settings,
    name: samples.length > 0 ? name : null,
    ...(entry.merge ? { at: measuredAt } : {}),
  });
  return { samples, removed: old ? outdated(memory, task, key, old, samples) : [] };
}

/** What was made of the same content under other settings and is called otherwise now. */
function outdated(
  memory: Memory,
  { parts }: Pick<ReportTask<ReportContent>, 'parts'>,
  key: string,
  old: SampleName,
  samples: readonly Sample[],
): readonly RecordRef[] {
  if (memory.isNamedElsewhere(old, key)) return [];
  const made = new Set(samples.map((sample) => sample.id));
  const ids = parts.map((part) => idOf(old, part)).filter((id) => !made.has(id));
  return ids.map((id) => ({ recordType: 'sample', id }));
}

/** When CI says that it was measured, else when the measured commit was made. */
async function timeOutside(context: PullContext, entry: ReportEntry, file: string): Promise<Instant | null> {
  if (entry.date !== undefined) return Date.parse(entry.date);
  if (entry.commit !== undefined) return commitTime(file, entry.commit, context.signal);
  return null;
}
