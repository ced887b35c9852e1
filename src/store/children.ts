import type { RecordType } from '../domain/records.ts';
import { sqlite } from './builder.ts';
import type { Connection } from './connection.ts';
import type { Child } from './tables.ts';
import { type SqlValue, toSql } from './values.ts';

type Fields = { readonly [field: string]: unknown };

export interface ChildWriter {
  /** Makes the stored elements those of the record; true when a row had to be written or deleted. */
  write(recordId: number, inserted: boolean, record: Fields): boolean;
}

function sameRow(stored: readonly SqlValue[], row: readonly SqlValue[]): boolean {
  return row.every((value, index) => value === stored[index]);
}

/** Replaces a record's changes or reviews: only the rows that differ are written. */
export function childWriter(connection: Connection, recordType: RecordType, child: Child): ChildWriter {
  const names = child.columns.map((column) => column.name);
  const insert = sqlite
    .replaceInto(child.table)
    .values(Object.fromEntries([['record_id', 0], ['seq', 0], ...names.map((name) => [name, 0])]) as never);
  const read = sqlite.selectFrom(child.table).select(names).where('record_id', '=', 0).orderBy('seq');
  const shorten = sqlite.deleteFrom(child.table).where('record_id', '=', 0).where('seq', '>=', 0);
  const statements = {
    insert: connection.prepare(insert.compile().sql),
    read: connection.prepare(read.compile().sql).raw(),
    shorten: connection.prepare(shorten.compile().sql),
  };

  return {
    write(recordId, inserted, record) {
      const elements = (record[child.field] ?? []) as readonly Fields[];
      if (inserted && elements.length === 0) return false;
      const stored = inserted ? [] : (statements.read.all(recordId) as SqlValue[][]);
      let wrote = false;
      for (const [seq, element] of elements.entries()) {
        const row = child.columns.map((column) => toSql(recordType, record, column, element[column.field]));
        const before = stored[seq];
        if (before && sameRow(before, row)) continue;
        statements.insert.run([recordId, seq, ...row]);
        wrote = true;
      }
      if (stored.length > elements.length) {
        statements.shorten.run(recordId, elements.length);
        wrote = true;
      }
      return wrote;
    },
  };
}
