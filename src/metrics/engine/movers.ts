import type { Aggregate, Combine } from '../../domain/okr.ts';
import type { ObservationRow } from './observations.ts';
import type { RowLink } from './query.ts';

/** One item that counts in one of two windows and not, or not the same, in the other. */
export interface Move {
  /** `changed`: it counts in both, with another value or at another time. */
  readonly change: 'entered' | 'left' | 'changed';
  /** The item as it counts in the later window; of one that left, as it counted in the earlier one. */
  readonly row: ObservationRow;
  /** Of one that changed: as it counted in the earlier window. */
  readonly was: ObservationRow | null;
  /**
   * The later value if this one item had not moved and all else were as it is: without it where it entered, with it
   * where it left, with its earlier form where it changed. Null where there would be no value.
   */
  readonly otherwise: number | null;
  /** What a query calls it; null where it stands on a record of the store. */
  readonly named: RowLink | null;
  /** The term that it moved, and the term of that one, where the value is computed from those of other rules. */
  readonly terms: readonly string[];
}

export interface Moves {
  readonly entered: number;
  readonly left: number;
  readonly changed: number;
  /**
   * Those with the largest effect on the later value. Most of them pushed it the way it went, where so many did: a
   * median that fell is not told by what held it up alone. What has no effect on its own is left out.
   */
  readonly largest: readonly Move[];
  /** False where there are too many to leave out one by one, so that `largest` is empty. */
  readonly weighed: boolean;
}

export const NO_MOVES: Moves = { entered: 0, left: 0, changed: 0, largest: [], weighed: true };

/** Two windows over one table: the places of the observations that count in each, in the table's order. */
export interface Compared {
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  row(place: number): ObservationRow;
  /** The later value, had these counted in its window. */
  over(places: Uint32Array): number | null;
  /** The earlier value, as it was. */
  readonly earlier: number | null;
  readonly aggregate: Aggregate;
  readonly combine: Combine | null;
  readonly named: readonly RowLink[] | null;
}

/** Leaving one out costs a pass over all of them. */
const MOST_WORK = 50_000_000;

/**
 * Which items tell two windows apart, and by how much each moved the later value on its own (leave-one-out). The
 * effects do not add up to the whole change: a median does not move by parts, and a window may have moved as well.
 */
export function movesOf(compared: Compared, most: number): Moves {
  const { entered, left, changed } = differences(compared);
  const counts = { entered: entered.length, left: left.length, changed: changed.length };
  const now = compared.over(compared.after);
  if (now === null) return { ...counts, largest: [], weighed: true };
  const candidates = [
    ...extremes(entered, compared, most).map((place) => ({ place, was: null, entered: true })),
    ...extremes(left, compared, most).map((place) => ({ place, was: null, entered: false })),
    ...changed.map(({ place, was }) => ({ place, was, entered: true })),
  ];
  const known = new Map<string, number | null>();
  const keys = candidates.map(({ place, was, entered }) =>
    was === null ? `${entered} ${likenessOf(compared, place)}` : `changed ${place}`,
  );
  if (new Set(keys).size * (compared.after.length + 1) > MOST_WORK) {
    return { ...counts, largest: [], weighed: false };
  }
  const moves = candidates.map((candidate, i): Move => {
    const { place, was, entered } = candidate;
    const key = keys[i] ?? '';
    const without = was !== null || entered ? place : null;
    const withThis = was ?? (entered ? null : place);
    const otherwise = known.has(key)
      ? (known.get(key) ?? null)
      : compared.over(exchanged(compared.after, without, withThis));
    known.set(key, otherwise);
    const row = compared.row(place);
    return {
      change: was !== null ? 'changed' : entered ? 'entered' : 'left',
      row,
      was: was === null ? null : compared.row(was),
      otherwise,
      named: compared.named?.[row.ref] ?? null,
      terms: [],
    };
  });
  return { ...counts, largest: largestOf(moves, { earlier: compared.earlier, now }, most), weighed: true };
}

/** How many of those named pushed the value the way it went, where as many did. */
const ALONG = 0.6;

/** First those that pushed the value the way it went, then the others; of each the largest, furthest off and newest. */
export function largestOf(
  moves: readonly Move[],
  { earlier, now }: { readonly earlier: number | null; readonly now: number },
  most: number,
): readonly Move[] {
  const ranked = moves
    .filter((move) => effectSize(move, now) > 0)
    .sort(
      (a, b) =>
        effectSize(b, now) - effectSize(a, now) ||
        Math.abs(b.row.value - now) - Math.abs(a.row.value - now) ||
        b.row.at - a.row.at ||
        a.row.ref - b.row.ref,
    );
  const went = earlier === null ? 0 : Math.sign(now - earlier);
  const isAlong = ({ otherwise }: Move): boolean => otherwise === null || Math.sign(now - otherwise) === went;
  const first = ranked.filter(isAlong).slice(0, Math.ceil(most * ALONG));
  const others = ranked.filter((move) => !first.includes(move)).slice(0, most - first.length);
  const chosen = ranked.filter((move) => first.includes(move) || others.includes(move));
  return [...chosen.filter(isAlong), ...chosen.filter((move) => !isAlong(move))];
}

/** What differs only in the last bits of a sum is the same; what would leave no value at all comes first. */
function effectSize({ otherwise }: Move, now: number): number {
  if (otherwise === null) return Number.POSITIVE_INFINITY;
  const effect = Math.abs(now - otherwise);
  const noise = 1e-9 * Math.max(Math.abs(now), Math.abs(otherwise));
  return effect <= noise ? 0 : Number(effect.toPrecision(9));
}

interface Differences {
  readonly entered: readonly number[];
  readonly left: readonly number[];
  readonly changed: readonly { readonly place: number; readonly was: number }[];
}

/** An item may be in the table several times over: for other spans of its life, or with other values. */
function differences({ before, after, row }: Compared): Differences {
  const entered = groupedByItem(without(after, before), row);
  const left = groupedByItem(without(before, after), row);
  const found = { entered: [] as number[], left: [] as number[], changed: [] as Differences['changed'][0][] };
  for (const [item, news] of entered) {
    const olds = left.get(item) ?? [];
    // The same observation, of another span in which it counts, moved nothing.
    const fresh = news.filter((place) => !takeEqual(olds, place, row));
    const [place, was] = [fresh[0], olds[0]];
    if (fresh.length === 1 && olds.length === 1 && place !== undefined && was !== undefined) {
      found.changed.push({ place, was });
      left.delete(item);
    } else found.entered.push(...fresh);
  }
  for (const olds of left.values()) found.left.push(...olds);
  return found;
}

function takeEqual(places: number[], place: number, row: Compared['row']): boolean {
  const one = row(place);
  const i = places.findIndex((other) => {
    const { at, value, of } = row(other);
    return at === one.at && value === one.value && of === one.of;
  });
  if (i >= 0) places.splice(i, 1);
  return i >= 0;
}

function groupedByItem(places: readonly number[], row: Compared['row']): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const { ref, subject } = row(place);
    const item = `${ref} ${subject ?? ''}`;
    const group = groups.get(item);
    if (group) group.push(place);
    else groups.set(item, [place]);
  }
  return groups;
}

function without(places: Uint32Array, others: Uint32Array): readonly number[] {
  const known = new Set(others);
  return Array.from(places).filter((place) => !known.has(place));
}

/**
 * Those that can have one of the largest effects. Most aggregates move the further, the lower or higher a value is, so
 * that the lowest and the highest of each subject are enough.
 */
function extremes(places: readonly number[], compared: Compared, most: number): readonly number[] {
  const { row, aggregate, combine } = compared;
  if (aggregate === 'last') return atTheEnd(places, compared);
  if (aggregate === 'ratio' || combine === 'sumOverSum') return places;
  const bySubject = new Map<string | null, { place: number; at: number; value: number }[]>();
  for (const place of places) {
    const { subject, at, value } = row(place);
    const group = bySubject.get(subject);
    if (group) group.push({ place, at, value });
    else bySubject.set(subject, [{ place, at, value }]);
  }
  const chosen = new Set<number>();
  for (const group of bySubject.values()) {
    const newest = group.toSorted((a, b) => b.at - a.at || a.place - b.place);
    const orders = [
      newest.toSorted((a, b) => a.value - b.value),
      newest.toSorted((a, b) => b.value - a.value),
    ];
    for (const order of orders) for (const { place } of order.slice(0, most)) chosen.add(place);
  }
  return [...chosen];
}

/** The last of a series is moved by itself, and by what dropped out after it. */
function atTheEnd(places: readonly number[], { after, row }: Compared): readonly number[] {
  const lasts = new Map<string | null, number>();
  for (const place of after) lasts.set(row(place).subject, place);
  return places.filter((place) => place >= (lasts.get(row(place).subject) ?? 0));
}

/** Items that are alike have the same effect, except where the order of time decides. */
function likenessOf({ row, aggregate, combine }: Compared, place: number): string {
  if (aggregate === 'last' || combine === 'sumOverSum') return `at ${place}`;
  const { value, of, subject } = row(place);
  return `${value} ${of} ${subject ?? ''}`;
}

/** The places without one of them and with another, in their order. */
function exchanged(places: Uint32Array, gone: number | null, added: number | null): Uint32Array {
  const kept = gone === null ? places : places.filter((place) => place !== gone);
  if (added === null) return kept;
  const at = kept.findIndex((place) => place > added);
  const before = at < 0 ? kept : kept.subarray(0, at);
  const all = new Uint32Array(kept.length + 1);
  all.set(before);
  all[before.length] = added;
  if (at >= 0) all.set(kept.subarray(at), at + 1);
  return all;
}
