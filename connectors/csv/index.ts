import { tableConnector } from '../table-connector.ts';
import { tableId } from '../table-settings.ts';
import { csvSettings } from './settings.ts';

/** Tables in CSV, out of files or from a server. */
export const csv = tableConnector({
  kind: 'csv',
  title: 'Survey answers, sign-ups, costs and any other numbers out of CSV, as files or from a server',
  settings: csvSettings,
  stream: 'rows',
  tables: ({ tables }) => tables,
  idOf: tableId,
  async load() {
    const { previewTable, pullTable } = await import('./tables.ts');
    return { pull: pullTable, preview: previewTable };
  },
});
