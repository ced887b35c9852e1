import { sql } from '../../../connectors/sql/index.ts';
import { testConnector } from '../../support/test-connector.ts';
import { sqliteFile } from './databases.ts';
import { SIGNUPS, SIGNUPS_QUERY } from './support.ts';

testConnector(sql, {
  name: 'SQLite',
  network: false,
  secrets: [],
  async prepare() {
    const file = await sqliteFile(`CREATE TABLE signups (id INTEGER, day TEXT, new INTEGER); ${SIGNUPS}`);
    return { settings: { path: file.path, queries: [SIGNUPS_QUERY] }, start: 0, dispose: file.dispose };
  },
});
