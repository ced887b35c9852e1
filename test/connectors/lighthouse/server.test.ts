import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectorError } from '../../../connectors/errors.ts';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import { type LighthouseSettings, lighthouseSettings } from '../../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { BUILD_TOKEN, buildsOf, type CiServer, PROJECT, reportOf, startCiServer } from './ci-server.ts';

const FROM = Date.parse('2026-11-01T00:00:00Z');

async function serverOf(count: number, password?: string): Promise<CiServer> {
  const server = await startCiServer(buildsOf(count, FROM), password);
  onTestFinished(() => server.close());
  return server;
}

async function pull(settings: Record<string, unknown>, cursor: string | null = null) {
  const parsed: LighthouseSettings = lighthouseSettings.parse({ server: settings });
  const context = pullContext(parsed, { fetch: globalThis.fetch, start: FROM });
  const members: string[] = [];
  for await (const { id } of lighthouse.streams.server?.members(context) ?? []) members.push(id);
  const pulled = await drain(lighthouse.streams.server, context, members[0] ?? '', cursor);
  return { ...pulled, members, warnings: context.warnings, samples: pulled.records as readonly Sample[] };
}

describe('a Lighthouse CI server', () => {
  test('every run of a build is a sample, not the representative one', async () => {
    const server = await serverOf(1);
    const { samples, error } = await pull({ url: server.url, project: 'acme-web' });
    expect(error).toBeNull();
    const lcp = samples.filter(({ series }) => series === 'lighthouse-lcp');
    expect(lcp.map(({ subject, value }) => [subject, value])).toEqual([
      ['http://localhost:PORT/', 1000],
      ['http://localhost:PORT/', 1001],
      ['http://localhost:PORT/shop', 1000],
      ['http://localhost:PORT/shop', 1001],
    ]);
    expect(lcp[0]).toMatchObject({
      measuredAt: FROM,
      branch: 'main',
      commit: server.builds[0]?.hash,
      url: `${server.url}/app/projects/acme-web/compare/${server.builds[0]?.id}`,
    });
  });

  test.each([PROJECT.id, PROJECT.slug, PROJECT.name])('the project is found by %s', async (project) => {
    const server = await serverOf(1);
    const { samples } = await pull({ url: server.url, project });
    expect(samples.length).toBeGreaterThan(0);
  });

  test('the build token finds the project by itself, and is in no message', async () => {
    const server = await serverOf(1);
    expect((await pull({ url: server.url, token: BUILD_TOKEN })).samples.length).toBeGreaterThan(0);
    const wrong = '99999999-1111-4222-8333-444455556666';
    const { error } = await pull({ url: server.url, token: wrong });
    expect(error).toMatchObject({ code: 'not_found' });
    expect(JSON.stringify(error)).not.toContain(wrong);
  });

  test('an unknown project is an error that names those there are', async () => {
    const server = await serverOf(1);
    const { error, batches } = await pull({ url: server.url, project: 'acme-wbe' });
    expect(error).toBeInstanceOf(ConnectorError);
    expect(String((error as Error).message)).toContain('acme-web');
    expect(batches).toEqual([]);
  });

  test('a project that was deleted since is an error, though the server answers with an empty list', async () => {
    const server = await serverOf(1);
    const { cursor } = await pull({ url: server.url, project: 'acme-web' });
    const gone = cursor?.replaceAll(PROJECT.id, '00000000-93b5-4d8c-9c2e-0f6d1c1f3a11') ?? '';
    const { error } = await pull({ url: server.url, project: 'acme-web' }, gone);
    expect(error).toMatchObject({ code: 'not_found' });
  });

  test('all builds are found, however many', async () => {
    const server = await serverOf(60);
    const { batches } = await pull({ url: server.url, project: 'acme-web' });
    expect(batches).toHaveLength(60);
  });

  test('an unchanged server is asked once', async () => {
    const server = await serverOf(70);
    const { cursor } = await pull({ url: server.url, project: 'acme-web' });
    server.asked.length = 0;
    const again = await pull({ url: server.url, project: 'acme-web' }, cursor);
    expect(again.batches).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  test('only new builds are read, and one that was sealed late is not missed', async () => {
    const server = await serverOf(10);
    const late = server.builds[7];
    if (!late) throw new Error('there are ten');
    late.lifecycle = 'unsealed';
    const { cursor, batches } = await pull({ url: server.url, project: 'acme-web' });
    expect(batches).toHaveLength(9);
    late.lifecycle = 'sealed';
    server.builds = [...server.builds, ...buildsOf(11, FROM).slice(10)];
    server.asked.length = 0;
    const again = await pull({ url: server.url, project: 'acme-web' }, cursor);
    expect(new Set(again.samples.map(({ commit }) => commit))).toEqual(
      new Set([late.hash, server.builds[10]?.hash]),
    );
    expect(server.asked).toHaveLength(3);
  });

  test('builds of one branch alone', async () => {
    const server = await serverOf(9);
    const { samples } = await pull({ url: server.url, project: 'acme-web', branch: 'topic' });
    expect(new Set(samples.map(({ branch }) => branch))).toEqual(new Set(['topic']));
  });

  test('basic authentication, and a refusal that keeps the password', async () => {
    const server = await serverOf(1, 'pass-word-7');
    const right = await pull({ url: server.url, project: 'acme-web', password: 'pass-word-7' });
    expect(right.samples.length).toBeGreaterThan(0);
    const { error } = await pull({ url: server.url, project: 'acme-web', password: 'pass-word-8' });
    expect(error).toMatchObject({ code: 'auth' });
  });

  test('a run without an LCP gives no sample of it, and says so', async () => {
    const server = await serverOf(1);
    const report = reportOf('http://localhost:4000/', FROM, 0);
    const lhr = {
      ...report,
      audits: { 'largest-contentful-paint': { scoreDisplayMode: 'error', errorMessage: 'NO_LCP' } },
    };
    const [build] = server.builds;
    if (build) server.builds = [{ ...build, runs: [{ url: 'http://localhost:PORT/', lhr }] }];
    const { samples, warnings } = await pull({ url: server.url, project: 'acme-web' });
    expect(samples.map(({ series }) => series)).toEqual(['lighthouse-performance']);
    expect(warnings.join()).toContain('lighthouse-lcp: NO_LCP');
  });
});
