import type { RecordType } from '../domain/records.ts';
import { sqlite } from './builder.ts';
import type { Connection } from './connection.ts';
import type { KeptStore, RecordRevisions } from './contract.ts';

function readRevisions(connection: Connection): RecordRevisions {
  const rows = connection.all(
    sqlite.selectFrom('record_revisions').select(['record_type as type', 'revision']).orderBy('record_type'),
  );
  return new Map(rows.map(({ type, revision }) => [type, revision]));
}

/** The revisions of these types as one text; null where one of them has none, whose changes nobody notices. */
function textOf(revisions: RecordRevisions, types: readonly RecordType[]): string | null {
  const parts: string[] = [];
  for (const type of [...types].sort()) {
    const revision = revisions.get(type);
    if (revision === undefined) return null;
    parts.push(`${type}:${revision}`);
  }
  return parts.join(' ');
}

/** Whether what was kept at revisions, as their text, is of these. */
function isOf(text: string, revisions: RecordRevisions): boolean {
  const types = text.split(' ').map((part) => part.split(':')[0] as RecordType);
  return textOf(revisions, types) === text;
}

export function keptStore(connection: Connection): KeptStore {
  return {
    recordRevisions: () => connection.guard(() => readRevisions(connection)),

    watchRecords: () =>
      connection.guard(() =>
        connection.transaction(() => {
          connection.run(sqlite.updateTable('record_revisions').set({ watched: 1 }).where('watched', '=', 0));
          return readRevisions(connection);
        }),
      ),

    keptRules: (revisions) =>
      connection.guard(() => {
        const rows = connection.all(sqlite.selectFrom('kept_rules').select(['name', 'revisions', 'facts']));
        const current = new Map<string, string>();
        for (const row of rows) {
          if (isOf(row.revisions, revisions)) current.set(row.name, row.facts);
        }
        return current;
      }),

    keptObservations: (name, facts, revisions) =>
      connection.guard(() => {
        const query = sqlite.selectFrom('kept_rules').select(['revisions', 'observations']);
        const row = connection.get(query.where('name', '=', name).where('facts', '=', facts));
        return row !== undefined && isOf(row.revisions, revisions) ? row.observations : null;
      }),

    keepRules: (revisions, rules, used) =>
      connection.guard(() =>
        connection.transaction(() => {
          const now = readRevisions(connection);
          const list = JSON.stringify(used);
          connection
            .prepare('DELETE FROM kept_rules WHERE name NOT IN (SELECT value FROM json_each(?))')
            .run(list);
          for (const { name, types, facts, observations } of rules) {
            const text = textOf(revisions, types);
            // A record that changed since then may have been read before or after it did.
            if (text === null || textOf(now, types) !== text) continue;
            if (observations === null) {
              const same = sqlite.updateTable('kept_rules').set({ facts }).where('name', '=', name);
              connection.run(same.where('revisions', '=', text));
            } else {
              const row = { name, revisions: text, facts, observations };
              connection.run(sqlite.replaceInto('kept_rules').values(row));
            }
          }
        }),
      ),
  };
}
