import type * as z from 'zod';
import type { Sample } from '../src/domain/records.ts';
import type { Batch, Connector, Preview, PullContext, Stream } from './contract.ts';

/** How the tables of one kind are read; loaded when the first of them is. */
export interface TableReading<Settings, Table> {
  pull(context: PullContext<Settings>, table: Table, cursor: string | null): AsyncIterable<Batch>;
  /** Its first rows as they are mapped. */
  preview(context: PullContext<Settings>, table: Table, rows: number): Promise<readonly Sample[]>;
}

export interface TableKind<Settings, Table> {
  readonly kind: string;
  readonly title: string;
  readonly settings: z.ZodType<Settings>;
  readonly stream: string;
  /** Where a member is one series: a gap in one is none in another. */
  readonly memberField?: 'series';
  tables(settings: Settings): readonly Table[];
  /** The same while the table is the same. */
  idOf(table: Table): string;
  load(): Promise<TableReading<Settings, Table>>;
}

/** A kind whose settings list tables or queries: each is a member of its one stream, and is defined by its own settings. */
export function tableConnector<Settings, Table>(kind: TableKind<Settings, Table>): Connector<Settings> {
  const tableOf = (settings: Settings, member: string): Table | undefined =>
    kind.tables(settings).find((table) => kind.idOf(table) === member);

  const stream: Stream<Settings> = {
    yields: ['sample'],
    version: 1,
    ...(kind.memberField === undefined ? {} : { memberField: kind.memberField }),
    async *members({ settings }) {
      for (const table of kind.tables(settings)) yield { id: kind.idOf(table), title: kind.idOf(table) };
    },
    definition: tableOf,
    async *pull(context, member, cursor) {
      const table = tableOf(context.settings, member);
      if (table === undefined) return;
      const reading = await kind.load();
      yield* reading.pull(context, table, cursor);
    },
  };

  async function preview(context: PullContext<Settings>, rows: number): Promise<readonly Preview[]> {
    const reading = await kind.load();
    const previews: Preview[] = [];
    for (const table of kind.tables(context.settings)) {
      previews.push({ title: kind.idOf(table), samples: await reading.preview(context, table, rows) });
    }
    return previews;
  }

  return {
    kind: kind.kind,
    title: kind.title,
    settings: kind.settings,
    async check(context) {
      await preview(context, 1);
    },
    preview,
    streams: { [kind.stream]: stream },
  };
}
