import type { Connector, Preview, PullContext, Stream } from '../contract.ts';
import { queryId, type SqlSettings, sqlSettings } from './settings.ts';

const rows: Stream<SqlSettings> = {
  yields: ['sample'],
  version: 1,
  async *members({ settings }) {
    for (const id of settings.queries.map(queryId)) yield { id, title: id };
  },
  definition: ({ queries }, member) => queries.find((query) => queryId(query) === member),
  async *pull(context, member, cursor) {
    const query = context.settings.queries.find((one) => queryId(one) === member);
    if (query === undefined) return;
    const { pullQuery } = await import('./pull.ts');
    yield* pullQuery(context, query, cursor);
  },
};

async function preview(context: PullContext<SqlSettings>, count: number): Promise<readonly Preview[]> {
  const { previewQuery } = await import('./pull.ts');
  const previews: Preview[] = [];
  for (const query of context.settings.queries) {
    previews.push({ title: queryId(query), samples: await previewQuery(context, query, count) });
  }
  return previews;
}

/** What queries yield of a database that is somebody else's. */
export const sql: Connector<SqlSettings> = {
  kind: 'sql',
  title: 'Sign-ups, upgrades, costs and any other numbers out of a database: a file of SQLite, or PostgreSQL',
  settings: sqlSettings,
  async check(context) {
    await preview(context, 1);
  },
  preview,
  streams: { rows },
};
