import * as z from 'zod';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import { basicAuth, openRest } from '../rest.ts';
import type { SonarqubeProject, SonarqubeSettings } from './settings.ts';

/** The most that one page has: https://next.sonarqube.com/sonarqube/web_api/api/measures/search_history */
const HISTORY_PAGE = 1000;
const PROJECT_PAGE = 500;
/** No search goes further than this, whatever the page. */
const CAP = 10_000;

const METRICS = [
  'coverage',
  'line_coverage',
  'branch_coverage',
  'lines_to_cover',
  'uncovered_lines',
  'conditions_to_cover',
  'uncovered_conditions',
] as const;
export type SonarqubeMetric = (typeof METRICS)[number];

/** `2026-11-24T03:00:00+0200`: an offset without a colon, which Date.parse need not read. */
const dateSchema = z
  .string()
  .transform((text) => Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')))
  .refine((at) => !Number.isNaN(at), 'a date');
const historySchema = z.object({
  paging: z.object({ total: z.number() }),
  measures: z.array(
    z.object({
      metric: z.string(),
      /** An analysis without this metric has no value. */
      history: z.array(
        z.object({
          date: dateSchema,
          value: z
            .string()
            .regex(/^-?[\d.]+$/)
            .optional(),
        }),
      ),
    }),
  ),
});
const projectsSchema = z.object({
  paging: z.object({ total: z.number() }),
  components: z.array(z.object({ key: z.string() })),
});

/** One analysis of a project. */
export interface Analysis {
  readonly at: number;
  readonly values: Readonly<Partial<Record<SonarqubeMetric, number>>>;
}

export interface Sonarqube {
  /** A page of the analyses from `from` on, that moment included, oldest first; `more` when others follow. */
  history(project: SonarqubeProject, from: number): Promise<{ analyses: readonly Analysis[]; more: boolean }>;
  /** The keys of all projects. */
  projectKeys(): Promise<readonly string[]>;
}

export function openSonarqube(context: PullContext<SonarqubeSettings>): Sonarqube {
  const { settings, fetch, signal, now } = context;
  const { token, scheme } = settings;
  const authorization =
    token === undefined ? null : scheme === 'basic' ? basicAuth(token, '') : `Bearer ${token}`;
  const client = openRest({
    fetch,
    signal,
    now,
    tool: 'SonarQube',
    headers: authorization === null ? {} : { authorization },
    secrets: [token, authorization?.split(' ')[1]].filter((secret) => secret !== undefined),
    remedies: {
      access:
        'Give the source a valid user `token` with the permission Browse on the project (`scheme: basic` before version 10)',
      missing: 'Check the key of the project and its branch; what the token may not see is not found either',
    },
  });

  async function ask<T>(schema: z.ZodType<T>, path: string, query: Readonly<Record<string, string>>) {
    const address = new URL(`${settings.url.replace(/\/+$/, '')}${path}`);
    for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
    const { data, endpoint } = await client.get(address);
    return { answer: parseAnswer(schema, data, endpoint), endpoint };
  }

  return {
    async history({ key, branch }, from) {
      const { answer } = await ask(historySchema, '/api/measures/search_history', {
        component: key,
        ...(branch === undefined ? {} : { branch }),
        metrics: METRICS.join(','),
        from: new Date(from).toISOString().replace(/\.\d+Z$/, '+0000'),
        p: '1',
        ps: String(HISTORY_PAGE),
      });
      const byTime = new Map<number, Partial<Record<SonarqubeMetric, number>>>();
      for (const name of METRICS) {
        for (const { date, value } of answer.measures.find(({ metric }) => metric === name)?.history ?? []) {
          const values = byTime.get(date) ?? {};
          if (value !== undefined) values[name] = Number(value);
          byTime.set(date, values);
        }
      }
      const analyses = [...byTime].map(([at, values]) => ({ at, values })).sort((a, b) => a.at - b.at);
      return { analyses, more: answer.paging.total > HISTORY_PAGE };
    },

    async projectKeys() {
      const keys: string[] = [];
      for (let page = 1; ; page++) {
        const { answer, endpoint } = await ask(projectsSchema, '/api/components/search', {
          qualifiers: 'TRK',
          ...(settings.organization === undefined ? {} : { organization: settings.organization }),
          p: String(page),
          ps: String(PROJECT_PAGE),
        });
        const { total } = answer.paging;
        // Reading the first of them would leave out the others without a word.
        if (total > CAP) throw tooMany(total, endpoint);
        keys.push(...answer.components.map(({ key }) => key));
        if (answer.components.length === 0 || page * PROJECT_PAGE >= total) return keys;
      }
    },
  };
}

function tooMany(total: number, endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'input',
    message: `There are ${total} projects, and SonarQube lists no more than ${CAP}`,
    endpoint,
    remedy: 'Name the projects by their keys, without `*`',
  });
}
