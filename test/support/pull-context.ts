import { resolve } from 'node:path';
import pino from 'pino';
import type { Batch, PullContext, Stream } from '../../connectors/contract.ts';
import type { EngineeringRecord, RecordRef } from '../../src/domain/records.ts';

/** Real files by real producers, kept beside the project; absent from a lone checkout. */
export const SHARED_DATA = resolve(import.meta.dirname, '../../../shared/data');

export interface TestContext<Settings> extends PullContext<Settings> {
  /** What was logged as a warning, one JSON per line. */
  readonly warnings: readonly string[];
}

/** A context without a network whose warnings can be read. */
export function pullContext<Settings>(
  settings: Settings,
  overrides: Partial<PullContext<Settings>> = {},
): TestContext<Settings> {
  const warnings: string[] = [];
  return {
    settings,
    start: 0,
    signal: new AbortController().signal,
    fetch: () => Promise.reject(new Error('this connector has no use for a network')),
    now: () => Date.parse('2026-11-24T12:00:00Z'),
    logger: pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) }),
    storedIds: () => Promise.resolve([]),
    directory: '/',
    ...overrides,
    warnings,
  };
}

export interface Pulled {
  readonly records: readonly EngineeringRecord[];
  readonly removed: readonly RecordRef[];
  readonly batches: readonly Batch[];
  /** The last that may be stored; the one that was given where there is none. */
  readonly cursor: string | null;
  readonly error: unknown;
}

/** Drains a pull; an error ends it and is handed back beside what came before. */
export async function drain<Settings>(
  stream: Stream<Settings> | undefined,
  context: PullContext<Settings>,
  member: string,
  cursor: string | null = null,
): Promise<Pulled> {
  if (!stream) throw new Error('there is no such stream');
  const batches: Batch[] = [];
  let error: unknown = null;
  try {
    for await (const batch of stream.pull(context, member, cursor)) batches.push(batch);
  } catch (caught) {
    error = caught;
  }
  return {
    records: batches.flatMap((batch) => batch.records),
    removed: batches.flatMap((batch) => batch.removed ?? []),
    batches,
    cursor: batches.reduce<string | null>((last, batch) => batch.cursor ?? last, cursor),
    error,
  };
}
