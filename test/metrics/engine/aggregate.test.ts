import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { aggregate, percentile, sampleSize } from '../../../src/metrics/engine/aggregate.ts';

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
  });

  it('make a ratio of sums, whose sample size is what it is of', () => {
    const closedOfOpened = points([1, 1, 0, 0, 0], [0, 0, 1, 1, 1]);
    expect(aggregate('ratio', closedOfOpened, week)).toBeCloseTo(2 / 3, 15);
    expect(sampleSize('ratio', closedOfOpened)).toBe(3);
    expect(aggregate('ratio', points([1], [0]), week)).toBeNull();
  });

  it('take promoters less detractors for the net promoter score', () => {
    expect(aggregate('nps', points([10, 9, 8, 7, 6, 0]), week)).toBe(0);
    expect(aggregate('nps', points([9, 10]), week)).toBe(100);
    expect(aggregate('nps', points([0, 6]), week)).toBe(-100);
  });
});
