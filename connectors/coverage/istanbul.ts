import * as z from 'zod';
import { ReportFault } from '../files.ts';
import { parseJson } from '../json.ts';
import {
  addUp,
  type Coverage,
  type FileCoverage,
  measure,
  overlap,
  type ReportParser,
  tally,
} from './totals.ts';

/** A summary of 64 MB lists some 100,000 files, a whole report some 10,000. */
const LIMIT = 64 * 2 ** 20;

const count = z.number().int().nonnegative();
/** `pct` is left alone: it is the word "Unknown" where there is nothing to cover. */
const part = z.object({ total: count, covered: count }).refine((p) => p.covered <= p.total, {
  message: 'covered is more than total',
});
const parts = z.object({ lines: part, branches: part, functions: part });
/** `total`, and one entry for each file. */
const summary = z.object({ total: parts }).catchall(parts);

/** `coverage-final.json`, by file: https://github.com/gotwarlost/istanbul/blob/master/coverage.json.md */
const final = z.record(
  z.string(),
  z.object({
    statementMap: z.record(z.string(), z.object({ start: z.object({ line: z.number() }) })),
    s: z.record(z.string(), z.number()),
    f: z.record(z.string(), z.number()),
    b: z.record(z.string(), z.array(z.number())),
  }),
);

/** What is hit of a file: lines by number, functions and branches by their place in it. */
interface FileHits {
  readonly lines: Map<number, boolean>;
  readonly functions: Map<string, boolean>;
  readonly branches: Map<string, boolean>;
}

/** The JSON of nyc, c8, Jest and Vitest: of the reporters `json-summary` and `json`, told apart by what they hold. */
export function istanbulParser(): ReportParser {
  const summaries: Coverage[] = [];
  const listed = new Map<string, Coverage>();
  const hits = new Map<string, FileHits>();
  let pieces: string[] = [];
  let size = 0;
  return {
    write(text) {
      size += text.length;
      if (size > LIMIT) throw new ReportFault('it is too large for a report of Istanbul', 1, 1);
      pieces.push(text);
    },
    endFile() {
      const value = parseJson(pieces.join(''));
      pieces = [];
      size = 0;
      if (isSummary(value)) summaries.push(addSummary(listed, value));
      else addFinal(hits, value);
      if (summaries.length > 0 && hits.size > 0) {
        throw new ReportFault('a summary and a whole report cannot be joined', 1, 1);
      }
    },
    end() {
      const files: FileCoverage[] =
        summaries.length > 0
          ? [...listed].map(([path, coverage]) => ({ path, ...coverage }))
          : [...hits].map(([path, file]) => ({ path, ...counted(file) }));
      return { ...addUp(summaries.length > 0 ? summaries : files), measuredAt: null, files: () => files };
    },
  };
}

function isSummary(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0 || 'total' in value;
}

function addSummary(listed: Map<string, Coverage>, value: unknown): Coverage {
  const { total, ...files } = parse(summary, value, 'coverage summary');
  for (const [name, parts] of Object.entries(files)) {
    const path = forward(name);
    if (listed.has(path)) throw new ReportFault(overlap(path), 1, 1);
    listed.set(path, coverageOf(parts));
  }
  return coverageOf(total);
}

function coverageOf({ lines, branches, functions }: z.infer<typeof parts>): Coverage {
  return {
    lines: measure(lines.covered, lines.total),
    branches: measure(branches.covered, branches.total),
    functions: measure(functions.covered, functions.total),
  };
}

/**
 * As istanbul-lib-coverage counts: a line is where a statement begins, hit when any of them was; a file that comes
 * again is the same one, each part of it hit when any report says so.
 */
function addFinal(hits: Map<string, FileHits>, value: unknown): void {
  for (const [name, file] of Object.entries(parse(final, value, 'coverage report'))) {
    const path = forward(name);
    const known = hits.get(path);
    const all: FileHits = known ?? { lines: new Map(), functions: new Map(), branches: new Map() };
    hits.set(path, all);
    const before = [all.functions.size, all.branches.size];
    for (const [id, statement] of Object.entries(file.statementMap)) {
      mark(all.lines, statement.start.line, (file.s[id] ?? 0) > 0);
    }
    for (const [id, times] of Object.entries(file.f)) mark(all.functions, id, times > 0);
    for (const [id, taken] of Object.entries(file.b)) {
      for (const [way, times] of taken.entries()) mark(all.branches, `${id}.${way}`, times > 0);
    }
    const own = [Object.keys(file.f).length, Object.values(file.b).flat().length];
    const same = [all.functions.size, all.branches.size].every(
      (size, index) => size === before[index] && size === own[index],
    );
    if (known && !same) {
      throw new ReportFault(`${path.slice(0, 200)} is not the same code as in a file before it`, 1, 1);
    }
  }
}

function mark<Key>(hits: Map<Key, boolean>, key: Key, hit: boolean): void {
  hits.set(key, hits.get(key) === true || hit);
}

function counted({ lines, functions, branches }: FileHits): Coverage {
  const of = (hits: ReadonlyMap<unknown, boolean>) => {
    const { covered, total } = tally(hits.values());
    return measure(covered, total);
  };
  return { lines: of(lines), branches: of(branches), functions: of(functions) };
}

function forward(path: string): string {
  return path.replaceAll('\\', '/');
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ReportFault(`it is no ${what}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, 1, 1);
}
