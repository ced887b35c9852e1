import type { Statement } from 'better-sqlite3';
import type { Batch } from '../../connectors/contract.ts';
import type { Instant, RecordType } from '../domain/records.ts';
import { DAY } from '../domain/time.ts';
import type { MemberKey, SyncStore } from '../sync/contract.ts';
import { InvalidRecordError } from '../sync/errors.ts';
import { sqlite } from './builder.ts';
import { type ChildWriter, childWriter } from './children.ts';
import type { Connection } from './connection.ts';
import type { Store } from './contract.ts';
import { type MemberPlace, memberPlace } from './members.ts';
import { type TableDescription, tableOf } from './tables.ts';
import { type SqlValue, toSql } from './values.ts';

type Fields = { readonly [field: string]: unknown };

/** The prepared statements of one record type. */
interface Writer {
  readonly table: TableDescription;
  readonly children: readonly ChildWriter[];
  readonly upsert: Statement;
  readonly find: Statement;
  readonly remove: Statement;
}

/** Inserts a row or updates the one of the same natural key, and only when a column differs or it was removed. */
function upsertText({ table, columns, children }: TableDescription): string {
  const names = [
    'source_id',
    'member_id',
    ...columns.map((column) => column.name),
    ...children.map((child) => child.countColumn),
  ];
  const written = names.filter((name) => name !== 'source_id' && name !== 'ext_id');
  const query = sqlite
    .insertInto(table)
    .values(Object.fromEntries(names.map((name) => [name, 0])) as never)
    .onConflict((conflict) =>
      conflict
        .columns(['source_id', 'ext_id'])
        .doUpdateSet((eb) => ({
          ...Object.fromEntries(written.map((name) => [name, eb.ref(`excluded.${name}`)])),
          removed_at: eb.lit(null),
        }))
        .where((eb) =>
          eb.or([
            eb(eb.ref(`${table}.removed_at`), 'is not', null),
            ...written.map((name) => eb(eb.ref(`${table}.${name}`), 'is not', eb.ref(`excluded.${name}`))),
          ]),
        ),
    );
  return query.compile().sql;
}

/** Before every moment: it was never there. */
const WITHDRAWN = 0;
/**
 * So long after a member began anew, what is found gone is what its new definition leaves out, and no news: time enough
 * for a reconciliation, which comes daily.
 */
const SETTLING = 2 * DAY;

function createWriter(connection: Connection, recordType: RecordType): Writer {
  const table = tableOf(recordType);
  const find = sqlite
    .selectFrom(table.table)
    .select('id')
    .where('source_id', '=', 0)
    .where('ext_id', '=', '');
  const remove = sqlite
    .updateTable(table.table)
    .set({ removed_at: 0 })
    .where('source_id', '=', 0)
    .where('ext_id', '=', '')
    // What another member shows by now has moved there, and is not gone.
    .where('member_id', '=', 0)
    .where('removed_at', 'is', null);
  return {
    table,
    children: table.children.map((child) => childWriter(connection, recordType, child)),
    upsert: connection.prepare(upsertText(table)),
    find: connection.prepare(find.compile().sql).pluck(),
    remove: connection.prepare(remove.compile().sql),
  };
}

/** A record's row in the order of the upsert's parameters. */
function rowOf({ table }: Writer, place: MemberPlace, record: Fields): SqlValue[] {
  const row: SqlValue[] = [place.sourceId, place.memberId];
  for (const column of table.columns) {
    row.push(toSql(table.recordType, record, column, record[column.field]));
  }
  for (const child of table.children) {
    const elements = record[child.field];
    if (elements !== null && !Array.isArray(elements)) {
      throw new InvalidRecordError(
        `The ${table.recordType} ${String(record.id)} cannot be stored: ${child.field} must be a list or null`,
      );
    }
    row.push(elements === null ? null : elements.length);
  }
  return row;
}

function prepareWriter(connection: Connection, now: () => Instant) {
  const writers = new Map<RecordType, Writer>();
  const places = new Map<string, MemberPlace>();
  const lastRowId = connection.db.prepare('SELECT last_insert_rowid()').pluck();
  const startOf = connection
    .prepare(sqlite.selectFrom('members').select('restarted_at').where('id', '=', 0).compile().sql)
    .pluck();
  const moveCursor = connection.prepare(
    sqlite.updateTable('members').set({ cursor: '' }).where('id', '=', 0).compile().sql,
  );

  function writerOf(recordType: RecordType): Writer {
    const known = writers.get(recordType);
    if (known) return known;
    const writer = createWriter(connection, recordType);
    writers.set(recordType, writer);
    return writer;
  }

  function placeOf(key: MemberKey): MemberPlace {
    const name = JSON.stringify([key.source, key.stream, key.member]);
    const known = places.get(name);
    if (known) return known;
    const place = memberPlace(connection, key);
    places.set(name, place);
    return place;
  }

  function write(place: MemberPlace, batch: Batch): number {
    let changed = 0;
    // An upsert that updates leaves SQLite's last row id as it was: a new one tells an insert, without a query.
    let rowId = lastRowId.get() as number | bigint;
    for (const record of batch.records) {
      const fields: Fields = { ...record };
      const writer = writerOf(record.recordType);
      const result = writer.upsert.run(rowOf(writer, place, fields));
      const inserted = result.changes === 1 && result.lastInsertRowid !== rowId;
      rowId = result.lastInsertRowid;
      let differs = result.changes === 1;
      if (writer.children.length > 0) {
        const id = inserted ? Number(rowId) : (writer.find.get(place.sourceId, fields.id) as number);
        for (const child of writer.children) {
          if (child.write(id, inserted, fields)) differs = true;
        }
      }
      if (differs) changed += 1;
    }
    const { removed = [] } = batch;
    if (removed.length > 0) {
      // What is found gone together went at one moment.
      const at = now();
      const restartedAt = (startOf.get(place.memberId) as number | null) ?? Number.NEGATIVE_INFINITY;
      const removedAt = at < restartedAt + SETTLING ? WITHDRAWN : at;
      for (const { recordType, id } of removed) {
        changed += writerOf(recordType).remove.run(removedAt, place.sourceId, id, place.memberId).changes;
      }
    }
    if (batch.cursor !== null) moveCursor.run(batch.cursor, place.memberId);
    return changed;
  }

  return (key: MemberKey, batch: Batch): number => {
    const place = placeOf(key);
    return connection.transaction(() => write(place, batch));
  };
}

/**
 * Stores batches: records, tombstones and cursor in one transaction. A row is written only when it differs, so a
 * batch that is stored twice writes nothing the second time. Returns the records that changed.
 */
export function batchWriter(connection: Connection, now: () => Instant): SyncStore['commitBatch'] {
  let writer: ReturnType<typeof prepareWriter> | null = null;
  return (key, batch) =>
    connection.guard(() => {
      writer ??= prepareWriter(connection, now);
      return { changed: writer(key, batch) };
    });
}

/** Stores batches of several members in one transaction: all of them or none. */
export function batchesWriter(connection: Connection, now: () => Instant): Store['commitBatches'] {
  return (batches) =>
    connection.guard(() => {
      const write = prepareWriter(connection, now);
      return connection.transaction(() => {
        let changed = 0;
        for (const { key, batch } of batches) changed += write(key, batch);
        return { changed };
      });
    });
}
