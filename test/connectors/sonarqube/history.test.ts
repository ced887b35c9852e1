import { describe, expect, onTestFinished, test } from 'vitest';
import { sonarqube } from '../../../connectors/sonarqube/index.ts';
import { sonarqubeSettings } from '../../../connectors/sonarqube/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { loadExample } from '../../support/examples.ts';
import type { JsonServer } from '../../support/json-server.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { analysesOf, type StandInAnalysis, startSonarqube, TOKEN } from './api.ts';

const HOUR = 3_600_000;
const FROM = Date.parse('2026-11-02T06:00:00Z');

async function serve(
  projects: Readonly<Record<string, readonly StandInAnalysis[]>>,
  options?: Parameters<typeof startSonarqube>[1],
): Promise<JsonServer> {
  const server = await startSonarqube(projects, options);
  onTestFinished(() => server.close());
  return server;
}

async function pull(server: JsonServer, settings: object = {}, cursor: string | null = null) {
  const parsed = sonarqubeSettings.parse({
    url: server.url,
    token: TOKEN,
    projects: [{ key: 'acme:web' }],
    ...settings,
  });
  const context = pullContext(parsed, { fetch: globalThis.fetch, start: FROM });
  const members: string[] = [];
  for await (const { id } of sonarqube.streams.history?.members(context) ?? []) members.push(id);
  server.requests.length = 0;
  const pulled = await drain(sonarqube.streams.history, context, members[0] ?? '', cursor);
  return { ...pulled, warnings: context.warnings, members, samples: pulled.records as readonly Sample[] };
}

describe('SonarQube', () => {
  test('an analysis gives the exact shares, dated in UTC whatever the zone of the server', async () => {
    const server = await serve({ 'acme:web': analysesOf(1, FROM + HOUR, 0) });
    const { samples, error } = await pull(server);
    expect(error).toBeNull();
    expect(samples).toMatchObject([
      { series: 'coverage-lines', subject: 'acme:web', measuredAt: FROM + HOUR, value: 0.6, of: 1000 },
      { series: 'coverage-branches', value: 0.8, of: 50 },
      { series: 'sonarqube-coverage', value: 0.613, of: null },
    ]);
    expect(samples[0]?.url).toBe(`${server.url}/dashboard?id=acme%3Aweb`);
  });

  test('what an analysis did not measure is no sample, and nothing to cover is not 0 %', async () => {
    const server = await serve({
      'acme:web': [
        { at: FROM, values: {} },
        { at: FROM + HOUR, values: { lines_to_cover: 0, uncovered_lines: 0 } },
        { at: FROM + 2 * HOUR, values: { line_coverage: 42.5 } },
      ],
    });
    const { samples } = await pull(server);
    expect(samples).toMatchObject([
      { series: 'coverage-lines', measuredAt: FROM + 2 * HOUR, value: 0.425, of: null },
    ]);
  });

  const UNTOUCHED = { lines_to_cover: 1000, uncovered_lines: 1000, line_coverage: 0, coverage: 0 };

  test('an analysis in which no line is covered may have had no report: it is no sample, and a warning', async () => {
    const server = await serve({
      'acme:web': [
        { at: FROM, values: UNTOUCHED },
        { at: FROM + HOUR, values: { line_coverage: 0, coverage: 0 } },
        ...analysesOf(1, FROM + 2 * HOUR, 0),
      ],
    });
    const { samples, removed, warnings } = await pull(server);
    expect(new Set(samples.map(({ measuredAt }) => measuredAt))).toEqual(new Set([FROM + 2 * HOUR]));
    expect(removed.length, 'what an earlier version took for 0 % goes').toBe(6);
    expect(warnings.join()).toContain('acme:web: 2 analyses');
  });

  test('0 % is believed where the report brought branches, and where `zero: measured` says so', async () => {
    const withBranches = { ...UNTOUCHED, conditions_to_cover: 50, uncovered_conditions: 50 };
    const told = await pull(await serve({ 'acme:web': [{ at: FROM, values: withBranches }] }));
    expect(told.samples.map(({ series, value }) => [series, value])).toEqual([
      ['coverage-lines', 0],
      ['coverage-branches', 0],
      ['sonarqube-coverage', 0],
    ]);
    const server = await serve({ 'acme:web': [{ at: FROM, values: UNTOUCHED }] });
    const { samples, removed, warnings } = await pull(server, { zero: 'measured' });
    expect(samples.map(({ series, value }) => [series, value])).toEqual([
      ['coverage-lines', 0],
      ['sonarqube-coverage', 0],
    ]);
    expect([removed, warnings]).toEqual([[], []]);
  });

  test('a long history is read by time, each analysis once', async () => {
    const server = await serve({ 'acme:web': analysesOf(2500, FROM, 60_000) });
    const { samples } = await pull(server);
    const times = samples.filter(({ series }) => series === 'coverage-lines').map((one) => one.measuredAt);
    expect(times).toHaveLength(2500);
    expect(new Set(times).size).toBe(2500);
    expect(server.requests.every(({ url }) => url.searchParams.get('p') === '1')).toBe(true);
  });

  test('an unchanged project costs one request, and a new analysis comes alone', async () => {
    const analyses = analysesOf(3, FROM, HOUR);
    const server = await serve({ 'acme:web': analyses });
    const { cursor } = await pull(server);
    const again = await pull(server, {}, cursor);
    expect([again.batches, server.requests.length]).toEqual([[], 1]);
    analyses.push(...analysesOf(1, FROM + 9 * HOUR, 0));
    const { samples } = await pull(server, {}, cursor);
    expect(new Set(samples.map(({ measuredAt }) => measuredAt))).toEqual(new Set([FROM + 9 * HOUR]));
  });

  test('a branch is asked for and named', async () => {
    const server = await serve({ 'acme:web release': analysesOf(1, FROM, 0) });
    const { samples } = await pull(server, { projects: [{ key: 'acme:web', branch: 'release' }] });
    expect(samples[0]).toMatchObject({ subject: 'acme:web release', branch: 'release' });
  });

  test('a `*` finds the projects, in the organization', async () => {
    const analyses = analysesOf(1, FROM, 0);
    const server = await serve({ 'acme:api': analyses, 'acme:web': analyses, other: analyses });
    const { members, samples } = await pull(server, { projects: [{ key: 'acme:*' }], organization: 'acme' });
    expect(members).toEqual(['acme:api', 'acme:web']);
    expect(samples[0]?.subject).toBe('acme:api');
  });

  test('more projects than can be listed are an error, not the first of them', async () => {
    const server = await serve({ 'acme:web': [] }, { total: 10_001 });
    await expect(pull(server, { projects: [{ key: '*' }] })).rejects.toMatchObject({ code: 'input' });
  });

  test('a token goes as the name of a user where `scheme` says so', async () => {
    const authorization = `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`;
    const server = await serve({ 'acme:web': analysesOf(1, FROM, 0) }, { authorization });
    expect((await pull(server, { scheme: 'basic' })).samples).not.toEqual([]);
    expect((await pull(server)).error).toMatchObject({ code: 'auth' });
  });

  test('an unknown project is an error that says so', async () => {
    const { error } = await pull(await serve({}));
    expect(error).toMatchObject({ code: 'not_found' });
    expect((error as Error).message).toContain("'acme:web' not found");
  });

  test('the example of its page is a valid configuration', async () => {
    const { objectives } = await loadExample('sonarqube');
    expect(objectives[0]?.keyResults).toHaveLength(1);
  });
});
