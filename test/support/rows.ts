import Database from 'better-sqlite3';
import { RECORD_TYPES, tableOf } from '../../src/store/tables.ts';

type Row = { readonly [column: string]: unknown };

/** Everything that sync leaves behind, without row numbers and moments of writing: equal for equal outcomes. */
export interface Rows {
  readonly members: readonly Row[];
  readonly records: { readonly [table: string]: readonly Row[] };
}

/** Reads what a database holds, past the store, in a stable order. */
export function readRows(path: string): Rows {
  const db = new Database(path, { readonly: true });
  try {
    const members = db
      .prepare(
        `SELECT s.name AS source, t.name AS stream, m.name AS member, m.active, m.covered_from,
           m.complete_at IS NOT NULL AS complete
         FROM members m JOIN streams t ON t.id = m.stream_id JOIN sources s ON s.id = t.source_id
         ORDER BY 1, 2, 3`,
      )
      .all() as Row[];
    const records: { [table: string]: readonly Row[] } = {};
    for (const recordType of RECORD_TYPES) {
      const { table, columns, children } = tableOf(recordType);
      const names = [...columns.map((column) => column.name), ...children.map((child) => child.countColumn)];
      records[table] = db
        .prepare(
          `SELECT ${names.map((name) => `r."${name}"`).join(', ')}, m.name AS member, r.removed_at IS NOT NULL AS removed
           FROM ${table} r JOIN members m ON m.id = r.member_id ORDER BY r.source_id, r.ext_id`,
        )
        .all() as Row[];
      for (const child of children) {
        records[child.table] = db
          .prepare(
            `SELECT r.ext_id AS parent_id, c.seq, ${child.columns.map(({ name }) => `c."${name}"`).join(', ')}
             FROM ${child.table} c JOIN ${table} r ON r.id = c.record_id ORDER BY r.source_id, r.ext_id, c.seq`,
          )
          .all() as Row[];
      }
    }
    return { members, records };
  } finally {
    db.close();
  }
}

export function countRecords(rows: Rows): number {
  return RECORD_TYPES.reduce((sum, type) => sum + (rows.records[tableOf(type).table]?.length ?? 0), 0);
}
