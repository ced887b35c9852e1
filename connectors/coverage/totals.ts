import type { Instant } from '../../src/domain/records.ts';
import type { ReportFault } from '../files.ts';

export interface Measure {
  readonly covered: number;
  readonly total: number;
}

export const MEASURES = ['lines', 'branches', 'functions'] as const;

/** A measure is null where there is nothing to cover, or the report does not tell. */
export type Coverage = Readonly<Record<(typeof MEASURES)[number], Measure | null>>;

export interface FileCoverage extends Coverage {
  /** As the report writes it, with forward slashes. */
  readonly path: string;
}

/** What a report says in all, and of each file where its format does. */
export interface Totals extends Coverage {
  files(): readonly FileCoverage[];
  /** The time inside the report. */
  readonly measuredAt: Instant | null;
}

/**
 * Takes a report's text piece by piece, of one file or of several that are its parts. All throw a ReportFault for what
 * is not a report of this format, or cannot be joined with the files before it.
 */
export interface ReportParser {
  write(text: string): void;
  /** After the text of each file. */
  endFile(): void;
  end(): Totals;
}

/** Null for a total of nothing, so that a gap never becomes 0 %. */
export function measure(covered: number, total: number): Measure | null {
  return total > 0 ? { covered, total } : null;
}

/** Of several files together. */
export function addUp(files: readonly Coverage[]): Coverage {
  const sum = (kind: (typeof MEASURES)[number]) => {
    let covered = 0;
    let total = 0;
    for (const { [kind]: part } of files) {
      covered += part?.covered ?? 0;
      total += part?.total ?? 0;
    }
    return measure(covered, total);
  };
  return { lines: sum('lines'), branches: sum('branches'), functions: sum('functions') };
}

/** The newer of two times, of which either may be unknown. */
export function newer(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b > a) ? b : a;
}

/** Why files that list totals alone cannot be joined where they are about the same code. */
export function overlap(path: string): string {
  return `it covers ${path.slice(0, 200)} too, as a file before it does, and its format does not tell which lines both ran: have the test tool join them, or give lcov or Cobertura`;
}

/** Counts the keys of a map and those whose value is true. */
export function tally(hits: Iterable<boolean>): { covered: number; total: number } {
  let covered = 0;
  let total = 0;
  for (const hit of hits) {
    total++;
    if (hit) covered++;
  }
  return { covered, total };
}

/** Some tools write seconds and some milliseconds. Null for none, 0 and what is no number. */
export function reportTime(text: string | undefined): Instant | null {
  const time = Number(text);
  if (!Number.isFinite(time) || time <= 0) return null;
  // As seconds 1e11 lies in the year 5138, as milliseconds in 1973.
  return Math.round(time < 1e11 ? time * 1000 : time);
}

/** A count in an attribute; undefined where it is absent. */
export function countOf(
  attributes: Readonly<Record<string, string>>,
  name: string,
  fault: (message: string) => ReportFault,
): number | undefined {
  const text = attributes[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0) {
    throw fault(`${name}="${text.slice(0, 40)}" is not a count`);
  }
  return value;
}
