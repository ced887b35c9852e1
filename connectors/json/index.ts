import { tableConnector } from '../table-connector.ts';
import { tableId } from '../table-settings.ts';
import { jsonSettings } from './settings.ts';

/** Numbers out of JSON, from an HTTP API or files. */
export const json = tableConnector({
  kind: 'json',
  title: 'Any numbers out of JSON, by JMESPath: the answers of an HTTP API, or files',
  settings: jsonSettings,
  stream: 'rows',
  tables: ({ tables }) => tables,
  idOf: tableId,
  async load() {
    const { previewTable, pullTable } = await import('./tables.ts');
    return { pull: pullTable, preview: previewTable };
  },
});
