import * as z from 'zod';
import { AGGREGATES, UNITS } from '../domain/okr.ts';
import type { RecordType } from '../domain/records.ts';
import { defineMetric, type Reads } from './contract.ts';
import { ROW_COLUMNS } from './engine/query.ts';

/** The records behind the public views: what a query reads is only as complete as they are. */
const VIEWS: Readonly<Record<string, readonly RecordType[]>> = {
  v_tickets: ['ticket'],
  v_changes: ['ticket', 'pull_request'],
  v_pull_requests: ['pull_request'],
  v_reviews: ['pull_request'],
  v_commits: ['commit'],
  v_releases: ['release'],
  v_tags: ['tag'],
  v_deployments: ['deployment'],
  v_builds: ['build'],
  v_alerts: ['alert'],
  v_sprints: ['sprint'],
  v_worklogs: ['worklog'],
  v_samples: ['sample'],
  v_check_ins: [],
  v_key_results: [],
  v_runs: [],
};

export const metric = defineMetric({
  id: 'sql',
  title: 'SQL',
  unit: 'none',
  better: null,
  kind: 'flow',
  aggregate: 'sum',
  aggregates: AGGREGATES,
  definition:
    'The rows of a read-only query over the public views, each an observation with its `at` and `value`, in the unit that the option says.',
  source: 'https://www.sqlite.org/lang_select.html',
  reads: {},
  reading: ({ query }) => Object.fromEntries(typesOf(query).map((type) => [type, []])) as Reads,
  scope: 'set',
  options: z.strictObject({
    query: z
      .string()
      .trim()
      .max(20_000)
      .regex(/^(select|with)\b/i, { error: 'must be one query that begins with SELECT or WITH' })
      .refine((query) => viewsOf(query).length > 0, {
        error: `must read at least one of the views ${Object.keys(VIEWS).join(', ')}`,
      })
      .describe(
        `Yields ${ROW_COLUMNS.slice(0, 2).join(' and ')}, and optionally ${ROW_COLUMNS.slice(2).join(', ')}.`,
      ),
    unit: z.enum(UNITS).default('none').describe('What its values are in.'),
    kind: z
      .enum(['flow', 'stock', 'sample'])
      .default('flow')
      .describe('Events in the window, how things stand at its end, or measured points.'),
    better: z.enum(['up', 'down']).optional().describe('Which way is better.'),
  }),
  unitUnder: ({ unit }) => unit,
  kindUnder: ({ kind }) => kind,
  betterUnder: ({ better }) => better ?? null,
  query: ({ query }) => query,
  observe: () => [],
});

function viewsOf(query: string): readonly string[] {
  const named = new Set(query.toLowerCase().match(/\bv_[a-z_]+\b/g));
  return Object.keys(VIEWS).filter((view) => named.has(view));
}

function typesOf(query: string): readonly RecordType[] {
  return [...new Set(viewsOf(query).flatMap((view) => VIEWS[view] ?? []))];
}
