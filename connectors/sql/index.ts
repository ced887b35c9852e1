import { tableConnector } from '../table-connector.ts';
import { queryId, sqlSettings } from './settings.ts';

/** What queries yield of a database that is somebody else's. */
export const sql = tableConnector({
  kind: 'sql',
  title: 'Sign-ups, upgrades, costs and any other numbers out of a database: a file of SQLite, or PostgreSQL',
  settings: sqlSettings,
  stream: 'rows',
  tables: ({ queries }) => queries,
  idOf: queryId,
  async load() {
    const { previewQuery, pullQuery } = await import('./pull.ts');
    return { pull: pullQuery, preview: previewQuery };
  },
});
