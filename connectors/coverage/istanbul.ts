import * as z from 'zod';
import { ReportFault } from '../files.ts';
import { parseJson } from '../json.ts';
import {
  addUp,
  type Coverage,
  type FileCoverage,
  measure,
  type ReportParser,
  type Totals,
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

/** The JSON of nyc, c8, Jest and Vitest: of the reporters `json-summary` and `json`, told apart by what they hold. */
export function istanbulParser(): ReportParser {
  const pieces: string[] = [];
  let size = 0;
  return {
    write(text) {
      size += text.length;
      if (size > LIMIT) throw new ReportFault('it is too large for a report of Istanbul', 1, 1);
      pieces.push(text);
    },
    end() {
      const value = parseJson(pieces.join(''));
      return isSummary(value) ? readSummary(value) : readFinal(value);
    },
  };
}

function isSummary(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0 || 'total' in value;
}

function readSummary(value: unknown): Totals {
  const { total, ...files } = parse(summary, value, 'coverage summary');
  return {
    ...coverageOf(total),
    measuredAt: null,
    files: () =>
      Object.entries(files).map(([path, parts]) => ({ path: forward(path), ...coverageOf(parts) })),
  };
}

function coverageOf({ lines, branches, functions }: z.infer<typeof parts>): Coverage {
  return {
    lines: measure(lines.covered, lines.total),
    branches: measure(branches.covered, branches.total),
    functions: measure(functions.covered, functions.total),
  };
}

/** As istanbul-lib-coverage counts: a line is where a statement begins, hit when any of them was. */
function readFinal(value: unknown): Totals {
  const files = Object.entries(parse(final, value, 'coverage report')).map(([path, file]): FileCoverage => {
    const hits = new Map<number, boolean>();
    for (const [id, statement] of Object.entries(file.statementMap)) {
      const { line } = statement.start;
      hits.set(line, hits.get(line) === true || (file.s[id] ?? 0) > 0);
    }
    const of = (all: Iterable<boolean>) => {
      const { covered, total } = tally(all);
      return measure(covered, total);
    };
    return {
      path: forward(path),
      lines: of(hits.values()),
      branches: of(Object.values(file.b).flatMap((taken) => taken.map((times) => times > 0))),
      functions: of(Object.values(file.f).map((times) => times > 0)),
    };
  });
  return { ...addUp(files), measuredAt: null, files: () => files };
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
