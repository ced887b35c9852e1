import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGGREGATES, type Aggregate } from '../../../src/domain/okr.ts';
import { DAY } from '../../../src/domain/time.ts';
import { aggregate } from '../../../src/metrics/engine/aggregate.ts';
import { type Compared, type Move, movesOf } from '../../../src/metrics/engine/movers.ts';
import type { ObservationRow } from '../../../src/metrics/engine/observations.ts';

const WINDOW = { from: 0, to: 14 * DAY };

interface Item {
  readonly value: number;
  readonly of?: number;
  /** Which windows it counts in. */
  readonly in: 'before' | 'after' | 'both';
  readonly ref?: number;
  readonly at?: number;
}

/** A table of items in the order given, and its two windows. */
function compared(items: readonly Item[], name: Aggregate, earlier: number | null = null): Compared {
  const rows = items.map(
    ({ value, of, ref, at }, i): ObservationRow => ({
      at: at ?? i,
      value,
      of: of ?? null,
      subject: null,
      ref: ref ?? i,
    }),
  );
  const placesIn = (side: 'before' | 'after') =>
    Uint32Array.from(items.flatMap((item, i) => (item.in === side || item.in === 'both' ? [i] : [])));
  return {
    before: placesIn('before'),
    after: placesIn('after'),
    row: (place) => {
      const row = rows[place];
      if (row === undefined) throw new RangeError('no such place');
      return row;
    },
    over: (places) =>
      aggregate(
        name,
        {
          values: Float64Array.from(places, (place) => rows[place]?.value ?? Number.NaN),
          ofs: items.some(({ of }) => of !== undefined)
            ? Float64Array.from(places, (place) => rows[place]?.of ?? Number.NaN)
            : null,
        },
        WINDOW,
      ),
    earlier,
    aggregate: name,
    combine: null,
    named: null,
  };
}

function shown(moves: readonly Move[], now: number): readonly unknown[] {
  return moves.map(({ change, row, otherwise }) => [
    change,
    row.value,
    otherwise === null ? null : Number((now - otherwise).toFixed(6)),
  ]);
}

describe('what moved a value', () => {
  it('is for a median how far each item alone shifts it, those that left as if they were still there', () => {
    const { largest, entered, left } = movesOf(
      compared(
        [
          { value: 90, in: 'before' },
          { value: 10, in: 'both' },
          { value: 20, in: 'both' },
          { value: 40, in: 'both' },
          { value: 12, in: 'after' },
        ],
        'median',
      ),
      5,
    );
    // Now the median of 10, 12, 20, 40: 16. Without the 12 it is 20; with the 90 it is 20.
    expect([entered, left]).toEqual([1, 1]);
    expect(shown(largest, 16)).toEqual([
      ['left', 90, -4],
      ['entered', 12, -4],
    ]);
  });
  it('is for a sum what each item counts, and for a changed one by how much it changed', () => {
    const { largest, changed } = movesOf(
      compared(
        [
          { value: 5, in: 'before', ref: 7 },
          { value: 8, in: 'after', ref: 7 },
          { value: 2, in: 'after', ref: 8 },
          { value: 3, in: 'both', ref: 9 },
        ],
        'sum',
      ),
      5,
    );
    expect(changed).toBe(1);
    expect(shown(largest, 13)).toEqual([
      ['changed', 8, 3],
      ['entered', 2, 2],
    ]);
    expect(largest[0]?.was?.value).toBe(5);
  });
  it('is for the last of a series the newest alone', () => {
    const moves = movesOf(
      compared(
        [
          { value: 4, in: 'both' },
          { value: 9, in: 'after' },
          { value: 7, in: 'after' },
        ],
        'last',
      ),
      5,
    );
    expect(moves.entered).toBe(2);
    expect(shown(moves.largest, 7)).toEqual([['entered', 7, -2]]);
  });
  it('is for the last of a series also what dropped out of its end, as a sample that was taken back', () => {
    const windows = compared(
      [
        { value: 1, in: 'both' },
        { value: 5, in: 'before' },
        { value: 1, in: 'before' },
      ],
      'last',
    );
    expect(shown(movesOf(windows, 1).largest, 1)).toEqual([['left', 5, -4]]);
  });
  it('is nothing where the same observation only counts in another span of its life', () => {
    const moves = movesOf(
      compared(
        [
          { value: 4, in: 'before', ref: 1, at: 3 },
          { value: 4, in: 'after', ref: 1, at: 3 },
          { value: 6, in: 'both', ref: 2 },
        ],
        'median',
      ),
      5,
    );
    expect(moves).toEqual({ entered: 0, left: 0, changed: 0, largest: [], weighed: true });
  });
  it('names no item that has no effect on its own', () => {
    const moves = movesOf(
      compared(
        [
          { value: 1, in: 'both' },
          { value: 1, in: 'both' },
          { value: 1, in: 'after' },
        ],
        'mean',
      ),
      5,
    );
    expect([moves.entered, moves.largest]).toEqual([1, []]);
  });
  it('puts first what there would be no value without', () => {
    const { largest } = movesOf(compared([{ value: 3, in: 'after' }], 'median'), 5);
    expect(largest.map(({ otherwise }) => otherwise)).toEqual([null]);
  });
  it('takes the newest of items that are alike', () => {
    const items = Array.from({ length: 9 }, (): Item => ({ value: 1, in: 'after' }));
    const { largest } = movesOf(compared(items, 'count'), 3);
    expect(largest.map(({ row }) => row.ref)).toEqual([8, 7, 6]);
  });
  it('is told by at least three of five that pushed it the way it went', () => {
    const items: Item[] = [
      ...[100, 101, 102, 103, 104].map((value): Item => ({ value, in: 'after' })),
      ...[9, 8, 7].map((value): Item => ({ value, in: 'after' })),
      { value: 40, in: 'both' },
    ];
    const windows = compared(items, 'mean', 70);
    const now = windows.over(windows.after) ?? 0;
    expect(now).toBeLessThan(70);
    const signs = movesOf(windows, 5).largest.map(({ row, otherwise }) => [
      row.value,
      Math.sign(now - (otherwise ?? 0)),
    ]);
    expect(signs).toEqual([
      [7, -1],
      [8, -1],
      [9, -1],
      [104, 1],
      [103, 1],
    ]);
  });
  it('says so where there are too many to leave out one by one', () => {
    const items = Array.from({ length: 10_000 }, (_, i): Item => ({ value: i, of: i + 1, in: 'after' }));
    const moves = movesOf(compared(items, 'ratio'), 5);
    expect(moves).toMatchObject({ entered: 10_000, largest: [], weighed: false });
  });
  it('weighs a few of very many where the extremes are enough', () => {
    const items = Array.from({ length: 50_000 }, (_, i): Item => ({ value: i, in: 'after' }));
    const moves = movesOf(compared(items, 'median'), 5);
    expect(moves.weighed).toBe(true);
    expect(moves.largest).toHaveLength(5);
  });

  it('finds the largest effects that leaving out every single item finds, whatever the aggregate', () => {
    const item = fc.record({
      value: fc.integer({ min: -3, max: 12 }),
      of: fc.integer({ min: 1, max: 9 }),
      in: fc.constantFrom('before' as const, 'after' as const, 'both' as const),
    });
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...AGGREGATES),
        fc.integer({ min: 1, max: 6 }),
        (items, name, most) => {
          const windows = compared(items, name);
          const now = windows.over(windows.after);
          const { largest, entered, left } = movesOf(windows, most);
          const inAfter = new Set(windows.after);
          const effects = items.flatMap((one, place) => {
            if (one.in === 'both' || now === null) return [];
            const places = inAfter.has(place)
              ? windows.after.filter((other) => other !== place)
              : Uint32Array.from([...windows.after, place].sort((a, b) => a - b));
            const otherwise = windows.over(places);
            return [otherwise === null ? Number.POSITIVE_INFINITY : Math.abs(now - otherwise)];
          });
          expect([entered, left]).toEqual([
            items.filter((one) => one.in === 'after').length,
            items.filter((one) => one.in === 'before').length,
          ]);
          const expected = effects
            .filter((size) => size > 1e-8)
            .sort((a, b) => b - a)
            .slice(0, most);
          const sizes = largest.map(({ otherwise }) =>
            otherwise === null ? Number.POSITIVE_INFINITY : Math.abs((now ?? 0) - otherwise),
          );
          expect(sizes).toHaveLength(expected.length);
          for (const [i, size] of expected.entries()) {
            if (Number.isFinite(size)) expect(sizes[i]).toBeCloseTo(size, 8);
            else expect(sizes[i]).toBe(size);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
