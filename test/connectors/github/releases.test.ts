import { afterEach, describe, expect, it } from 'vitest';
import { releases } from '../../../connectors/github/releases.ts';
import { release } from './fixtures.ts';
import { contextFor, type Loopback, paged, pullAll, serve } from './support.ts';

let server: Loopback;
afterEach(() => server.close());

describe('the releases stream', () => {
  it('brings all releases, older ones than the start too, with drafts and pre-releases marked', async () => {
    const rows = [
      release(3, 'v3', { published: null }),
      release(2, 'v2-rc', { prerelease: true }),
      release(1, 'v1', { created: '2020-01-01T00:00:00Z' }),
    ];
    server = await serve((request) => paged(request, rows));
    const { records } = await pullAll(releases, contextFor({ url: server.url }));
    expect(records).toMatchObject([
      { id: '3', key: 'acme/web@v3', tag: 'v3', draft: true, publishedAt: null },
      { id: '2', key: 'acme/web@v2-rc', prerelease: true },
      {
        id: '1',
        draft: false,
        prerelease: false,
        publishedAt: Date.parse('2020-01-01T00:00:00Z'),
        title: 'v1',
      },
    ]);
  });

  it('pulls an unchanged repository again for one conditional request', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => release(index + 1, `v${index + 1}`));
    server = await serve((request) => paged(request, rows));
    const context = contextFor({ url: server.url });
    const first = await pullAll(releases, context);
    expect(first.records).toHaveLength(250);
    server.requests.length = 0;
    expect((await pullAll(releases, context, first.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('tells of a release that was deleted', async () => {
    const rows = [release(2, 'v2'), release(1, 'v1')];
    server = await serve((request) => paged(request, rows));
    const context = contextFor({ url: server.url, stored: { release: ['1', '2'] } });
    const first = await pullAll(releases, context);
    expect(first.removed).toEqual([]);
    rows.shift();
    const second = await pullAll(releases, context, first.cursor);
    expect(second.removed).toEqual([{ recordType: 'release', id: '2' }]);
  });

  it('sees an old release that was edited or deleted beyond the first page when it is time to reconcile', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => release(index + 1, `v${index + 1}`));
    server = await serve((request) => paged(request, rows));
    const stored = { release: rows.map((row) => String(row.id)) };
    const at = (now: string) => contextFor({ url: server.url, now, stored });
    const first = await pullAll(releases, at('2026-11-24T06:00:00Z'));
    rows.splice(148, 2, release(149, 'v149-renamed'));
    const unseen = await pullAll(releases, at('2026-11-25T05:00:00Z'), first.cursor);
    expect(unseen.batches).toEqual([]);
    const seen = await pullAll(releases, at('2026-11-25T06:00:00Z'), first.cursor);
    expect(seen.records).toContainEqual(expect.objectContaining({ id: '149', tag: 'v149-renamed' }));
    expect(seen.removed).toEqual([{ recordType: 'release', id: '150' }]);
    server.requests.length = 0;
    expect((await pullAll(releases, at('2026-11-25T07:00:00Z'), seen.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('names no place to resume from before the list is whole', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => release(index + 1, `v${index + 1}`));
    server = await serve((request) => paged(request, rows));
    const { batches } = await pullAll(releases, contextFor({ url: server.url }));
    expect(batches.slice(0, -1).map((batch) => batch.cursor)).toEqual([null, null]);
    expect(batches.at(-1)?.cursor).not.toBeNull();
  });
});
