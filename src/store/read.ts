import { sql } from 'kysely';
import type { RecordType } from '../domain/records.ts';
import { sqlite } from './builder.ts';
import type { Connection } from './connection.ts';
import type { FieldOf, RecordHandle, RecordLink, RecordQuery, StoredRecord } from './contract.ts';
import { StoreError, toStoreError } from './errors.ts';
import { type NumberedMember, numberedMembers } from './members.ts';
import { type Child, type Column, RECORD_TYPES, type TableDescription, tableOf } from './tables.ts';
import { fromSql, isPlain, type SqlValue } from './values.ts';

/** Rows read before the caller sees them. */
const CHUNK = 2000;
/** A handle is the row's number and, below it, the place of its type. */
const HANDLE_BASE = 16;

/** A record query with its types erased. */
interface AnyQuery {
  readonly fields: readonly string[];
  readonly latest?: { readonly column: string; readonly notBefore: number } | undefined;
  readonly earliest?: { readonly column: string; readonly before: number } | undefined;
  readonly thereAt?: number | undefined;
}

type MutableRecord = { ref: RecordHandle; removedAt?: number; [field: string]: unknown };

function columnOf(table: TableDescription, field: string): Column {
  const column = table.columns.find((candidate) => candidate.field === field);
  if (column) return column;
  throw new StoreError('invalid', `A ${table.recordType} has no field ${field} to read`);
}

/** A list as a subquery, so that one text serves lists of every length. */
function listed(values: readonly number[]) {
  return sql<number>`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

function childrenOf(table: TableDescription, fields: readonly string[]): readonly Child[] {
  return table.children.filter((child) => fields.includes(child.field));
}

/** What moved is another ticket there, with the title and the creation of the first: both together would count twice. */
const livesNoFurther = sql<boolean>`NOT EXISTS (
  SELECT 1 FROM tickets AS other
  WHERE other.created_at = tickets.created_at AND other.source_id = tickets.source_id
    AND other.removed_at IS NULL AND other.title IS tickets.title)`;

/** The rows of a query: id, member, when it was removed, then the plain columns, then the counts of the children. */
function selectRows(
  query: AnyQuery,
  table: TableDescription,
  columns: readonly Column[],
  members: ReadonlyMap<number, NumberedMember>,
  filterMembers: boolean,
) {
  let select = sqlite
    .selectFrom(table.table)
    .select(['id', 'member_id', 'removed_at', ...columns.map((column) => column.name)])
    .select(childrenOf(table, query.fields).map((child) => child.countColumn));
  const { thereAt } = query;
  select =
    thereAt === undefined
      ? select.where('removed_at', 'is', null)
      : select.where((eb) =>
          eb.or([
            eb('removed_at', 'is', null),
            table.recordType === 'ticket'
              ? eb.and([eb('removed_at', '>=', thereAt), livesNoFurther])
              : eb('removed_at', '>=', thereAt),
          ]),
        );
  if (filterMembers) select = select.where('member_id', 'in', listed([...members.keys()]));
  const { latest, earliest } = query;
  if (latest) {
    const { name } = columnOf(table, latest.column);
    select = select.where((eb) => eb.or([eb(name, 'is', null), eb(name, '>=', latest.notBefore)]));
  }
  if (earliest) select = select.where(columnOf(table, earliest.column).name, '<', earliest.before);
  return select;
}

/** Gives the records of a chunk their elements: one query for all of them. */
function attach(connection: Connection, child: Child, records: readonly MutableRecord[]): void {
  const waiting = new Map<number, unknown[]>();
  for (const record of records) {
    const count = record[child.field] as number | null;
    if (count === null) continue;
    const elements: unknown[] = [];
    record[child.field] = elements;
    if (count > 0) waiting.set(Math.floor(record.ref / HANDLE_BASE), elements);
  }
  if (waiting.size === 0) return;
  const { sql: text, parameters } = sqlite
    .selectFrom(child.table)
    .select(['record_id', ...child.columns.map((column) => column.name)])
    .where('record_id', 'in', listed([...waiting.keys()]))
    .orderBy('record_id')
    .orderBy('seq')
    .compile();
  const rows = connection
    .prepare(text)
    .raw()
    .all(...parameters) as [number, ...SqlValue[]][];
  for (const [recordId, ...values] of rows) {
    const element: { [field: string]: unknown } = {};
    for (const [index, column] of child.columns.entries()) {
      element[column.field] = fromSql(column, values[index] ?? null);
    }
    waiting.get(recordId)?.push(element);
  }
}

/** Records of active members, read in one snapshot and handed out in chunks. */
export async function* readRecords<T extends RecordType, F extends FieldOf<T>>(
  connection: Connection,
  query: RecordQuery<T, F>,
): AsyncIterable<readonly StoredRecord<T, F>[]> {
  const { recordType } = query;
  const table = tableOf(recordType);
  const typeIndex = RECORD_TYPES.indexOf(recordType);
  const children = childrenOf(table, query.fields);
  const columns = query.fields
    .filter((field) => !children.some((child) => child.field === field))
    .map((field) => columnOf(table, field));
  try {
    const yielding = numberedMembers(connection).filter((member) => member.yields.includes(recordType));
    const wanted = yielding.filter((member) => member.active && query.sources.includes(member.source));
    const members = new Map(wanted.map((member) => [member.memberId, member]));
    const select = selectRows(query, table, columns, members, wanted.length < yielding.length);
    const { sql: text, parameters } = select.compile();
    // Not from the cache: two readers of the same query must not share a statement that is being iterated.
    const rows = connection.db
      .prepare(text)
      .raw()
      .iterate(...parameters) as Iterable<SqlValue[]>;

    let chunk: MutableRecord[] = [];
    const finish = (): readonly StoredRecord<T, F>[] => {
      for (const child of children) attach(connection, child, chunk);
      const done = chunk as unknown as readonly StoredRecord<T, F>[];
      chunk = [];
      return done;
    };
    for (const row of rows) {
      const member = members.get(row[1] as number);
      // A stream that stopped yielding this type: its members are not those of the sources that do.
      if (!member) continue;
      const record: MutableRecord = {
        recordType,
        ref: (row[0] as number) * HANDLE_BASE + typeIndex,
        source: member.source,
        member: member.member,
      };
      const removedAt = row[2] as number | null;
      if (removedAt !== null) record.removedAt = removedAt;
      let index = 3;
      for (const column of columns) {
        const value = row[index++] as SqlValue;
        record[column.field] = isPlain(column) ? value : fromSql(column, value);
      }
      for (const child of children) record[child.field] = row[index++];
      chunk.push(record);
      if (chunk.length === CHUNK) yield finish();
    }
    if (chunk.length > 0) yield finish();
  } catch (error) {
    throw toStoreError(error, connection.path);
  }
}

/** What each handle names, in the order of the handles. */
export function readLinks(connection: Connection, handles: readonly RecordHandle[]): readonly RecordLink[] {
  const idsByType = new Map<number, number[]>();
  for (const handle of handles) {
    const ids = idsByType.get(handle % HANDLE_BASE);
    const id = Math.floor(handle / HANDLE_BASE);
    if (ids) ids.push(id);
    else idsByType.set(handle % HANDLE_BASE, [id]);
  }
  const links = new Map<RecordHandle, RecordLink>();
  for (const [typeIndex, ids] of idsByType) {
    const type = RECORD_TYPES[typeIndex];
    if (!type) continue;
    const rows = connection.all(
      sqlite
        .selectFrom(tableOf(type).table)
        .select(['id', 'key', 'url', 'title'])
        .where('id', 'in', listed(ids)),
    );
    for (const { id, key, url, title } of rows) {
      links.set(id * HANDLE_BASE + typeIndex, { type, key, url, title });
    }
  }
  return handles.map((handle) => {
    const link = links.get(handle);
    if (link) return link;
    throw new StoreError('invalid', `There is no record ${handle}`);
  });
}
