import { afterEach, describe, expect, it } from 'vitest';
import { pulls } from '../../../connectors/github/pulls.ts';
import type { PullRequest } from '../../../src/domain/records.ts';
import { pull, review } from './fixtures.ts';
import {
  contextFor,
  type Loopback,
  paged,
  pullAll,
  type Reply,
  type Request,
  rejection,
  serve,
} from './support.ts';

type Row = ReturnType<typeof pull>;
let server: Loopback;
afterEach(() => server.close());

/** GitHub's REST routes of pull requests; every detail has two commits and three reviews. */
function github(rows: readonly Row[]) {
  return (request: Request): Reply => {
    const [, number, part] =
      /^\/repos\/acme\/web\/pulls\/(\d+)(?:\/(\w+))?$/.exec(request.url.pathname) ?? [];
    const row = rows.find((found) => found.number === Number(number));
    if (!number) return list(rows, request);
    if (part === 'reviews') {
      return paged(request, [
        review(2, 'APPROVED', '2026-10-03T09:00:00Z'),
        review(1, 'COMMENTED', '2026-10-03T08:00:00Z', 'coderabbitai[bot]'),
        review(3, 'PENDING', undefined),
      ]);
    }
    if (part === 'commits') {
      const commit = (date: string) => ({
        sha: date,
        commit: { author: { name: 'A', email: 'a@b.c', date } },
      });
      return { json: [commit('2026-09-30T08:00:00Z'), commit('2026-10-02T08:00:00Z')] };
    }
    return { json: { ...row, additions: 12, deletions: 3, changed_files: 2 } };
  };
}

function list(rows: readonly Row[], request: Request): Reply {
  const query = request.url.searchParams;
  const found = rows
    .filter((row) => query.get('state') === 'all' || row.state === query.get('state'))
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at) || a.number - b.number);
  return paged(request, found);
}

/** The same, within a budget of requests that is told in GitHub's headers. */
function limited(handle: (request: Request) => Reply, budget: { left: number }, reset: number) {
  return (request: Request): Reply => {
    if (budget.left <= 0) {
      return {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
        json: { message: "API rate limit exceeded for 192.0.2.1. (But here's the good news: …)" },
      };
    }
    budget.left -= 1;
    return handle(request);
  };
}

function day(index: number): string {
  return new Date(Date.parse('2026-10-05T00:00:00Z') + index * 3_600_000).toISOString().replace('.000', '');
}

function keysOf(records: readonly { readonly key: string }[]): string[] {
  return [...new Set(records.map((record) => record.key))].sort();
}

describe('the pulls stream without a token', () => {
  it('maps a pull request from its row, its detail, its reviews and its first commit', async () => {
    const merged = pull(1, { merged: '2026-10-04T08:00:00Z' });
    const gone = { ...pull(2), head: { ...pull(2).head, repo: null }, user: null };
    server = await serve(github([merged, gone] as Row[]));
    const { records } = await pullAll(pulls, contextFor({ url: server.url }));
    const [first, second] = records as PullRequest[];
    expect(first).toMatchObject({
      id: '5001',
      key: 'acme/web#1',
      state: 'merged',
      bot: false,
      firstCommitAt: Date.parse('2026-09-30T08:00:00Z'),
      mergeCommit: 'sha-1',
      additions: 12,
      deletions: 3,
      changedFiles: 2,
      lineImpact: null,
      readyAt: null,
      reviews: [
        { id: '1', authorIsBot: true, state: 'commented' },
        { id: '2', author: 'ben', authorIsBot: false, state: 'approved' },
      ],
    });
    expect(second).toMatchObject({ author: null, state: 'open', mergeCommit: null });
  });

  it('asks by REST only', async () => {
    server = await serve(github([pull(1)]));
    await pullAll(pulls, contextFor({ url: server.url }));
    expect(server.requests.every((line) => line.startsWith('GET '))).toBe(true);
  });

  it('brings those that changed since the start, and the open ones that changed before', async () => {
    const rows = [
      pull(1, { created: '2025-01-01T00:00:00Z' }),
      pull(2, { created: '2025-01-01T00:00:00Z', merged: '2025-02-01T00:00:00Z' }),
      pull(3, { created: '2025-01-01T00:00:00Z', merged: '2026-10-02T00:00:00Z' }),
      pull(4),
    ];
    server = await serve(github(rows));
    const { records } = await pullAll(pulls, contextFor({ url: server.url }));
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3', 'acme/web#4']);
  });

  it('stops within its 60 requests an hour, keeps what it has, and is complete after a few hours', async () => {
    const rows = Array.from({ length: 130 }, (_, index) => pull(index + 1, { updated: day(index) }));
    const reset = Math.ceil(Date.now() / 1000) + 1800;
    const budget = { left: 0 };
    server = await serve(limited(github(rows), budget, reset));
    const context = contextFor({ url: server.url });
    const records: PullRequest[] = [];
    let cursor: string | null = null;
    let hours = 0;
    for (let complete = false; !complete && hours < 12; hours += 1) {
      budget.left = 60;
      try {
        for await (const batch of pulls.pull(context, 'acme/web', cursor)) {
          records.push(...(batch.records as PullRequest[]));
          cursor = batch.cursor ?? cursor;
        }
        complete = true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate_limit', transient: true, retryAt: reset * 1000 });
      }
    }
    expect(keysOf(records)).toHaveLength(130);
    expect(records).toHaveLength(130);
    expect(hours).toBe(7);
    budget.left = 60;
    expect((await pullAll(pulls, context, cursor)).batches).toEqual([]);
    expect(budget.left).toBe(59);
  });

  it('leaves out a pull request that goes while it is read, unless the repository goes too', async () => {
    const rows = [1, 2, 3].map((number) => pull(number));
    const missing: Reply = { status: 404, json: { message: 'Not Found' } };
    const answer = github(rows);
    const isOfTwo = (request: Request) => request.url.pathname.includes('/pulls/2');
    server = await serve((request) => (isOfTwo(request) ? missing : answer(request)));
    const { records } = await pullAll(pulls, contextFor({ url: server.url }));
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3']);
    await server.close();
    let isDeleted = false;
    server = await serve((request) => {
      isDeleted ||= isOfTwo(request);
      return isDeleted ? missing : answer(request);
    });
    expect(await rejection(pullAll(pulls, contextFor({ url: server.url })))).toMatchObject({
      code: 'not_found',
    });
  });

  it('says that a token would lift the limit', async () => {
    server = await serve(limited(github([]), { left: 0 }, Math.ceil(Date.now() / 1000) + 1800));
    const error = await rejection(pullAll(pulls, contextFor({ url: server.url })));
    expect(error).toMatchObject({ code: 'rate_limit', remedy: expect.stringContaining('token') });
  });

  it('resumes among pull requests that all changed at one moment', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => pull(index + 1, { updated: day(0) }));
    server = await serve(github(rows));
    const context = contextFor({ url: server.url });
    const part = await pullAll(pulls, context, null, 5);
    const rest = await pullAll(pulls, context, part.cursor);
    expect(part.records).toHaveLength(5);
    expect(rest.records).toHaveLength(7);
    expect(keysOf([...part.records, ...rest.records])).toHaveLength(12);
  });

  it('goes on with a walk that was begun with a token', async () => {
    const rows = Array.from({ length: 3 }, (_, index) => pull(index + 1, { updated: day(index) }));
    server = await serve(github(rows));
    const walk = { reader: 'graphql', phase: 'updated', after: 'x', top: Date.parse(day(2)), guard: null };
    const cursor = JSON.stringify({ reached: null, guard: null, walk });
    const { records } = await pullAll(pulls, contextFor({ url: server.url }), cursor);
    expect(keysOf(records)).toHaveLength(3);
  });
});
