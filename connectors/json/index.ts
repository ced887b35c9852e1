import type { Connector, Preview, PullContext, Stream } from '../contract.ts';
import { type JsonSettings, jsonSettings, tableId } from './settings.ts';

const rows: Stream<JsonSettings> = {
  yields: ['sample'],
  version: 1,
  async *members({ settings }) {
    for (const id of settings.tables.map(tableId)) yield { id, title: id };
  },
  definition: ({ tables }, member) => tables.find((table) => tableId(table) === member),
  async *pull(context, member, cursor) {
    const table = context.settings.tables.find((one) => tableId(one) === member);
    if (table === undefined) return;
    const { pullTable } = await import('./tables.ts');
    yield* pullTable(context, table, cursor);
  },
};

async function preview(context: PullContext<JsonSettings>, count: number): Promise<readonly Preview[]> {
  const { previewTable } = await import('./tables.ts');
  const previews: Preview[] = [];
  for (const table of context.settings.tables) {
    const reader = await previewTable(context, table, count);
    previews.push({ title: tableId(table), samples: reader.samples() });
  }
  return previews;
}

/** Numbers out of JSON, from an HTTP API or files. */
export const json: Connector<JsonSettings> = {
  kind: 'json',
  title: 'Any numbers out of JSON, by JMESPath: the answers of an HTTP API, or files',
  settings: jsonSettings,
  async check(context) {
    await preview(context, 1);
  },
  preview,
  streams: { rows },
};
