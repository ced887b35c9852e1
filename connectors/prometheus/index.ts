import { tableConnector } from '../table-connector.ts';
import { prometheusSettings } from './settings.ts';

/** Range queries of Prometheus, and of what speaks its API. */
export const prometheus = tableConnector({
  kind: 'prometheus',
  title: 'Latency, errors, availability, costs and anything else by PromQL, step by step',
  settings: prometheusSettings,
  stream: 'queries',
  memberField: 'series',
  tables: ({ queries }) => queries,
  idOf: ({ series }) => series,
  async load() {
    const { previewQuery, pullQuery } = await import('./pull.ts');
    return { pull: pullQuery, preview: previewQuery };
  },
});
