import { HOUR } from '../../domain/time.ts';
import type { ObservationColumns } from './observations.ts';

/** How a column is written down: the shortest way that gives back the very same numbers. */
const NONE = 0;
/** One number stands for all. */
const SAME = 1;
/** The first, and whole steps from each to the next. */
const STEPS = 2;
const SINGLE = 3;
const DOUBLE = 4;
/** Only those that differ from what most are: of `from` the `at`, of `until` never. */
const FEW = 5;
/** Whole milliseconds, told in hours. */
const HOURS = 6;

/** Of each column: its kind, how many numbers follow, and the one that stands for all or comes first. */
const HEAD = 3;
const NAMES = ['at', 'value', 'of', 'from', 'until'] as const;

type Column = Float64Array;
type Part = Float64Array | Float32Array | Uint32Array;

interface Written {
  readonly head: readonly [kind: number, count: number, number: number];
  readonly parts: readonly Part[];
}

/** Observations in as few bytes as is quick: a million of them are kept in the database. */
export function packed(columns: ObservationColumns): Uint8Array {
  const { at } = columns;
  const written = NAMES.map((name): Written => {
    const column = columns[name];
    if (column === null) return { head: [NONE, 0, 0], parts: [] };
    if (name === 'from') return few(column, (i) => at[i] as number) ?? plain(column);
    if (name === 'until') return few(column, () => Number.POSITIVE_INFINITY) ?? plain(column);
    return (name === 'at' ? steps(column) : null) ?? plain(column);
  });
  const heads = Float64Array.from([at.length, ...written.flatMap(({ head }) => head)]);
  const parts = [heads, ...written.flatMap(({ parts: own }) => own)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + padded(part.byteLength), 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += padded(part.byteLength);
  }
  return bytes;
}

/** The same numbers in the same order. */
export function unpacked(bytes: Uint8Array): ObservationColumns {
  const { buffer, byteOffset } = aligned(bytes);
  const heads = new Float64Array(buffer, byteOffset, 1 + HEAD * NAMES.length);
  const n = heads[0] as number;
  let offset = byteOffset + heads.byteLength;
  const next = <T extends Part>(make: (offset: number) => T): T => {
    const part = make(offset);
    offset += padded(part.byteLength);
    return part;
  };
  const read = (index: number, most: (column: Column) => void): Column | null => {
    const [kind = NONE, count = 0, number = 0] = heads.subarray(1 + HEAD * index);
    if (kind === NONE) return null;
    if (kind === DOUBLE) return next((from) => new Float64Array(buffer, from, count));
    const column = new Float64Array(n);
    const whole = () => next((from) => new Uint32Array(buffer, from, count));
    if (kind === SAME) column.fill(number);
    else if (kind === SINGLE) column.set(next((from) => new Float32Array(buffer, from, count)));
    else if (kind === HOURS) hours(whole(), column);
    else if (kind === STEPS) sumUp(number, whole(), column);
    else {
      const places = whole();
      const numbers = next((from) => new Float64Array(buffer, from, count));
      most(column);
      for (let k = 0; k < count; k++) column[places[k] as number] = numbers[k] as number;
    }
    return column;
  };
  const none = () => undefined;
  const at = read(0, none) ?? new Float64Array(0);
  return {
    at,
    value: read(1, none) ?? new Float64Array(0),
    of: read(2, none),
    from: read(3, (column) => column.set(at)),
    until: read(4, (column) => column.fill(Number.POSITIVE_INFINITY)),
  };
}

/** A view of numbers begins at a multiple of their size; bytes from elsewhere may not. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

function hours(milliseconds: Uint32Array, into: Column): void {
  for (let i = 0; i < milliseconds.length; i++) into[i] = (milliseconds[i] as number) / HOUR;
}

function sumUp(first: number, steps: Uint32Array, into: Column): void {
  let sum = first;
  if (into.length > 0) into[0] = sum;
  for (let i = 0; i < steps.length; i++) {
    sum += steps[i] as number;
    into[i + 1] = sum;
  }
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function plain(column: Column): Written {
  const [first = 0] = column;
  if (column.every((one) => Object.is(one, first))) return { head: [SAME, 0, first], parts: [] };
  if (column.every((one) => Object.is(Math.fround(one), one)))
    return { head: [SINGLE, column.length, 0], parts: [Float32Array.from(column)] };
  const milliseconds = Uint32Array.from(column, (one) => Math.round(one * HOUR));
  if (column.every((one, i) => Object.is((milliseconds[i] as number) / HOUR, one)))
    return { head: [HOURS, column.length, 0], parts: [milliseconds] };
  return { head: [DOUBLE, column.length, 0], parts: [column] };
}

/** Null where a step is no whole number that fits. */
function steps(column: Column): Written | null {
  const by = new Uint32Array(Math.max(0, column.length - 1));
  for (let i = 0; i < by.length; i++) {
    const step = (column[i + 1] as number) - (column[i] as number);
    by[i] = step;
    if (by[i] !== step || (column[i] as number) + step !== column[i + 1]) return null;
  }
  return { head: [STEPS, by.length, column[0] ?? 0], parts: [by] };
}

/** Null where too many differ. */
function few(column: Column, most: (i: number) => number): Written | null {
  const places: number[] = [];
  for (let i = 0; i < column.length; i++) {
    if (Object.is(column[i], most(i))) continue;
    places.push(i);
    if (places.length > column.length / 2) return null;
  }
  const numbers = Float64Array.from(places, (i) => column[i] as number);
  return { head: [FEW, places.length, 0], parts: [Uint32Array.from(places), numbers] };
}
