import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { WEEK } from '../../src/demo/company/calendar.ts';
import { generateCompany } from '../../src/demo/company.ts';
import { logNormalScore } from '../../src/demo/reports/lighthouse.ts';
import { writeReports } from '../../src/demo/reports.ts';
import { NOW } from '../support/github-standin.ts';
import { tempFolder } from '../support/temp.ts';

const REAL = resolve(import.meta.dirname, '../../../shared/data');
const real = test.skipIf(!existsSync(REAL));

async function reports(weeks = 5): Promise<string> {
  const folder = await tempFolder();
  writeReports(generateCompany({ seed: 1, now: NOW, weeks, issues: 5, pulls: 5 }), folder);
  return folder;
}

function json(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

interface Counted {
  readonly root: Readonly<Record<string, string>>;
  lines: number;
  covered: number;
}

/** Counts the lines that classes list, as a reader does that believes no totals. */
function countedLines(path: string): Counted {
  const parser = new SaxesParser();
  const parents: string[] = [];
  const found: Counted = { root: {}, lines: 0, covered: 0 };
  parser.on('opentag', ({ name, attributes }) => {
    const values = attributes as Record<string, string>;
    if (name === 'coverage') Object.assign(found.root, values);
    if (name === 'line' && parents.at(-2) === 'class') {
      found.lines += 1;
      if (Number(values.hits) > 0) found.covered += 1;
    }
    parents.push(name);
  });
  parser.on('closetag', () => {
    parents.pop();
  });
  parser.write(readFileSync(path, 'utf8')).close();
  return found;
}

describe('coverage', () => {
  test('each week has a Cobertura report whose lines add up to its totals, dated in the night before work', async () => {
    const folder = join(await reports(), 'coverage/web');
    const files = readdirSync(folder).filter((name) => name.endsWith('.cobertura.xml'));
    expect(files).toEqual([
      '2026-10-26.cobertura.xml',
      '2026-11-02.cobertura.xml',
      '2026-11-09.cobertura.xml',
      '2026-11-16.cobertura.xml',
      '2026-11-23.cobertura.xml',
      '2026-11-24.cobertura.xml',
    ]);
    let before = 0;
    for (const name of files) {
      const { root, lines, covered } = countedLines(join(folder, name));
      expect([lines, covered]).toEqual([Number(root['lines-valid']), Number(root['lines-covered'])]);
      expect(new Date(Number(root.timestamp)).toISOString()).toBe(`${name.slice(0, 10)}T03:30:00.000Z`);
      expect(covered).toBeGreaterThanOrEqual(before);
      before = covered;
    }
  });

  test('both components together rise from 71 to 79 per cent', async () => {
    const folder = join(await reports(13), 'coverage');
    function share(date: string): number {
      const parts = ['web', 'api'].map((name) => countedLines(join(folder, name, `${date}.cobertura.xml`)));
      const [web, api] = parts;
      return ((web?.covered ?? 0) + (api?.covered ?? 0)) / ((web?.lines ?? 0) + (api?.lines ?? 0));
    }
    expect(share('2026-08-31')).toBeCloseTo(0.715, 2);
    expect(share('2026-11-24')).toBeCloseTo(0.79, 2);
  });

  test('the Istanbul summary adds its files up and agrees with the newest Cobertura report', async () => {
    const folder = join(await reports(), 'coverage/api');
    const { total, ...files } = json(folder, 'coverage-summary.json') as Record<
      string,
      Record<string, { total: number; covered: number; pct: number }>
    >;
    const sums = { total: 0, covered: 0 };
    for (const file of Object.values(files)) {
      sums.total += file.lines?.total ?? 0;
      sums.covered += file.lines?.covered ?? 0;
    }
    expect(total?.lines).toMatchObject(sums);
    const newest = countedLines(join(folder, '2026-11-24.cobertura.xml'));
    expect(total?.lines).toMatchObject({ total: newest.lines, covered: newest.covered });
  });

  real('the Istanbul summary has the shape of a real one', async () => {
    const ours = json(await reports(), 'coverage/web/coverage-summary.json');
    const theirs = json(REAL, 'coverage/istanbul-summary.json');
    expect(shapeOf(ours.total)).toEqual(shapeOf(theirs.total));
    const file = (summary: object) => Object.entries(summary).find(([name]) => name.startsWith('/app/'))?.[1];
    expect(shapeOf(file(ours))).toEqual(shapeOf(file(theirs)));
  });
});

/** The paths of a JSON value with the kind of what stands there. */
function shapeOf(value: unknown, path = ''): Map<string, string> {
  if (Array.isArray(value)) return new Map([[path, 'array'], ...shapeOf(value[0], `${path}[]`)]);
  if (typeof value !== 'object' || value === null) return new Map([[path, typeof value]]);
  const inside = Object.entries(value).flatMap(([name, one]) => [...shapeOf(one, `${path}.${name}`)]);
  return new Map([[path, 'object'], ...inside]);
}

describe('Lighthouse', () => {
  test('each page has three runs on every working day', async () => {
    const folder = join(await reports(2), 'lighthouse');
    const names = readdirSync(folder);
    const days = new Set(names.map((name) => /\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? ''));
    expect([...days].filter((day) => [0, 6].includes(new Date(day).getUTCDay()))).toEqual([]);
    expect(days.size).toBe(11);
    expect(names).toHaveLength(days.size * 2 * 3);
    expect(names).toContain('home-2026-11-24-3.report.json');
  });

  test('the largest paint of the start page falls from about 3.4 to about 2.4 seconds', async () => {
    const folder = join(await reports(13), 'lighthouse');
    const runs = readdirSync(folder)
      .filter((name) => name.startsWith('home-'))
      .map((name) => json(folder, name) as unknown as { fetchTime: string; audits: Audits });
    function median(from: number, to: number): number {
      const values = runs
        .filter((run) => Date.parse(run.fetchTime) >= from && Date.parse(run.fetchTime) < to)
        .map((run) => run.audits['largest-contentful-paint']?.numericValue ?? NaN)
        .sort((a, b) => a - b);
      return values[Math.floor(values.length / 2)] ?? NaN;
    }
    expect(median(NOW - 13 * WEEK, NOW - 12 * WEEK)).toBeGreaterThan(3150);
    expect(median(NOW - 13 * WEEK, NOW - 12 * WEEK)).toBeLessThan(3550);
    expect(median(NOW - WEEK, NOW)).toBeGreaterThan(2250);
    expect(median(NOW - WEEK, NOW)).toBeLessThan(2600);
  });

  real('what a report has, a real one has too, of the same type', async () => {
    const folder = join(await reports(1), 'lighthouse');
    const ours = shapeOf(json(folder, readdirSync(folder)[0] ?? ''));
    const theirs = shapeOf(json(REAL, 'lighthouse/localhost-12.8.2-run1.report.json'));
    // The real run was asked for one category alone, and its list of categories stands where there was a choice.
    const unseen = /^\.(?:categories\.(?:accessibility|best-practices|seo)|configSettings\.onlyCategories)/;
    const different = [...ours].filter(([path, type]) => theirs.get(path) !== type && !unseen.test(path));
    expect(different).toEqual([]);
  });

  real('scores are those that Lighthouse itself gave to the same numbers', () => {
    let compared = 0;
    for (const name of readdirSync(join(REAL, 'lighthouse'))) {
      const { audits } = json(REAL, 'lighthouse', name) as unknown as { audits: Audits };
      for (const audit of Object.values(audits)) {
        const { scoringOptions, numericValue, score } = audit;
        if (!scoringOptions || numericValue === undefined || score === null) continue;
        expect(logNormalScore(scoringOptions, numericValue), `${name} ${audit.id}`).toBeCloseTo(score, 6);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(15);
  });
});

type Audits = Record<
  string,
  {
    readonly id: string;
    readonly numericValue?: number;
    readonly score: number | null;
    readonly scoringOptions?: { readonly p10: number; readonly median: number };
  }
>;
