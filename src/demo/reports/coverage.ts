import { createRandom, hashText } from '../random.ts';

/** One source file of a component and what its tests reach. */
export interface CoveredFile {
  readonly path: string;
  /** Statements, functions and branches by line, in ascending order. */
  readonly lines: readonly CoveredLine[];
}

export interface CoveredLine {
  readonly number: number;
  readonly hits: number;
  /** The name of the function that begins here. */
  readonly functionName: string | null;
  /** How many of the line's branches are taken; null for a line without any. */
  readonly branches: { readonly covered: number; readonly total: number } | null;
}

export interface Component {
  readonly name: string;
  /** Covered share of lines at the start and at the end of the history. */
  readonly start: number;
  readonly end: number;
  readonly files: readonly string[];
}

export const COMPONENTS: readonly Component[] = [
  {
    name: 'web',
    start: 0.7,
    end: 0.8,
    files: ['cart', 'catalog', 'checkout', 'invoices', 'notifications', 'search', 'session', 'uploads'],
  },
  {
    name: 'api',
    start: 0.725,
    end: 0.775,
    files: ['audit', 'auth', 'billing', 'limits', 'orders', 'webhooks'],
  },
];

const LINES_A_FILE = 42;

/** The component's files with `share` of their lines covered. What is covered at one share is so at any higher one. */
export function measuredFiles(component: Component, share: number): CoveredFile[] {
  const places = component.files.flatMap((file) =>
    Array.from({ length: LINES_A_FILE }, (_, index) => `src/${component.name}/${file}.ts:${index}`),
  );
  const byChance = createRandom(hashText(component.name)).shuffle(places);
  const covered = new Set(byChance.slice(0, Math.round(places.length * share)));
  return component.files.map((file) => {
    const path = `src/${component.name}/${file}.ts`;
    const lines = Array.from({ length: LINES_A_FILE }, (_, index) => {
      const place = `${path}:${index}`;
      return line(index, covered.has(place), hashText(`${place} `));
    });
    return { path, lines };
  });
}

function line(index: number, covered: boolean, chance: number): CoveredLine {
  const total = 2;
  const reached = chance % 3 === 0 ? 1 : total;
  return {
    // Between the functions of seven lines lie their ends and a blank line.
    number: 5 + index + 3 * Math.floor(index / 7),
    hits: covered ? 1 + (chance % 40) : 0,
    functionName: index % 7 === 0 ? `step${index / 7 + 1}` : null,
    branches: index % 5 === 3 ? { covered: covered ? reached : 0, total } : null,
  };
}

export interface Measure {
  readonly covered: number;
  readonly total: number;
}

export interface CoverageTotals {
  readonly lines: Measure;
  readonly functions: Measure;
  readonly branches: Measure;
}

export function totalsOf(files: readonly CoveredFile[]): CoverageTotals {
  const lines = files.flatMap((file) => file.lines);
  const functions = lines.filter((one) => one.functionName !== null);
  const branches = lines.flatMap((one) => one.branches ?? []);
  return {
    lines: { covered: lines.filter((one) => one.hits > 0).length, total: lines.length },
    functions: { covered: functions.filter((one) => one.hits > 0).length, total: functions.length },
    branches: {
      covered: sum(branches.map((one) => one.covered)),
      total: sum(branches.map((one) => one.total)),
    },
  };
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
