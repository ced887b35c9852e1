import type { Connector, Preview, PullContext, Stream } from '../contract.ts';
import { type PrometheusSettings, prometheusSettings } from './settings.ts';

const queries: Stream<PrometheusSettings> = {
  yields: ['sample'],
  version: 1,
  // A gap in one query is none in another.
  memberField: 'series',
  async *members({ settings }) {
    for (const { series } of settings.queries) yield { id: series, title: series };
  },
  definition: ({ queries }, member) => queries.find(({ series }) => series === member),
  async *pull(context, member, cursor) {
    const query = context.settings.queries.find(({ series }) => series === member);
    if (query === undefined) return;
    const { pullQuery } = await import('./pull.ts');
    yield* pullQuery(context, query, cursor);
  },
};

async function preview(context: PullContext<PrometheusSettings>, rows: number): Promise<readonly Preview[]> {
  const { previewQuery } = await import('./pull.ts');
  const previews: Preview[] = [];
  for (const query of context.settings.queries) {
    previews.push({ title: query.series, samples: await previewQuery(context, query, rows) });
  }
  return previews;
}

/** Range queries of Prometheus, and of what speaks its API. */
export const prometheus: Connector<PrometheusSettings> = {
  kind: 'prometheus',
  title: 'Latency, errors, availability, costs and anything else by PromQL, step by step',
  settings: prometheusSettings,
  async check(context) {
    await preview(context, 1);
  },
  preview,
  streams: { queries },
};
