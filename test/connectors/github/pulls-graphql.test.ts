import { afterEach, describe, expect, it } from 'vitest';
import { pulls } from '../../../connectors/github/pulls.ts';
import {
  FILES_QUERY,
  PULL_COMMENTS_QUERY,
  PULL_TIMELINE_QUERY,
  PULLS_QUERY,
  REVIEWS_QUERY,
} from '../../../connectors/github/queries.ts';
import type { PullRequest } from '../../../src/domain/records.ts';
import { connection, pull, pullNode } from './fixtures.ts';
import {
  contextFor,
  type Loopback,
  pullAll,
  type Reply,
  type Request,
  rejection,
  serve,
  servedAt,
} from './support.ts';

type Node = ReturnType<typeof pullNode>;
interface Variables {
  readonly first: number;
  readonly after: string | null;
  readonly states: readonly string[] | null;
  readonly direction: 'ASC' | 'DESC';
}
let server: Loopback;
afterEach(() => server.close());

const settings = { token: 'ghp_not_a_real_token' };
let sizes: number[] = [];

/** GitHub's own list, whose cursor names a place by time and number, however rows move. */
function connectionOf(nodes: readonly Node[], variables: Variables): Reply {
  sizes.push(variables.first);
  const sign = variables.direction === 'ASC' ? 1 : -1;
  const place = (node: Node) => `${node.updatedAt}/${String(node.number).padStart(6, '0')}`;
  const sorted = nodes
    .filter((node) => variables.states === null || variables.states.includes(node.state))
    .sort((a, b) => sign * place(a).localeCompare(place(b)));
  const rest = sorted.filter(
    (node) => !variables.after || sign * place(node).localeCompare(variables.after) > 0,
  );
  const page = rest.slice(0, variables.first);
  const last = page.at(-1);
  const pageInfo = { hasNextPage: rest.length > page.length, endCursor: last ? place(last) : null };
  return { json: { data: { repository: { pullRequests: { pageInfo, nodes: page } } } } };
}

/** The guard by REST and the list by GraphQL; `query` may answer in its place. */
function github(
  nodes: Node[],
  query?: (body: string, variables: Variables & { number: number }) => Reply | null,
) {
  sizes = [];
  return (request: Request): Reply => {
    if (request.url.pathname === '/graphql') {
      const body = JSON.parse(request.body);
      return query?.(body.query, body.variables) ?? connectionOf(nodes, body.variables);
    }
    const [newest] = [...nodes].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    return { json: newest ? [pull(newest.number, { updated: newest.updatedAt })] : [] };
  };
}

function minute(index: number): string {
  return new Date(Date.parse('2026-10-05T00:00:00Z') + index * 60_000).toISOString().replace('.000', '');
}

function many(count: number): Node[] {
  return Array.from({ length: count }, (_, index) => pullNode(index + 1, { updated: minute(index) }));
}

function keysOf(records: readonly { readonly key: string }[]): string[] {
  return [...new Set(records.map((record) => record.key))].sort();
}

describe('the pulls stream with a token', () => {
  it('maps a merged pull request with its reviews, first commit, draft time and line impact', async () => {
    const node = {
      ...pullNode(1, { created: '2026-10-02T08:00:00Z', merged: '2026-10-04T08:00:00Z' }),
      author: { __typename: 'Bot', login: 'dependabot' },
      reviews: connection([
        {
          fullDatabaseId: '9',
          url: 'https://x/9',
          state: 'APPROVED',
          submittedAt: '2026-10-04T07:00:00Z',
          author: null,
        },
        {
          fullDatabaseId: '8',
          url: 'https://x/8',
          state: 'COMMENTED',
          submittedAt: '2026-10-03T07:00:00Z',
          author: { __typename: 'User', login: 'Copilot' },
        },
        {
          fullDatabaseId: '7',
          url: 'https://x/7',
          state: 'PENDING',
          submittedAt: null,
          author: { __typename: 'User', login: 'ben' },
        },
      ]),
      timelineItems: connection([{ __typename: 'ReadyForReviewEvent', createdAt: '2026-10-03T06:00:00Z' }]),
    };
    server = await serve(github([node]));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      recordType: 'pull_request',
      id: '5001',
      key: 'acme/web#1',
      repository: 'acme/web',
      number: 1,
      state: 'merged',
      draft: false,
      baseBranch: 'main',
      labels: ['bug'],
      author: 'dependabot[bot]',
      bot: true,
      readyAt: Date.parse('2026-10-03T06:00:00Z'),
      firstCommitAt: Date.parse('2026-10-01T10:00:00Z'),
      mergedAt: Date.parse('2026-10-04T08:00:00Z'),
      mergeCommit: 'sha-1',
      additions: 10,
      deletions: 4,
      lineImpact: 7,
      testsTouched: false,
      history: [{ field: 'draft', at: Date.parse('2026-10-03T06:00:00Z'), from: true, to: false }],
      reviews: [
        { id: '8', author: 'Copilot', authorIsBot: true, state: 'commented' },
        { id: '9', author: null, authorIsBot: false, state: 'approved' },
      ],
    });
  });

  it('brings what changed since the start, and the open ones that changed before', async () => {
    const nodes = [
      pullNode(1, { created: '2025-01-01T00:00:00Z' }),
      pullNode(2, { created: '2025-01-01T00:00:00Z', merged: '2025-02-01T00:00:00Z' }),
      pullNode(3, { created: '2025-01-01T00:00:00Z', merged: '2026-10-02T00:00:00Z' }),
      pullNode(4),
    ];
    server = await serve(github(nodes));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3', 'acme/web#4']);
  });

  it('pulls an unchanged repository again for one conditional request and no query', async () => {
    server = await serve(github(many(250)));
    const context = contextFor({ url: server.url, settings });
    const first = await pullAll(pulls, context);
    expect(keysOf(first.records)).toHaveLength(250);
    server.requests.length = 0;
    expect((await pullAll(pulls, context, first.cursor)).batches).toEqual([]);
    expect(server.requests).toEqual([expect.stringMatching(/^GET .*per_page=1$/)]);
  });

  it('reads a hundred merged pull requests with reviews and first commits in one query', async () => {
    const merged = Array.from({ length: 100 }, (_, index) =>
      pullNode(index + 1, { merged: minute(index), updated: minute(index) }),
    );
    server = await serve(github(merged));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(records).toHaveLength(100);
    expect(sizes).toEqual([100]);
  });

  it('tells comments in the conversation apart from reviews, and of bots and deleted accounts', async () => {
    const said = (id: number, author: object | null) => ({
      fullDatabaseId: String(id),
      url: `https://x/${id}`,
      createdAt: minute(id),
      author,
    });
    const node = {
      ...pullNode(1),
      reviews: connection([
        {
          fullDatabaseId: '3',
          url: 'https://x/3',
          state: 'APPROVED',
          submittedAt: minute(3),
          author: { __typename: 'User', login: 'ben' },
        },
      ]),
      comments: connection(
        [said(1, { __typename: 'Bot', login: 'vercel' }), said(2, { __typename: 'User', login: 'ana' })],
        'c1',
      ),
    };
    const handle = github([node], (query) =>
      query === PULL_COMMENTS_QUERY
        ? { json: { data: { repository: { pullRequest: { comments: connection([said(4, null)]) } } } } }
        : null,
    );
    server = await serve(handle);
    const [record] = (await pullAll(pulls, contextFor({ url: server.url, settings })))
      .records as PullRequest[];
    expect(
      record?.reviews?.map(({ id, state, author, authorIsBot }) => [id, state, author, authorIsBot]),
    ).toEqual([
      ['comment-1', 'conversation', 'vercel[bot]', true],
      ['comment-2', 'conversation', 'ana', false],
      ['3', 'approved', 'ben', false],
      ['comment-4', 'conversation', null, false],
    ]);
  });

  it('knows each time of a draft, over more of the timeline than fits, and the last time that it became ready', async () => {
    const ready = (at: number) => ({ __typename: 'ReadyForReviewEvent', createdAt: minute(at) });
    const draft = (at: number) => ({ __typename: 'ConvertToDraftEvent', createdAt: minute(at) });
    const node = { ...pullNode(1), timelineItems: connection([ready(1), draft(2)], 't1') };
    const handle = github([node], (query) =>
      query === PULL_TIMELINE_QUERY
        ? { json: { data: { repository: { pullRequest: { timelineItems: connection([ready(9)]) } } } } }
        : null,
    );
    server = await serve(handle);
    const [record] = (await pullAll(pulls, contextFor({ url: server.url, settings })))
      .records as PullRequest[];
    expect(record?.readyAt).toBe(Date.parse(minute(9)));
    expect(record?.history?.map(({ at, to }) => [at, to])).toEqual([
      [Date.parse(minute(1)), false],
      [Date.parse(minute(2)), true],
      [Date.parse(minute(9)), false],
    ]);
  });

  it.each([
    ['a test among its files', ['src/a.ts', 'test/a.test.ts'], true],
    ['none', ['src/a.ts', 'src/latest.ts'], false],
  ])('tells whether tests were touched: %s', async (_, paths, touched) => {
    const files = connection(paths.map((path) => ({ path, additions: 1, deletions: 0 })));
    server = await serve(github([{ ...pullNode(1), files }]));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(records[0]).toMatchObject({ testsTouched: touched });
  });

  it('knows neither lines nor tests where there are more files than GitHub lists', async () => {
    server = await serve(github([{ ...pullNode(1), changedFiles: 3_001 }]));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(records[0]).toMatchObject({ lineImpact: null, testsTouched: null, changedFiles: 3_001 });
  });

  it('is told once in a run that a repository was renamed, and reads it under the name in the settings', async () => {
    const handle = github(many(3));
    server = await serve((request) => {
      if (!request.url.pathname.startsWith('/repos/acme/web/')) return handle(request);
      const location = `${request.url.pathname.replace('/repos/acme/web', '/repositories/7')}${request.url.search}`;
      return { status: 301, headers: { location }, json: { message: 'Moved Permanently' } };
    });
    const lines: string[] = [];
    const context = contextFor({ url: server.url, settings, log: (line) => lines.push(line) });
    const first = await pullAll(pulls, context);
    expect(keysOf(first.records)).toEqual(['acme/web#1', 'acme/web#2', 'acme/web#3']);
    expect((await pullAll(pulls, context, first.cursor)).batches).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('acme/web was renamed or transferred');
  });

  it('asks for one small page when one pull request changed', async () => {
    const nodes = many(250);
    server = await serve(github(nodes));
    const context = contextFor({ url: server.url, settings });
    const first = await pullAll(pulls, context);
    nodes[0] = pullNode(1, { merged: minute(400) });
    sizes = [];
    const second = await pullAll(pulls, context, first.cursor);
    expect(second.records).toContainEqual(expect.objectContaining({ key: 'acme/web#1', state: 'merged' }));
    expect(second.records.length).toBeLessThan(10);
    expect(sizes).toEqual([25]);
  });

  it('resumes after any batch with the same outcome, from its place and not from the start', async () => {
    const old = Array.from({ length: 60 }, (_, index) =>
      pullNode(1000 + index, { created: '2025-01-01T00:00:00Z' }),
    );
    server = await serve(github([...many(400), ...old]));
    const context = contextFor({ url: server.url, settings });
    const whole = await pullAll(pulls, context);
    expect(keysOf(whole.records)).toHaveLength(460);
    expect(whole.batches.length).toBeGreaterThan(5);
    for (let most = 1; most < whole.batches.length; most += 1) {
      const part = await pullAll(pulls, context, null, most);
      const rest = await pullAll(pulls, context, part.cursor);
      expect(keysOf([...part.records, ...rest.records])).toEqual(keysOf(whole.records));
      expect(part.records.length + rest.records.length).toBe(460);
      expect((await pullAll(pulls, context, rest.cursor)).batches).toEqual([]);
    }
  });

  it('brings a pull request that moves to the top of the list while it walks', async () => {
    const nodes = many(250);
    let queries = 0;
    const handle = github(nodes, () => {
      // The oldest, which the walk has not reached, is updated behind its back.
      if (queries++ === 1) nodes[0] = pullNode(1, { updated: minute(900) });
      return null;
    });
    server = await serve(handle);
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(keysOf(records)).toHaveLength(250);
  });

  it('sees what changed in the second of the newest row after that row was read', async () => {
    const nodes = many(2).reverse();
    const moment = nodes[0]?.updatedAt ?? '';
    let clock = moment;
    const answer = github(nodes);
    server = await serve((request) => servedAt(clock, answer(request)));
    const context = contextFor({ url: server.url, settings });
    const first = await pullAll(pulls, context);
    nodes[1] = pullNode(1, { merged: moment, updated: moment });
    clock = minute(9);
    const second = await pullAll(pulls, context, first.cursor);
    expect(second.records).toContainEqual(expect.objectContaining({ key: 'acme/web#1', state: 'merged' }));
    expect((await pullAll(pulls, context, second.cursor)).batches).toEqual([]);
  });

  it('leaves out a pull request that goes while it is read, and no other', async () => {
    const nodes = many(3);
    nodes[1] = { ...pullNode(2, { updated: minute(1) }), reviews: connection([], 'r1') };
    const message = 'Could not resolve to a PullRequest with the number of 2.';
    const gone = {
      data: { repository: { pullRequest: null } },
      errors: [{ type: 'NOT_FOUND', path: ['repository', 'pullRequest'], message }],
    };
    server = await serve(github(nodes, (query) => (query === REVIEWS_QUERY ? { json: gone } : null)));
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3']);
  });

  it('halves its page when GitHub cannot answer it, grows it again with care, and loses nothing', async () => {
    let refusals = 0;
    const handle = github(many(400), (_, variables) => {
      if (variables.first <= 25) return null;
      refusals += 1;
      if (refusals % 3 === 0) return { status: 502, json: { message: 'Bad Gateway' } };
      if (refusals % 3 === 1)
        return {
          json: {
            data: null,
            errors: [
              { type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded' },
            ],
          },
        };
      return { json: { data: { repository: { pullRequests: connection([null]) } } } };
    });
    server = await serve(handle);
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    expect(keysOf(records)).toHaveLength(400);
    expect(Math.max(...sizes)).toBe(25);
    expect(refusals).toBeLessThan(6);
  });

  it('never takes a part for the whole: a null node at the smallest page is a transient failure', async () => {
    const handle = github(many(3), () => ({
      json: { data: { repository: { pullRequests: connection([null]) } } },
    }));
    server = await serve(handle);
    const error = await rejection(pullAll(pulls, contextFor({ url: server.url, settings })));
    expect(error).toMatchObject({ code: 'server', transient: true, endpoint: `POST ${server.url}/graphql` });
  });

  it('pages on through more reviews and files than fit', async () => {
    const reviewAt = (id: number) => ({
      fullDatabaseId: String(id),
      url: `https://x/${id}`,
      state: 'COMMENTED',
      submittedAt: minute(id),
      author: { __typename: 'User', login: 'ben' },
    });
    const node = {
      ...pullNode(1),
      reviews: connection([reviewAt(1)], 'r1'),
      files: connection([{ path: 'a.ts', additions: 1, deletions: 0 }], 'f1'),
    };
    const handle = github([node], (query, variables) => {
      const last = variables.after === 'r2' || variables.after === 'f2';
      if (query === REVIEWS_QUERY) {
        const page = connection([reviewAt(last ? 3 : 2)], last ? null : 'r2');
        return { json: { data: { repository: { pullRequest: { reviews: page } } } } };
      }
      if (query !== FILES_QUERY) return null;
      const page = connection(
        [{ path: `${variables.after}.ts`, additions: 10, deletions: 0 }],
        last ? null : 'f2',
      );
      return { json: { data: { repository: { pullRequest: { files: page } } } } };
    });
    server = await serve(handle);
    const { records } = await pullAll(pulls, contextFor({ url: server.url, settings }));
    const [record] = records as PullRequest[];
    expect(record?.reviews?.map((review) => review.id)).toEqual(['1', '2', '3']);
    expect(record?.lineImpact).toBe(21);
  });

  it('begins the list anew when GitHub no longer knows its place', async () => {
    const handle = github(many(60), (query, variables) =>
      query === PULLS_QUERY && variables.after === 'gone'
        ? { json: { data: null, errors: [{ type: 'INVALID_CURSOR_ARGUMENTS', message: 'no valid cursor' }] } }
        : null,
    );
    server = await serve(handle);
    const context = contextFor({ url: server.url, settings });
    const part = await pullAll(pulls, context, null, 1);
    const cursor = JSON.parse(part.cursor ?? '');
    cursor.walk.after = 'gone';
    const rest = await pullAll(pulls, context, JSON.stringify(cursor));
    expect(keysOf(rest.records)).toHaveLength(60);
  });

  it('is complete over a repository without pull requests', async () => {
    server = await serve(github([]));
    const context = contextFor({ url: server.url, settings });
    const first = await pullAll(pulls, context);
    expect(first.records).toEqual([]);
    expect((await pullAll(pulls, context, first.cursor)).batches).toEqual([]);
  });

  it.each([
    ['NOT_FOUND', 'not_found', false],
    ['FORBIDDEN', 'forbidden', false],
    ['RATE_LIMITED', 'rate_limit', true],
  ])('tells a GraphQL error of type %s as %s', async (type, code, transient) => {
    const reset = String(Math.ceil(Date.now() / 1000) + 3600);
    const handle = github(many(3), () => ({
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      json: { data: { repository: null }, errors: [{ type, message: 'No' }] },
    }));
    server = await serve(handle);
    const error = await rejection(pullAll(pulls, contextFor({ url: server.url, settings })));
    expect(error).toMatchObject({ code, transient, endpoint: `POST ${server.url}/graphql` });
    if (code === 'rate_limit') expect(error).toMatchObject({ retryAt: Number(reset) * 1000 });
  });

  it('asks an Enterprise Server at its own address of GraphQL', async () => {
    const handle = github(many(3));
    server = await serve((request) => {
      const url = new URL(request.url);
      url.pathname = url.pathname === '/api/graphql' ? '/graphql' : url.pathname.replace('/api/v3', '');
      return handle({ ...request, url });
    });
    const { records } = await pullAll(pulls, contextFor({ url: `${server.url}/api/v3/`, settings }));
    expect(keysOf(records)).toHaveLength(3);
    expect(server.requests.map((line) => line.split('?')[0])).toContain('POST /api/graphql');
  });
});
