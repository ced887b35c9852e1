import type { Connector, Preview, PullContext, Stream } from '../contract.ts';
import { type CsvSettings, csvSettings, tableId } from './settings.ts';

const rows: Stream<CsvSettings> = {
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

async function preview(context: PullContext<CsvSettings>, count: number): Promise<readonly Preview[]> {
  const { previewTable } = await import('./tables.ts');
  const previews: Preview[] = [];
  for (const table of context.settings.tables) {
    const reader = await previewTable(context, table, count);
    previews.push({ title: tableId(table), samples: reader.samples() });
  }
  return previews;
}

/** Tables in CSV, out of files or from a server. */
export const csv: Connector<CsvSettings> = {
  kind: 'csv',
  title: 'Survey answers, sign-ups, costs and any other numbers out of CSV, as files or from a server',
  settings: csvSettings,
  async check(context) {
    await preview(context, 1);
  },
  preview,
  streams: { rows },
};
