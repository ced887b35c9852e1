import { describe, expect, onTestFinished, test } from 'vitest';
import { crux } from '../../../connectors/crux/index.ts';
import { cruxSettings } from '../../../connectors/crux/settings.ts';
import type { Sample } from '../../../src/domain/records.ts';
import { drain, pullContext } from '../../support/pull-context.ts';
import { KEY, startCrux } from './api.ts';

const LAST = Date.parse('2026-11-21');
const DAY = 86_400_000;
const END = LAST + DAY - 1;

async function serverOf(count = 4) {
  const state = { last: LAST, count };
  const server = await startCrux(state);
  onTestFinished(() => server.close());
  return Object.assign(server, { state });
}

interface Options {
  readonly endpoint: string;
  readonly subject?: object;
  readonly cursor?: string | null;
  readonly now?: number;
  readonly key?: string;
  readonly start?: number;
}

async function pull(options: Options) {
  const { endpoint, subject = { url: 'https://acme.dev' }, key = KEY, start = 0 } = options;
  const settings = cruxSettings.parse({ key, subjects: [subject], endpoint });
  const now = options.now ?? LAST + 4 * DAY;
  const context = pullContext(settings, { fetch: globalThis.fetch, now: () => now, start });
  const members: string[] = [];
  for await (const { id } of crux.streams.history?.members(context) ?? []) members.push(id);
  const pulled = await drain(crux.streams.history, context, members[0] ?? '', options.cursor ?? null);
  return { ...pulled, samples: pulled.records as readonly Sample[] };
}

describe('the CrUX History API', () => {
  test('a percentile is dated by the end of its 28 days, and a gap is no sample', async () => {
    const { url } = await serverOf();
    const { samples, error } = await pull({ endpoint: url });
    expect(error).toBeNull();
    const lcp = samples.filter(({ series }) => series === 'crux-lcp-p75');
    expect(lcp.map(({ measuredAt, value }) => [measuredAt, value])).toEqual([
      [END - 21 * DAY, 2000],
      [END - 7 * DAY, 2002],
      [END, 2003],
    ]);
    expect(lcp[0]).toMatchObject({
      subject: 'https://acme.dev/',
      labels: { scope: 'page', formFactor: 'ALL' },
    });
  });

  test('the layout shift, which comes as text, is a number, and `NaN` none', async () => {
    const { url } = await serverOf();
    const { samples } = await pull({ endpoint: url });
    const cls = samples.filter(({ series }) => series === 'crux-cls-p75');
    expect(cls.map(({ value }) => value)).toEqual([0, 0.02, 0.03]);
  });

  test('the share of good visits is that of the first bin', async () => {
    const { url } = await serverOf();
    const { samples } = await pull({ endpoint: url });
    const good = samples.filter(({ series }) => series === 'crux-lcp-good');
    expect(good.map(({ value }) => value)).toEqual([0.8, 0.82, 0.83]);
  });

  test('a page and an origin are asked for and named apart', async () => {
    const server = await serverOf();
    const page = await pull({ endpoint: server.url });
    const origin = await pull({
      endpoint: server.url,
      subject: { origin: 'https://acme.dev/', formFactor: 'phone' },
    });
    expect(origin.samples[0]).toMatchObject({
      subject: 'https://acme.dev',
      labels: { scope: 'origin', formFactor: 'PHONE' },
    });
    expect(page.samples[0]?.id).not.toBe(origin.samples[0]?.id);
    expect(server.requests.map(({ body }) => body)).toMatchObject([
      { url: 'https://acme.dev' },
      { origin: 'https://acme.dev/', formFactor: 'PHONE' },
    ]);
  });

  test('a page of too few visits is an error, and no zero', async () => {
    const { url } = await serverOf();
    const { error, batches } = await pull({ endpoint: url, subject: { url: 'https://acme.dev/seldom' } });
    expect(error).toMatchObject({ code: 'not_found' });
    expect(batches).toEqual([]);
  });

  test('a wrong key is told without it', async () => {
    const { url } = await serverOf();
    const { error } = await pull({ endpoint: url, key: 'AIza-wrong-key-9876543210' });
    expect(error).toMatchObject({ code: 'auth' });
    expect(`${(error as Error).message}${JSON.stringify(error)}`).not.toContain('AIza-wrong-key');
  });

  test('nothing is asked within the week, and then one request brings the new period alone', async () => {
    const server = await serverOf();
    const { cursor } = await pull({ endpoint: server.url });
    server.requests.length = 0;
    const within = await pull({ endpoint: server.url, cursor, now: END + 6 * DAY });
    expect([within.batches, server.requests.length]).toEqual([[], 0]);
    const early = await pull({ endpoint: server.url, cursor, now: END + 8 * DAY });
    expect([early.batches, server.requests.length]).toEqual([[], 1]);
    server.state.last += 7 * DAY;
    const { samples } = await pull({ endpoint: server.url, cursor, now: END + 9 * DAY });
    expect(new Set(samples.map(({ measuredAt }) => measuredAt))).toEqual(new Set([END + 7 * DAY]));
  });

  test('what ended before the start is left out', async () => {
    const { url } = await serverOf();
    const { samples } = await pull({ endpoint: url, start: END - 7 * DAY });
    expect(Math.min(...samples.map(({ measuredAt }) => measuredAt))).toBe(END - 7 * DAY);
  });
});

describe('the settings', () => {
  const entry = { url: 'https://acme.dev/' };
  test.each([
    [
      'the same page for two devices under one name',
      [entry, { ...entry, formFactor: 'phone' }],
      'read twice',
    ],
    ['a page and an origin in one', [{ ...entry, origin: 'https://acme.dev' }], 'either'],
    ['an origin with a path', [{ origin: 'https://acme.dev/shop' }], 'no path'],
  ])('%s is refused', (_, subjects, words) => {
    const { error } = cruxSettings.safeParse({ key: KEY, subjects });
    expect(JSON.stringify(error?.issues)).toContain(words);
  });
});
