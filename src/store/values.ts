import type { RecordType } from '../domain/records.ts';
import { InvalidRecordError } from '../sync/errors.ts';
import type { Column, TableDescription } from './tables.ts';

export type SqlValue = string | number | null;
type Fields = { readonly [field: string]: unknown };

/** The first thing about a value that its column cannot hold; null when it fits. */
function faultOf(column: Column, value: unknown): string | null {
  if (value === null) return column.nullable || column.kind === 'json' ? null : 'must not be null';
  switch (column.kind) {
    case 'text':
      return typeof value === 'string' ? null : 'must be a text';
    case 'bool':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'int':
      return Number.isSafeInteger(value) ? null : 'must be a whole number';
    case 'time':
      return Number.isSafeInteger(value) ? null : 'must be a time in whole milliseconds since the epoch';
    case 'real':
      return Number.isFinite(value) ? null : 'must be a finite number';
    case 'json':
      return value === undefined ? 'is missing' : null;
  }
}

/** What is wrong with a record, one sentence per field; empty when it can be stored. */
export function recordFaults(table: TableDescription, record: Fields): string[] {
  const faults: string[] = [];
  for (const column of table.columns) {
    const fault = faultOf(column, record[column.field]);
    if (fault) faults.push(`${column.field} ${fault}`);
  }
  for (const child of table.children) {
    const elements = record[child.field];
    if (elements === null) continue;
    if (!Array.isArray(elements)) {
      faults.push(`${child.field} must be a list or null`);
      continue;
    }
    for (const [index, element] of (elements as readonly Fields[]).entries()) {
      for (const column of child.columns) {
        const fault = faultOf(column, element[column.field]);
        if (fault) faults.push(`${child.field}[${index}].${column.field} ${fault}`);
      }
    }
  }
  return faults;
}

/** JSON with the keys of objects in order, so that the same value is the same text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/**
 * A field as SQLite stores it.
 *
 * @throws InvalidRecordError naming the record and the field that does not fit.
 */
export function toSql(recordType: RecordType, record: Fields, column: Column, value: unknown): SqlValue {
  const fault = faultOf(column, value);
  if (fault) {
    throw new InvalidRecordError(
      `The ${recordType} ${String(record.id)} cannot be stored: ${column.field} ${fault}`,
    );
  }
  if (column.kind === 'json') return value === null && column.nullable ? null : canonicalJson(value);
  if (column.kind === 'bool') return value === null ? null : value === true ? 1 : 0;
  return value as SqlValue;
}

/** A stored value as the field it came from. */
export function fromSql(column: Column, value: SqlValue): unknown {
  if (value === null) return null;
  if (column.kind === 'bool') return value === 1;
  if (column.kind === 'json') return JSON.parse(value as string) as unknown;
  return value;
}

/** Whether a column's stored value is already the field's. */
export function isPlain(column: Column): boolean {
  return column.kind !== 'bool' && column.kind !== 'json';
}
