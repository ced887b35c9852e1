import type { Span } from '../../domain/okr.ts';
import type { Instant } from '../../domain/records.ts';
import type { RecordHandle } from '../../store/contract.ts';
import type { Observation } from '../contract.ts';

/** One observation read back from the table. */
export interface ObservationRow {
  readonly at: Instant;
  readonly value: number;
  readonly of: number | null;
  readonly subject: string | null;
  readonly ref: RecordHandle;
}

export interface ObservationColumns {
  readonly at: Float64Array;
  readonly value: Float64Array;
  /** NaN where an observation has none. */
  readonly of: Float64Array | null;
  readonly from: Float64Array | null;
  readonly until: Float64Array | null;
}

/**
 * Observations in columns, so that a million of them stay small. Filled once, then sorted by time (ties by
 * handle), which fixes the order in which every aggregate reads them.
 */
export class ObservationTable {
  #length = 0;
  #at: Float64Array = new Float64Array(1024);
  #value: Float64Array = new Float64Array(1024);
  #ref: Float64Array = new Float64Array(1024);
  // Most metrics need none of these three, so they exist only once one does.
  #of: Float64Array | null = null;
  #from: Float64Array | null = null;
  #until: Float64Array | null = null;
  #subject: Uint32Array | null = null;
  readonly #subjects: string[] = [];
  readonly #subjectIndex = new Map<string, number>();

  /** Of columns that are in order already. Their records are not known, and no subject is. */
  static of(columns: ObservationColumns): ObservationTable {
    const table = new ObservationTable();
    table.#length = columns.at.length;
    table.#at = columns.at;
    table.#value = columns.value;
    table.#ref = new Float64Array(0);
    table.#of = columns.of;
    table.#from = columns.from;
    table.#until = columns.until;
    return table;
  }

  get length(): number {
    return this.#length;
  }

  get subjects(): readonly string[] {
    return this.#subjects;
  }

  /** Adds one, alive for window ends in `(from, until]`. */
  add(observation: Observation, from: Instant, until: Instant): void {
    if (from >= until) return;
    const i = this.#length;
    if (i === this.#at.length) this.#grow();
    this.#at[i] = observation.at;
    this.#value[i] = observation.value;
    this.#ref[i] = observation.ref;
    if (observation.of !== undefined) {
      this.#of ??= new Float64Array(this.#at.length).fill(Number.NaN);
      this.#of[i] = observation.of;
    }
    if (from !== observation.at) {
      this.#from ??= Float64Array.from(this.#at);
      this.#from[i] = from;
    } else if (this.#from !== null) this.#from[i] = from;
    if (until !== Number.POSITIVE_INFINITY) {
      this.#until ??= new Float64Array(this.#at.length).fill(Number.POSITIVE_INFINITY);
      this.#until[i] = until;
    }
    if (observation.subject !== undefined) {
      this.#subject ??= new Uint32Array(this.#at.length);
      this.#subject[i] = this.#subjectNumber(observation.subject);
    }
    this.#length++;
  }

  sort(): void {
    const n = this.#length;
    const at = this.#at;
    const ref = this.#ref;
    const order = new Uint32Array(n);
    let sorted = true;
    for (let i = 0; i < n; i++) {
      order[i] = i;
      if (i > 0 && compare(at, ref, i - 1, i) > 0) sorted = false;
    }
    if (!sorted) order.sort((a, b) => compare(at, ref, a, b));
    this.#at = permute(this.#at, order);
    this.#value = permute(this.#value, order);
    this.#ref = permute(this.#ref, order);
    if (this.#of) this.#of = permute(this.#of, order);
    if (this.#from) this.#from = permute(this.#from, order);
    if (this.#until) this.#until = permute(this.#until, order);
    if (this.#subject) {
      const from = this.#subject;
      this.#subject = Uint32Array.from(order, (i) => from[i] as number);
    }
  }

  /** Places of those inside the window and alive at its end, in order. A stock ignores the window's start. */
  inside(window: Span, stock: boolean): Uint32Array {
    const first = stock ? 0 : this.#firstAtOrAfter(window.from);
    const end = this.#firstAtOrAfter(window.to);
    const places = new Uint32Array(end - first);
    let n = 0;
    for (let i = first; i < end; i++) {
      if (this.#from !== null && (this.#from[i] as number) >= window.to) continue;
      if (this.#until !== null && (this.#until[i] as number) < window.to) continue;
      places[n++] = i;
    }
    return places.subarray(0, n);
  }

  values(places: Uint32Array): Float64Array {
    return gather(this.#value, places);
  }

  ofs(places: Uint32Array): Float64Array | null {
    return this.#of === null ? null : gather(this.#of, places);
  }

  /** The places split by subject, in the order of the subjects' names. */
  bySubject(places: Uint32Array): readonly { readonly subject: string; readonly places: Uint32Array }[] {
    const column = this.#subject;
    if (column === null) return [{ subject: '', places }];
    const groups = new Map<number, number[]>();
    for (const i of places) {
      const subject = column[i] as number;
      const group = groups.get(subject);
      if (group) group.push(i);
      else groups.set(subject, [i]);
    }
    return [...groups]
      .map(([subject, group]) => ({
        subject: this.#subjects[subject] ?? '',
        places: Uint32Array.from(group),
      }))
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  /** All of it in columns, sorted by time; null for a column that no observation needs. */
  columns(): ObservationColumns {
    const n = this.#length;
    return {
      at: this.#at.subarray(0, n),
      value: this.#value.subarray(0, n),
      of: this.#of?.subarray(0, n) ?? null,
      from: this.#from?.subarray(0, n) ?? null,
      until: this.#until?.subarray(0, n) ?? null,
    };
  }

  at(place: number): Instant {
    return this.#at[place] as number;
  }

  row(place: number): ObservationRow {
    const of = this.#of?.[place];
    return {
      at: this.#at[place] as number,
      value: this.#value[place] as number,
      of: of === undefined || Number.isNaN(of) ? null : of,
      subject: this.#subject === null ? null : (this.#subjects[this.#subject[place] as number] ?? null),
      ref: this.#ref[place] ?? Number.NaN,
    };
  }

  #subjectNumber(subject: string): number {
    const known = this.#subjectIndex.get(subject);
    if (known !== undefined) return known;
    this.#subjects.push(subject);
    this.#subjectIndex.set(subject, this.#subjects.length - 1);
    return this.#subjects.length - 1;
  }

  #firstAtOrAfter(instant: Instant): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#at[middle] as number) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const size = this.#at.length * 2;
    this.#at = widen(this.#at, size, 0);
    this.#value = widen(this.#value, size, 0);
    this.#ref = widen(this.#ref, size, 0);
    if (this.#of) this.#of = widen(this.#of, size, Number.NaN);
    if (this.#from) this.#from = widen(this.#from, size, 0);
    if (this.#until) this.#until = widen(this.#until, size, Number.POSITIVE_INFINITY);
    if (this.#subject) {
      const wider = new Uint32Array(size);
      wider.set(this.#subject);
      this.#subject = wider;
    }
  }
}

function compare(at: Float64Array, ref: Float64Array, a: number, b: number): number {
  return (at[a] as number) - (at[b] as number) || (ref[a] as number) - (ref[b] as number) || a - b;
}

function permute(column: Float64Array, order: Uint32Array): Float64Array<ArrayBuffer> {
  return gather(column, order);
}

function gather(column: Float64Array, places: Uint32Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) out[i] = column[places[i] as number] as number;
  return out;
}

function widen(column: Float64Array, size: number, fill: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(size).fill(fill);
  wider.set(column);
  return wider;
}
