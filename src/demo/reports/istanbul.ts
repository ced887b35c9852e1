import { type CoveredFile, type Measure, totalsOf } from './coverage.ts';

/** `coverage-summary.json`, as the reporter `json-summary` of Istanbul, c8, Jest and Vitest writes it. */
export function istanbulSummary(files: readonly CoveredFile[]): string {
  const summary: Record<string, object> = {
    total: {
      ...part(files),
      branchesTrue: { total: 0, covered: 0, skipped: 0, pct: 'Unknown' },
    },
  };
  for (const file of files) summary[`/app/${file.path}`] = part([file]);
  return `${JSON.stringify(summary, null, 1)}\n`;
}

function part(files: readonly CoveredFile[]) {
  const totals = totalsOf(files);
  return {
    lines: shown(totals.lines),
    functions: shown(totals.functions),
    // One statement a line.
    statements: shown(totals.lines),
    branches: shown(totals.branches),
  };
}

/** Istanbul cuts to two digits rather than rounding. */
function shown({ covered, total }: Measure) {
  const pct = total === 0 ? 100 : Math.floor((10_000 * covered) / total) / 100;
  return { total, covered, skipped: 0, pct };
}
