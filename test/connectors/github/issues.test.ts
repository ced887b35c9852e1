import { afterEach, describe, expect, it } from 'vitest';
import { issues } from '../../../connectors/github/issues.ts';
import type { Ticket } from '../../../src/domain/records.ts';
import { type IssueOptions, issue } from './fixtures.ts';
import { contextFor, type Loopback, paged, pullAll, type Reply, type Request, serve } from './support.ts';

type Row = ReturnType<typeof issue>;
let server: Loopback;
afterEach(() => server.close());

/** GitHub's list of issues, as far as this connector may ask: filtered by state and since, sorted by update. */
function list(rows: readonly Row[], request: Request): Reply {
  const query = request.url.searchParams;
  if (request.url.pathname !== '/repos/acme/web/issues')
    return { status: 404, json: { message: 'Not Found' } };
  const since = query.get('since') ?? '';
  const found = rows
    .filter((row) => query.get('state') === 'all' || row.state === query.get('state'))
    .filter((row) => row.updated_at >= since)
    .sort((a, b) => a.updated_at.localeCompare(b.updated_at) || a.number - b.number);
  if (query.get('direction') === 'desc') found.reverse();
  return paged(request, found);
}

function many(count: number, optionsOf: (index: number) => IssueOptions): Row[] {
  return Array.from({ length: count }, (_, index) => issue(index + 1, optionsOf(index)));
}

function minute(index: number): string {
  return new Date(Date.parse('2026-10-05T00:00:00Z') + index * 60_000).toISOString().replace('.000', '');
}

function keysOf(records: readonly { readonly key: string }[]): string[] {
  return [...new Set(records.map((record) => record.key))].sort();
}

describe('the issues stream', () => {
  it('maps an open and a closed issue, and a deleted author', async () => {
    const rows = [
      issue(1, { type: 'Bug', login: 'renovate-bot' }),
      issue(2, { closed: '2026-10-03T08:00:00Z', reason: 'not_planned', login: null }),
    ];
    server = await serve((request) => list(rows, request));
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    const [open, closed] = records as Ticket[];
    expect(open).toMatchObject({
      recordType: 'ticket',
      id: '1001',
      key: 'acme/web#1',
      repository: 'acme/web',
      type: 'Bug',
      status: 'open',
      statusCategory: 'new',
      resolution: null,
      labels: ['bug'],
      author: 'renovate-bot',
      authorIsBot: true,
      createdAt: Date.parse('2026-10-02T08:00:00Z'),
      resolvedAt: null,
      history: null,
    });
    expect(closed).toMatchObject({
      status: 'closed',
      statusCategory: 'done',
      resolution: 'not_planned',
      author: null,
      authorIsBot: false,
      resolvedAt: Date.parse('2026-10-03T08:00:00Z'),
    });
  });

  it('leaves out pull requests', async () => {
    server = await serve((request) => list([issue(1), issue(2, { pull: true })], request));
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toEqual(['acme/web#1']);
  });

  it('brings what changed since the start, and what was open then though nobody touched it since', async () => {
    const rows = [
      issue(1, { created: '2025-01-01T00:00:00Z' }),
      issue(2, { created: '2025-01-01T00:00:00Z', closed: '2025-02-01T00:00:00Z' }),
      issue(3, { created: '2025-01-01T00:00:00Z', closed: '2026-10-02T00:00:00Z' }),
      issue(4),
    ];
    server = await serve((request) => list(rows, request));
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3', 'acme/web#4']);
  });

  it('pulls an unchanged repository again for one conditional request', async () => {
    const rows = many(250, (index) => ({ updated: minute(index) }));
    server = await serve((request) => list(rows, request));
    const context = contextFor({ url: server.url });
    const first = await pullAll(issues, context);
    expect(keysOf(first.records)).toHaveLength(250);
    server.requests.length = 0;
    const second = await pullAll(issues, context, first.cursor);
    expect(second.batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('asks only for what changed when something did', async () => {
    const rows = many(250, (index) => ({ updated: minute(index) }));
    server = await serve((request) => list(rows, request));
    const context = contextFor({ url: server.url });
    const first = await pullAll(issues, context);
    rows[10] = issue(11, { updated: minute(300) });
    server.requests.length = 0;
    const second = await pullAll(issues, context, first.cursor);
    expect(keysOf(second.records)).toContain('acme/web#11');
    expect(keysOf(second.records).length).toBeLessThan(10);
    expect(server.requests).toHaveLength(2);
    expect((await pullAll(issues, context, second.cursor)).batches).toEqual([]);
  });

  it('loses no issue when one on an earlier page is updated while it pages', async () => {
    const rows = many(250, (index) => ({ updated: minute(index) }));
    let pages = 0;
    server = await serve((request) => {
      const reply = list(rows, request);
      // As soon as the first full page is out, ten of its issues move to the end of the list.
      if (
        request.url.searchParams.get('state') === 'all' &&
        request.url.searchParams.has('since') &&
        pages++ === 0
      ) {
        for (let index = 0; index < 10; index += 1)
          rows[index] = issue(index + 1, { updated: minute(400 + index) });
      }
      return reply;
    });
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toHaveLength(250);
  });

  it('resumes after any batch with the same outcome', async () => {
    const rows = [
      ...many(250, (index) => ({ updated: minute(index) })),
      ...Array.from({ length: 150 }, (_, index) => issue(1000 + index, { created: '2025-01-01T00:00:00Z' })),
    ];
    server = await serve((request) => list(rows, request));
    const context = contextFor({ url: server.url });
    const whole = await pullAll(issues, context);
    expect(keysOf(whole.records)).toHaveLength(400);
    for (let most = 1; most < whole.batches.length; most += 1) {
      const part = await pullAll(issues, context, null, most);
      const rest = await pullAll(issues, context, part.cursor);
      expect(keysOf([...part.records, ...rest.records])).toEqual(keysOf(whole.records));
    }
  });

  it('goes on from where it was, not from the start', async () => {
    const rows = many(450, (index) => ({ updated: minute(index) }));
    server = await serve((request) => list(rows, request));
    const context = contextFor({ url: server.url });
    const part = await pullAll(issues, context, null, 4);
    server.requests.length = 0;
    const rest = await pullAll(issues, context, part.cursor);
    expect(keysOf(rest.records).length).toBeLessThan(200);
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  it('pages on by the links through more issues of one moment than a page holds', async () => {
    const rows = many(350, () => ({ updated: minute(1) }));
    server = await serve((request) => list(rows, request));
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toHaveLength(350);
  });

  it('follows a link that leads to another path', async () => {
    const rows = many(250, () => ({ updated: minute(1) }));
    server = await serve((request) => {
      if (request.url.pathname === '/repositories/77/issues') return paged(request, rows);
      return request.url.searchParams.get('state') === 'all' && request.url.searchParams.has('since')
        ? paged(request, rows, '/repositories/77/issues')
        : list(rows, request);
    });
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toHaveLength(250);
    expect(server.requests.filter((line) => line.includes('/repositories/77/'))).toHaveLength(2);
  });

  it('does not take a list that lags behind its newest row for complete', async () => {
    const rows = many(3, (index) => ({ updated: minute(index) }));
    let lags = true;
    server = await serve((request) => {
      const shown = lags && request.url.searchParams.has('since') ? rows.slice(0, 2) : rows;
      return list(shown, request);
    });
    const context = contextFor({ url: server.url });
    const first = await pullAll(issues, context);
    expect(keysOf(first.records)).toEqual(['acme/web#1', 'acme/web#2']);
    lags = false;
    const second = await pullAll(issues, context, first.cursor);
    expect(keysOf(second.records)).toContain('acme/web#3');
  });

  it('follows a renamed repository, and keeps the name of the settings', async () => {
    server = await serve((request) => {
      if (request.url.pathname.startsWith('/repos/')) {
        const location = `/repositories/7/issues${request.url.search}`;
        return { status: 301, headers: { location }, json: { message: 'Moved Permanently' } };
      }
      return paged(request, [issue(1)]);
    });
    const { records } = await pullAll(issues, contextFor({ url: server.url }));
    expect(keysOf(records)).toEqual(['acme/web#1']);
  });

  it('finds nothing, completely, where issues are switched off', async () => {
    server = await serve(() => ({ status: 410, json: { message: 'Issues are disabled for this repo' } }));
    const context = contextFor({ url: server.url, stored: { ticket: ['7'] } });
    const pulled = await pullAll(issues, context);
    expect(pulled.records).toEqual([]);
    expect(pulled.removed).toEqual([{ recordType: 'ticket', id: '7' }]);
  });
});
