import { describe, expect, onTestFinished, test } from 'vitest';
import { lighthouse } from '../../../connectors/lighthouse/index.ts';
import { lighthouseSettings } from '../../../connectors/lighthouse/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { testConnector } from '../../support/test-connector.ts';
import { KEY, type PagespeedState, startPagespeed } from './pagespeed-api.ts';

const AT = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const PATH = '/pagespeedonline/v5/runPagespeed';

async function serve(overrides: Partial<PagespeedState> = {}) {
  const server = await startPagespeed({ at: AT, field: 'page', ...overrides });
  onTestFinished(() => server.close());
  return server;
}

async function pull(url: string, extra: object = {}, cursor: string | null = null, now = AT) {
  const page = { url: 'https://acme.dev/', key: KEY, endpoint: `${url}${PATH}`, ...extra };
  const settings = lighthouseSettings.parse({ pagespeed: [page] });
  const context = pullContext(settings, { fetch: globalThis.fetch, now: () => now });
  const member = settings.pagespeed?.[0]?.subject ?? page.url;
  const pulled = await drain(lighthouse.streams.pagespeed, context, member, cursor);
  const samples = pulled.records as readonly Sample[];
  const values = Object.fromEntries(samples.map(({ series, value }) => [series, value]));
  return { ...pulled, samples, values };
}

describe('PageSpeed Insights', () => {
  test('the run in the laboratory and what users had are kept apart', async () => {
    const server = await serve();
    const { values, samples, error } = await pull(server.url, { strategy: 'desktop', subject: 'home' });
    expect(error).toBeNull();
    expect(values).toEqual({
      'lighthouse-lcp': 1007,
      'lighthouse-ttfb': 17,
      'lighthouse-performance': 0.5,
      'crux-lcp-p75': 1643,
      'crux-lcp-good': 0.89,
      'crux-inp-p75': 180,
      'crux-inp-good': 0.8,
      'crux-cls-p75': 0.12,
      'crux-cls-good': 0.7,
      'crux-ttfb-p75': 600,
      'crux-ttfb-good': 0.75,
    });
    expect(samples.every(({ subject, measuredAt }) => subject === 'home' && measuredAt === AT)).toBe(true);
    expect(samples.at(-1)?.labels).toMatchObject({ scope: 'page', formFactor: 'DESKTOP' });
    expect(server.requests[0]?.url.search).toBe(
      '?url=https%3A%2F%2Facme.dev%2F&strategy=DESKTOP&category=PERFORMANCE&category=ACCESSIBILITY&category=BEST_PRACTICES&category=SEO',
    );
  });

  test.each(['origin', 'none'] as const)(
    'field data of the %s is never taken for the page’s',
    async (field) => {
      const server = await serve({ field });
      const { values } = await pull(server.url);
      expect(Object.keys(values)).toEqual(['lighthouse-lcp', 'lighthouse-ttfb', 'lighthouse-performance']);
    },
  );

  test('a page is measured once a day', async () => {
    const server = await serve();
    const { cursor } = await pull(server.url);
    expect((await pull(server.url, {}, cursor, AT + HOUR)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
    expect((await pull(server.url, {}, cursor, AT + 24 * HOUR)).samples).not.toEqual([]);
  });

  test('a wrong key is told without it, and is in no address', async () => {
    const server = await serve();
    const { error } = await pull(server.url, { key: 'AIza-wrong-key' });
    expect(error).toMatchObject({ code: 'auth' });
    expect(`${(error as Error).message}${JSON.stringify(error)}`).not.toContain('AIza-wrong-key');
    expect(server.requests.map(({ url }) => url.href).join()).not.toContain('AIza');
  });

  test('a spent quota is transient', async () => {
    const server = await serve();
    expect((await pull(server.url, { key: undefined })).error).toMatchObject({ code: 'rate_limit' });
  });

  test('a page that did not load is an error and no sample, and is tried again', async () => {
    const server = await serve({ runtimeError: { code: 'NO_FCP', message: 'The page did not paint.' } });
    const { error, cursor } = await pull(server.url);
    expect(error).toMatchObject({ code: 'server' });
    expect((error as Error).message).toContain('NO_FCP');
    expect(cursor).toBeNull();
  });

  test('one page for two devices needs two names', () => {
    const pages = [{ url: 'https://acme.dev/' }, { url: 'https://acme.dev/', strategy: 'desktop' }];
    const { error } = lighthouseSettings.safeParse({ pagespeed: pages });
    expect(JSON.stringify(error?.issues)).toContain('measured twice');
  });
});

testConnector(lighthouse, {
  name: 'pagespeed',
  network: true,
  secrets: [KEY],
  async prepare() {
    const server = await startPagespeed({ at: Date.now() - HOUR, field: 'page' });
    const page = { key: KEY, endpoint: `${server.url}${PATH}` };
    return {
      settings: lighthouseSettings.parse({
        pagespeed: [
          { ...page, url: 'https://acme.dev/' },
          { ...page, url: 'https://acme.dev/shop', strategy: 'desktop' },
        ],
      }),
      start: 0,
      dispose: () => server.close(),
    };
  },
});
