import { basename } from 'node:path';
import * as z from 'zod';
import { DURATION } from '../durations.ts';
import { areDistinct, checkTable, seriesNames, tableShape } from '../table-settings.ts';

const name = z.string().min(1);

const query = z
  .strictObject({
    query: name.describe('One query that reads, in the SQL of the database.'),
    ...tableShape,
  })
  .check(checkTable);
export type SqlQuery = z.infer<typeof query>;

const shared = {
  queries: z
    .array(query)
    .min(1)
    .refine((queries) => areDistinct(queries.map(queryId)), {
      error: 'two of them have the same series: give each a `name`',
    }),
  timeLimit: z
    .string()
    .regex(DURATION, { error: 'is not a length of time such as 30s or 5m' })
    .optional()
    .describe('How long one query may take; default 30s.'),
};

const sqlite = z.strictObject({
  path: name.describe('A file of SQLite. It is opened for reading alone.'),
  ...shared,
});

const postgres = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(?:ql)?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?\/[^/?#\s]+$/i, {
      error:
        'is not an address such as `postgres://db.acme.dev:5432/crm`; give `user` and `password` by themselves',
    })
    .describe('Address of a database of PostgreSQL, without user and password.'),
  user: name.describe('Best one that may read a few views and nothing else.'),
  password: z.string().optional(),
  tls: z
    .enum(['verify', 'unverified', 'off'])
    .optional()
    .describe(
      'How the connection is encrypted. `verify`: with a certificate that is checked, the default; `unverified`: with any; `off`: not, the default on this machine.',
    ),
  ca: name
    .meta({ path: true })
    .optional()
    .describe('A file of certificates (PEM) to trust beside the usual ones.'),
  ...shared,
});
export type PostgresSettings = z.infer<typeof postgres>;

export const sqlSettings = z
  .union([sqlite, postgres])
  .describe('What a query yields of a database: a file of SQLite, or PostgreSQL.');

export type SqlSettings = z.infer<typeof sqlSettings>;

/** Stable while the query is about the same. */
export function queryId(query: SqlQuery): string {
  return query.name ?? (seriesNames(query).join(' ') || (query.map.series ?? 'query'));
}

/** What the database is called in messages. */
export function placeOf(settings: SqlSettings): string {
  return 'path' in settings ? basename(settings.path) : settings.url;
}
