import * as z from 'zod';
import { ReportFault } from '../files.ts';
import { parseJson } from '../json.ts';
import { measure, type ReportParser } from './totals.ts';

/** A summary of 64 MB lists some 100,000 files. */
const LIMIT = 64 * 2 ** 20;

const count = z.number().int().nonnegative();
/** `pct` is left alone: it is the word "Unknown" where there is nothing to cover. */
const part = z.object({ total: count, covered: count }).refine((p) => p.covered <= p.total, {
  message: 'covered is more than total',
});
const summary = z.object({ total: z.object({ lines: part, branches: part, functions: part }) });

/** `coverage-summary.json` of nyc, c8, Jest and Vitest: the reporter named `json-summary`. */
export function istanbulParser(): ReportParser {
  const pieces: string[] = [];
  let size = 0;
  return {
    write(text) {
      size += text.length;
      if (size > LIMIT) throw new ReportFault('it is too large for a summary', 1, 1);
      pieces.push(text);
    },
    end() {
      const text = pieces.join('');
      const parsed = summary.safeParse(parseJson(text));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const path = issue?.path.join('.') ?? '';
        throw new ReportFault(`it is no coverage summary: ${path}: ${issue?.message ?? ''}`, 1, 1);
      }
      const { lines, branches, functions } = parsed.data.total;
      return {
        lines: measure(lines.covered, lines.total),
        branches: measure(branches.covered, branches.total),
        functions: measure(functions.covered, functions.total),
        measuredAt: null,
      };
    },
  };
}
