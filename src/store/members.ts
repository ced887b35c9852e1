import type { Instant, RecordType } from '../domain/records.ts';
import type { MemberKey, MemberState, SyncStore } from '../sync/contract.ts';
import { sqlite } from './builder.ts';
import type { Connection } from './connection.ts';
import type { StoredMember, StreamFailure } from './contract.ts';
import { StoreError } from './errors.ts';
import { RECORD_TYPES, tableOf } from './tables.ts';

type MemberStore = Omit<SyncStore, 'commitBatch'>;

/** Where a member's records go. */
export interface MemberPlace {
  readonly memberId: number;
  readonly sourceId: number;
}

/** A member by the number that its records carry. */
export interface NumberedMember extends MemberPlace {
  readonly source: string;
  readonly member: string;
  readonly active: boolean;
  readonly yields: readonly RecordType[];
}

const membersWithPlace = sqlite
  .selectFrom('members')
  .innerJoin('streams', 'streams.id', 'members.stream_id')
  .innerJoin('sources', 'sources.id', 'streams.source_id');

export function memberPlace(connection: Connection, key: MemberKey): MemberPlace {
  const row = connection.get(
    membersWithPlace
      .select(['members.id as memberId', 'sources.id as sourceId'])
      .where('sources.name', '=', key.source)
      .where('streams.name', '=', key.stream)
      .where('members.name', '=', key.member),
  );
  if (row) return row;
  throw new StoreError('invalid', `${key.source}/${key.stream} has no member ${key.member}`);
}

/** Every member that was ever registered, the inactive ones too. */
export function numberedMembers(connection: Connection): readonly NumberedMember[] {
  const rows = connection.all(
    membersWithPlace.select([
      'members.id as memberId',
      'sources.id as sourceId',
      'sources.name as source',
      'members.name as member',
      'members.active as active',
      'streams.yields as yields',
    ]),
  );
  return rows.map((row) => ({
    ...row,
    active: row.active === 1,
    yields: JSON.parse(row.yields) as readonly RecordType[],
  }));
}

export function readMembers(connection: Connection): readonly StoredMember[] {
  const rows = connection.all(
    membersWithPlace
      .select([
        'sources.name as source',
        'sources.kind as kind',
        'streams.name as stream',
        'members.name as member',
        'members.title as title',
        'streams.yields as yields',
        'streams.member_field as memberField',
        'members.covered_from as coveredFrom',
        'members.covered_until as coveredUntil',
        'members.complete_at as completeAt',
        'members.error as error',
        'members.error_at as errorAt',
      ])
      .where('members.active', '=', 1)
      .orderBy('sources.id')
      .orderBy('streams.id')
      .orderBy('members.id'),
  );
  return rows.map((row) => ({ ...row, yields: JSON.parse(row.yields) as readonly RecordType[] }));
}

export function readStreamFailures(connection: Connection): readonly StreamFailure[] {
  const rows = connection.all(
    sqlite
      .selectFrom('streams')
      .innerJoin('sources', 'sources.id', 'streams.source_id')
      .select(['sources.name as source', 'streams.name as stream', 'streams.error', 'streams.error_at as at'])
      .where('streams.error', 'is not', null)
      .orderBy('streams.id'),
  );
  const failures: StreamFailure[] = [];
  for (const { source, stream, error, at } of rows) {
    if (error !== null && at !== null) failures.push({ source, stream, error, at });
  }
  return failures;
}

function sourceId(connection: Connection, source: { readonly id: string; readonly kind: string }): number {
  const row = connection.get(
    sqlite
      .insertInto('sources')
      .values({ name: source.id, kind: source.kind })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ kind: source.kind }))
      .returning('id'),
  );
  return row?.id ?? 0;
}

/** What sync remembers of sources, streams and members, apart from the batches themselves. */
export function memberStore(connection: Connection, now: () => Instant): MemberStore {
  function update(key: MemberKey, values: Parameters<typeof setColumns>[1]): void {
    connection.run(setColumns(memberPlace(connection, key).memberId, values));
  }

  return {
    setMembers: (source, stream, members) =>
      connection.guard(() =>
        connection.transaction(() => {
          const described = {
            yields: JSON.stringify(stream.yields),
            member_field: stream.memberField,
            error: null,
            error_at: null,
          };
          const row = connection.get(
            sqlite
              .insertInto('streams')
              .values({ source_id: sourceId(connection, source), name: stream.name, ...described })
              .onConflict((conflict) => conflict.columns(['source_id', 'name']).doUpdateSet(described))
              .returning('id'),
          );
          const streamId = row?.id ?? 0;
          connection.run(sqlite.updateTable('members').set({ active: 0 }).where('stream_id', '=', streamId));
          for (const { id, title } of members) {
            connection.run(
              sqlite
                .insertInto('members')
                .values({ stream_id: streamId, name: id, title, active: 1, fingerprint: '' })
                .onConflict((conflict) =>
                  conflict.columns(['stream_id', 'name']).doUpdateSet({ title, active: 1 }),
                ),
            );
          }
        }),
      ),

    memberState: (key) =>
      connection.guard((): MemberState | null => {
        const row = connection.get(
          membersWithPlace
            .select([
              'members.cursor',
              'members.fingerprint',
              'members.since',
              'members.covered_from as coveredFrom',
              'members.covered_until as coveredUntil',
              'members.complete_at as completeAt',
            ])
            .where('sources.name', '=', key.source)
            .where('streams.name', '=', key.stream)
            .where('members.name', '=', key.member),
        );
        return row ?? null;
      }),

    storedIds: (key, recordType) =>
      connection.guard(() => {
        const { memberId } = memberPlace(connection, key);
        const query = sqlite
          .selectFrom(tableOf(recordType).table)
          .select('ext_id')
          .where('member_id', '=', memberId)
          .where('removed_at', 'is', null);
        return connection.all(query).map((row) => row.ext_id);
      }),

    restartMember: (key, fingerprint, since) =>
      connection.guard(() => update(key, { fingerprint, since, cursor: null, restarted_at: now() })),

    completeMember: (key, at, coveredFrom, coveredUntil = null) =>
      connection.guard(() =>
        update(key, {
          complete_at: at,
          covered_from: coveredFrom,
          covered_until: coveredUntil,
          error: null,
          error_at: null,
        }),
      ),

    failMember: (key, at, error) => connection.guard(() => update(key, { error, error_at: at })),

    failStream: (source, stream, at, error) =>
      connection.guard(() =>
        connection.transaction(() => {
          connection.run(
            sqlite
              .insertInto('streams')
              .values({
                source_id: sourceId(connection, source),
                name: stream,
                yields: '[]',
                error,
                error_at: at,
              })
              .onConflict((conflict) =>
                conflict.columns(['source_id', 'name']).doUpdateSet({ error, error_at: at }),
              ),
          );
        }),
      ),
  };
}

function setColumns(
  memberId: number,
  values: {
    readonly fingerprint?: string;
    readonly since?: number;
    readonly cursor?: string | null;
    readonly complete_at?: number;
    readonly covered_from?: number;
    readonly covered_until?: number | null;
    readonly restarted_at?: number;
    readonly error?: string | null;
    readonly error_at?: number | null;
  },
) {
  return sqlite.updateTable('members').set(values).where('id', '=', memberId);
}

/** How many live records the active members of each source have. */
export function countBySource(connection: Connection): Map<string, number> {
  const active = numberedMembers(connection).filter((member) => member.active);
  const sources = new Map(active.map((member) => [member.memberId, member.source]));
  const counts = new Map<string, number>();
  for (const recordType of RECORD_TYPES) {
    // The index on (member_id, removed_at) answers this without touching a row.
    const rows = connection.all(
      sqlite
        .selectFrom(tableOf(recordType).table)
        .select((eb) => ['member_id as memberId', eb.fn.countAll<number>().as('live')])
        .where('removed_at', 'is', null)
        .groupBy('member_id'),
    );
    for (const { memberId, live } of rows) {
      const source = sources.get(Number(memberId));
      if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + live);
    }
  }
  return counts;
}
