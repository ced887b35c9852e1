import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../../src/domain/okr.ts';
import { DAY } from '../../../src/domain/time.ts';
import { aggregate, percentile, sampleSize } from '../../../src/metrics/engine/aggregate.ts';
import { createRandom } from '../../support/random.ts';

const week = { from: 0, to: 7 * DAY };
const points = (values: number[], ofs?: number[]) => ({
  values: Float64Array.from(values),
  ofs: ofs === undefined ? null : Float64Array.from(ofs),
});

/** The R-7 rule as its definition reads, over a sorted copy. */
function bySorting(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (rank - Math.floor(rank)) * (high - low);
}

describe('aggregates', () => {
  it('interpolate percentiles linearly between ranks, as NumPy and spreadsheets do', () => {
    // numpy.percentile([1, 2, 4, 8], [50, 75, 90, 95])
    const values = points([8, 1, 4, 2]);
    expect(aggregate('median', values, week)).toBe(3);
    expect(aggregate('p75', values, week)).toBe(5);
    expect(aggregate('p90', values, week)).toBeCloseTo(6.8, 12);
    expect(aggregate('p95', values, week)).toBeCloseTo(7.4, 12);
  });

  it('give the same percentile by selection as by sorting, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.constantFrom(0, 0.25, 0.5, 0.75, 0.9, 0.95, 1),
        (values, p) => {
          expect(percentile(Float64Array.from(values), p)).toBeCloseTo(bySorting(values, p), 9);
        },
      ),
      { seed: 20261124, numRuns: 500 },
    );
  });

  it('leave the observations in their order', () => {
    const values = Float64Array.from([3, 1, 2]);
    percentile(values, 0.5);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it('are null over nothing, but for counts and sums', () => {
    const none = points([]);
    for (const name of ['last', 'mean', 'median', 'p75', 'p90', 'p95', 'share', 'ratio', 'nps'] as const) {
      expect(aggregate(name, none, week), name).toBeNull();
    }
    for (const name of ['count', 'sum', 'perDay', 'perWeek'] as const) {
      expect(aggregate(name, none, week), name).toBe(0);
    }
  });

  it('divide rates by the length of the window', () => {
    const fortnight = { from: 0, to: 14 * DAY };
    expect(aggregate('perWeek', points([1, 1, 1]), fortnight)).toBe(1.5);
    expect(aggregate('perDay', points([7, 7]), fortnight)).toBe(1);
    const noTime = { from: 5, to: 5 };
    expect([aggregate('perDay', points([]), noTime), aggregate('perWeek', points([]), noTime)]).toEqual([
      null,
      null,
    ]);
  });

  it('make a ratio of sums, whose sample size is what it is of', () => {
    const closedOfOpened = points([1, 1, 0, 0, 0], [0, 0, 1, 1, 1]);
    expect(aggregate('ratio', closedOfOpened, week)).toBeCloseTo(2 / 3, 15);
    expect(sampleSize('ratio', closedOfOpened)).toBe(3);
    expect(aggregate('ratio', points([1], [0]), week)).toBeNull();
  });

  it('make no ratio where one of the observations does not say what it is of', () => {
    const halfKnown = points([3, 4], [10, Number.NaN]);
    expect(aggregate('ratio', halfKnown, week)).toBeNull();
    expect(sampleSize('ratio', halfKnown)).toBe(0);
  });

  it('take promoters less detractors for the net promoter score', () => {
    expect(aggregate('nps', points([10, 9, 8, 7, 6, 0]), week)).toBe(0);
    expect(aggregate('nps', points([9, 10]), week)).toBe(100);
    expect(aggregate('nps', points([0, 6]), week)).toBe(-100);
  });
});

describe('against SQLite', () => {
  /** Each aggregate as SQLite has it, over `sample(at, value, of)` and a window of seven days. */
  const QUERIES: Readonly<Record<Aggregate, string>> = {
    last: 'SELECT value FROM sample ORDER BY at DESC LIMIT 1',
    mean: 'SELECT avg(value) FROM sample',
    median: 'SELECT median(value) FROM sample',
    p75: 'SELECT percentile_cont(value, 0.75) FROM sample',
    p90: 'SELECT percentile_cont(value, 0.9) FROM sample',
    p95: 'SELECT percentile_cont(value, 0.95) FROM sample',
    sum: 'SELECT total(value) FROM sample',
    count: 'SELECT count(*) FROM sample',
    share: 'SELECT avg(value) FROM sample',
    perDay: 'SELECT total(value) / 7 FROM sample',
    perWeek: 'SELECT total(value) FROM sample',
    ratio: 'SELECT total(value) / total(of) FROM sample',
    nps: 'SELECT 100.0 * (sum(value >= 9) - sum(value <= 6)) / count(*) FROM sample',
  };

  it('every aggregate over 10,000 random samples agrees to 1e-9 of its size', () => {
    const db = new Database(':memory:');
    try {
      db.exec('CREATE TABLE sample (at INTEGER, value REAL, of REAL)');
      const insert = db.prepare('INSERT INTO sample VALUES (?, ?, ?)');
      // Spread over six orders of magnitude, of both signs, with ties; and small whole numbers like answers.
      const random = createRandom(20261124);
      const spread = () => (random() < 0.5 ? -1 : 1) * 10 ** (6 * random() - 2);
      const shapes = [() => Math.round(spread() * 100) / 100, () => Math.floor(random() * 11)];
      for (const [shape, draw] of shapes.entries()) {
        for (const size of [10_000, 9_999, 2, 1]) {
          const values = Array.from({ length: size }, draw);
          const ofs = values.map(() => 1 + Math.floor(random() * 50));
          db.exec('DELETE FROM sample');
          db.transaction(() => {
            for (const [at, value] of values.entries()) insert.run(at, value, ofs[at]);
          })();
          for (const [name, query] of Object.entries(QUERIES) as [Aggregate, string][]) {
            const expected = db.prepare(query).pluck().get() as number;
            const actual = aggregate(name, points(values, ofs), week) ?? Number.NaN;
            const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
            expect(error, `${name} of ${size}, shape ${shape}: ${actual} and ${expected}`).toBeLessThan(1e-9);
          }
        }
      }
    } finally {
      db.close();
    }
  });
});
