import type { Instant, Sample } from '../src/domain/records.ts';
import type { ReportSource } from './report-source.ts';

/** What the settings say about reports that come packed, in an artifact or an archive. */
export interface PackedSettings {
  /** Null: what the report itself names. */
  readonly subject: string | null;
  readonly flag?: string | undefined;
  /** Of coverage alone: parts of the code by the paths of their files. */
  readonly components?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly format?: string | undefined;
}

/** What ran the tool that wrote them. */
export interface ReportOrigin {
  readonly commit: string;
  readonly branch: string;
  readonly url: string;
  /** For a report that holds no time. */
  readonly at: Instant;
  /** An id that is the same for the same words. */
  readonly idOf: (...words: readonly string[]) => string;
}

export interface PackedSamples {
  readonly samples: readonly Sample[];
  /** What was not measured, for people. */
  readonly missing: readonly string[];
}

/** One kind of report, read wherever its files lie. */
export interface PackedReports {
  /** Which files are meant where nobody says: the first pattern that any file fits. */
  readonly files: readonly string[];
  /** The files are parts of one report. Throws a ConnectorError `shape` with the place in the file. */
  read(
    sources: readonly ReportSource[],
    settings: PackedSettings,
    origin: ReportOrigin,
  ): Promise<PackedSamples>;
}

/** By the kind of source that reads the same from files. Parsers are loaded when a report is met. */
export const reportKinds = {
  coverage: async () => (await import('./coverage/packed.ts')).packed,
  junit: async () => (await import('./junit/packed.ts')).packed,
  lighthouse: async () => (await import('./lighthouse/packed.ts')).packed,
} as const satisfies Record<string, () => Promise<PackedReports>>;

export const REPORT_KINDS = [
  'coverage',
  'junit',
  'lighthouse',
] as const satisfies readonly (keyof typeof reportKinds)[];
