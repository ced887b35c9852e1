import type { Change, FieldValue, HistoryField, Instant } from '../../domain/records.ts';

/** A value and the window ends, `(from, until]`, that see it. */
export interface Held {
  readonly value: FieldValue;
  readonly from: Instant;
  readonly until: Instant;
}

type Dated<F extends HistoryField> = { readonly history: readonly Change[] | null } & {
  readonly [K in F]: FieldValue;
};

/** What a field held over time, oldest first; its current value for ever where no change of it is known. */
export function valuesOf<F extends HistoryField>(record: Dated<F>, field: F): readonly Held[] {
  const held: Held[] = [];
  let from = Number.NEGATIVE_INFINITY;
  let last: Change | null = null;
  for (const change of record.history ?? []) {
    if (change.field !== field) continue;
    held.push({ value: change.from, from, until: change.at });
    from = change.at;
    last = change;
  }
  held.push({ value: last === null ? record[field] : last.to, from, until: Number.POSITIVE_INFINITY });
  return held;
}

/** What a field held at a moment, the changes of that very moment included. */
export function valueAt<F extends HistoryField>(record: Dated<F>, field: F, at: Instant): FieldValue {
  let before: FieldValue | undefined;
  for (const change of record.history ?? []) {
    if (change.field !== field) continue;
    if (change.at > at) return before === undefined ? change.from : before;
    before = change.to;
  }
  return before === undefined ? record[field] : before;
}
