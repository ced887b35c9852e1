import { ReportFault } from '../files.ts';
import { lineReader } from './lines.ts';
import { addUp, type FileCoverage, measure, type ReportParser, type Totals, tally } from './totals.ts';

interface FileHits {
  readonly lines: Map<number, boolean>;
  readonly functions: Map<string, boolean>;
  readonly branches: Map<string, boolean>;
}

/**
 * Counts as `lcov --summary` does: sections of one file are joined, a line, function or branch that is listed twice
 * is one and is hit when any of its counts is above zero, and a file without lines counts for nothing. The LF, LH
 * and like totals are not believed. See geninfo(1).
 */
export function lcovParser(): ReportParser {
  const files = new Map<string, FileHits>();
  let current: FileHits | null = null;
  let listed = false;
  const reader = lineReader('this line is no lcov record', (text, line) => {
    const record = text.trimEnd();
    if (record === '' || record.startsWith('#')) return;
    if (record === 'end_of_record') {
      current = null;
      return;
    }
    const colon = record.indexOf(':');
    const kind = record.slice(0, Math.max(colon, 0));
    if (!/^[A-Z]+$/.test(kind)) throw new ReportFault('this line is no lcov record', line, 1);
    const body = record.slice(colon + 1);
    if (kind === 'SF') {
      current = files.get(body) ?? { lines: new Map(), functions: new Map(), branches: new Map() };
      files.set(body, current);
      listed = true;
      return;
    }
    const read = RECORDS[kind];
    if (!read) return;
    if (!current) throw new ReportFault(`${kind} stands outside of a file's section`, line, 1);
    if (!read(body, current)) throw new ReportFault(`${kind} is not as lcov writes it`, line, colon + 2);
  });

  return {
    write: reader.write,
    endFile() {
      const line = reader.end();
      if (!listed) throw new ReportFault('it lists no file', Math.max(line, 1), 1);
      if (current) throw new ReportFault('it breaks off inside a section', line, 1);
      listed = false;
    },
    end: () => total(files),
  };
}

const COUNT = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const DA = new RegExp(`^(\\d+),(${COUNT})(?:,|$)`);
const FN = /^\d+,(?:\d+,)?(.+)$/;
const FNDA = new RegExp(`^(${COUNT}),(.+)$`);
const FNL = /^(\d+),\d+(?:,\d+)?$/;
const FNA = new RegExp(`^(\\d+),(${COUNT}),.*$`);
const BRDA = new RegExp(`^(\\d+),(e?\\d+),(.+),(${COUNT}|-)$`);

/** Each takes a record's body; false when it is malformed. lcov reads a negative count as 0. */
const RECORDS: Readonly<Record<string, (body: string, file: FileHits) => boolean>> = {
  DA(body, file) {
    const [, line, count] = DA.exec(body) ?? [];
    return hit(file.lines, line === undefined ? undefined : Number(line), count);
  },
  FN(body, file) {
    return hit(file.functions, FN.exec(body)?.[1], '0');
  },
  FNDA(body, file) {
    const [, count, name] = FNDA.exec(body) ?? [];
    return hit(file.functions, name, count);
  },
  // lcov 2 lists a function's place and its names apart.
  FNL(body, file) {
    return hit(file.functions, FNL.exec(body)?.[1], '0');
  },
  FNA(body, file) {
    const [, index, count] = FNA.exec(body) ?? [];
    return hit(file.functions, index, count);
  },
  BRDA(body, file) {
    const [, line, block, branch, taken] = BRDA.exec(body) ?? [];
    return hit(file.branches, line && `${line},${block},${branch}`, taken === '-' ? '0' : taken);
  },
};

function hit<Key>(hits: Map<Key, boolean>, key: Key | undefined, count: string | undefined): boolean {
  if (key === undefined || count === undefined) return false;
  hits.set(key, hits.get(key) === true || Number(count) > 0);
  return true;
}

function total(files: ReadonlyMap<string, FileHits>): Totals {
  const each: FileCoverage[] = [];
  for (const [path, file] of files) {
    if (file.lines.size === 0) continue;
    const of = (hits: ReadonlyMap<unknown, boolean>) => {
      const { covered, total } = tally(hits.values());
      return measure(covered, total);
    };
    each.push({
      path: path.replaceAll('\\', '/'),
      lines: of(file.lines),
      branches: of(file.branches),
      functions: of(file.functions),
    });
  }
  return { ...addUp(each), measuredAt: null, files: () => each };
}
