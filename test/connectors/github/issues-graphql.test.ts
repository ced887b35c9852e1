import { afterEach, describe, expect, it } from 'vitest';
import { issues } from '../../../connectors/github/issues.ts';
import type { Ticket } from '../../../src/domain/records.ts';
import { resolutions } from '../../../src/metrics/engine/tickets.ts';
import { compileWhere } from '../../../src/metrics/engine/where.ts';
import { connection, issue } from './fixtures.ts';
import {
  type ContextOptions,
  contextFor,
  type Loopback,
  pullAll,
  type Reply,
  type Request,
  rejection,
  serve,
  servedAt,
} from './support.ts';

let server: Loopback;
afterEach(() => server.close());

const token = 'ghp_not_a_real_token';
const AUTHOR = { __typename: 'User', login: 'ana' };

function minute(index: number): string {
  return new Date(Date.parse('2026-10-05T00:00:00Z') + index * 60_000).toISOString().replace('.000', '');
}

/** A node of the list. */
function issueNode(number: number, updated: string, more: object = {}) {
  return {
    fullDatabaseId: String(1000 + number),
    number,
    title: `Issue ${number}`,
    url: `https://github.com/acme/web/issues/${number}`,
    state: 'OPEN',
    stateReason: null,
    createdAt: '2026-10-02T08:00:00Z',
    updatedAt: updated,
    closedAt: null,
    author: AUTHOR,
    assignees: { nodes: [{ login: 'ben' }] },
    milestone: null,
    labels: { nodes: [] as { name: string }[] },
    closedByPullRequestsReferences: { nodes: [] as unknown[] },
    comments: connection([]),
    timelineItems: connection([]),
    ...more,
  };
}
type Node = ReturnType<typeof issueNode>;

interface Variables {
  readonly first: number;
  readonly after: string | null;
  readonly since: string | null;
  readonly states: readonly string[] | null;
  readonly probe?: boolean;
}

/** GitHub's list of issues: by update or, where ids alone are asked for, by number. */
function page(nodes: readonly Node[], query: string, variables: Variables): Reply {
  const byNumber = query.includes('CREATED_AT');
  const place = (node: Node) => `${byNumber ? '' : node.updatedAt}/${String(node.number).padStart(6, '0')}`;
  const found = nodes
    .filter((node) => variables.states === null || variables.states.includes(node.state))
    .filter((node) => variables.since === null || node.updatedAt >= variables.since)
    .sort((a, b) => place(a).localeCompare(place(b)));
  const rest = found.filter((node) => !variables.after || place(node) > variables.after);
  const shown = rest.slice(0, variables.first);
  const last = shown.at(-1);
  const pageInfo = { hasNextPage: rest.length > shown.length, endCursor: last ? place(last) : null };
  const open = nodes
    .filter((node) => node.state === 'OPEN')
    .map((node) => node.updatedAt)
    .sort();
  const oldestOpen = { nodes: open.slice(0, 1).map((updatedAt) => ({ updatedAt })) };
  return {
    json: {
      data: {
        repository: {
          nameWithOwner: 'acme/web',
          ...(variables.probe ? { oldestOpen } : {}),
          issues: { pageInfo, nodes: shown },
        },
      },
    },
  };
}

/** The guard by REST and the list by GraphQL; `query` may answer in its place. */
function github(nodes: Node[], query?: (body: string, variables: never) => Reply | null) {
  return (request: Request): Reply => {
    if (request.url.pathname === '/graphql') {
      const body = JSON.parse(request.body) as { query: string; variables: never };
      return query?.(body.query, body.variables) ?? page(nodes, body.query, body.variables);
    }
    const [newest] = [...nodes].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    // A server of today, which has types and sub-issues.
    const row = newest && { ...issue(newest.number, { updated: newest.updatedAt }), type: null };
    return { json: row ? [{ ...row, sub_issues_summary: { total: 0 } }] : [] };
  };
}

function context(options: Partial<ContextOptions> = {}) {
  return contextFor({ url: server.url, ...options, settings: { token, ...options.settings } });
}

async function ticketOf(node: Node, options: Partial<ContextOptions> = {}): Promise<Ticket> {
  server = await serve(github([node]));
  const { records } = await pullAll(issues, context(options));
  return records[0] as Ticket;
}

function keysOf(records: readonly { readonly key: string }[]): string[] {
  return [...new Set(records.map((record) => record.key))].sort();
}

describe('an issue with a token', () => {
  it('has its history, first response, closing pull requests, assignee, type and parent', async () => {
    const timeline = [
      { __typename: 'LabeledEvent', createdAt: minute(1), label: { name: 'bug' } },
      { __typename: 'ClosedEvent', createdAt: minute(5), closer: null },
      { __typename: 'ReopenedEvent', createdAt: minute(6) },
      {
        __typename: 'ClosedEvent',
        createdAt: minute(9),
        closer: { __typename: 'PullRequest', number: 12, repository: { nameWithOwner: 'acme/web' } },
      },
    ];
    const ticket = await ticketOf(
      issueNode(7, minute(9), {
        state: 'CLOSED',
        stateReason: 'COMPLETED',
        closedAt: minute(9),
        labels: { nodes: [{ name: 'bug' }] },
        issueType: { name: 'Bug' },
        parent: { number: 3, repository: { nameWithOwner: 'acme/plans' } },
        timelineItems: connection(timeline),
        closedByPullRequestsReferences: {
          nodes: [
            { number: 14, state: 'CLOSED', repository: { nameWithOwner: 'acme/web' } },
            { number: 5, state: 'MERGED', repository: { nameWithOwner: 'acme/api' } },
            null,
          ],
        },
        comments: connection([
          comment(1, 2, AUTHOR),
          comment(2, 3, { __typename: 'Bot', login: 'stale' }),
          comment(3, 4, { __typename: 'User', login: 'coderabbitai' }),
          comment(4, 7, { __typename: 'User', login: 'ben' }),
        ]),
      }),
    );
    expect(ticket).toMatchObject({
      key: 'acme/web#7',
      status: 'closed',
      statusCategory: 'done',
      resolution: 'completed',
      type: 'Bug',
      parent: 'acme/plans#3',
      assignee: 'ben',
      author: 'ana',
      responsesRead: true,
      firstResponseAt: Date.parse(minute(7)),
      closedBy: ['acme/api#5', 'acme/web#12'],
      resolvedAt: Date.parse(minute(9)),
    });
    expect([...resolutions(ticket)]).toEqual([
      { at: Date.parse(minute(5)), until: Date.parse(minute(6)) },
      { at: ticket.resolvedAt, until: Number.POSITIVE_INFINITY },
    ]);
  });

  it('is seen on a past day with the labels and points of that day', async () => {
    const ticket = await ticketOf(
      issueNode(1, minute(3), {
        labels: { nodes: [{ name: 'points: 8' }] },
        timelineItems: connection([
          { __typename: 'LabeledEvent', createdAt: minute(1), label: { name: 'points: 3' } },
          { __typename: 'UnlabeledEvent', createdAt: minute(2), label: { name: 'points: 3' } },
          { __typename: 'LabeledEvent', createdAt: minute(2), label: { name: 'points: 8' } },
        ]),
      }),
      { settings: { storyPoints: { label: 'points: *' } } },
    );
    expect(ticket.estimate).toBe(8);
    const [was] = compileWhere({ labels: 'points: 3' }).matches(ticket);
    expect(was).toEqual({ from: Date.parse(minute(1)), until: Date.parse(minute(2)) });
    expect(ticket.history?.filter((change) => change.field === 'estimate')).toMatchObject([
      { from: null, to: 3 },
      { from: 3, to: 8 },
    ]);
  });

  it('has the points of a number field of a project', async () => {
    let asked: Variables & { projectField?: string } = { first: 0, after: null, since: null, states: null };
    const node = issueNode(1, minute(1), {
      projectItems: {
        nodes: [
          null,
          { fieldValueByName: null },
          { fieldValueByName: { __typename: 'ProjectV2ItemFieldNumberValue', number: 5 } },
        ],
      },
    });
    server = await serve(
      github([node], (_, variables) => {
        asked = variables;
        return null;
      }),
    );
    const { records } = await pullAll(issues, context({ settings: { storyPoints: { field: 'Estimate' } } }));
    expect(records[0]).toMatchObject({ estimate: 5 });
    expect(asked.projectField).toBe('Estimate');
  });

  it('knows no response by the same deleted account, and one by another', async () => {
    const ghostly = { author: null, comments: connection([comment(1, 2, null), comment(2, 3, AUTHOR)]) };
    expect(await ticketOf(issueNode(1, minute(1), ghostly))).toMatchObject({
      author: null,
      firstResponseAt: Date.parse(minute(3)),
    });
    await server.close();
    const answered = { comments: connection([comment(1, 2, null)]) };
    expect((await ticketOf(issueNode(1, minute(1), answered))).firstResponseAt).toBe(Date.parse(minute(2)));
  });

  it('takes further pages of the timeline, and of comments as far as to the first response', async () => {
    const node = issueNode(1, minute(9), {
      timelineItems: connection([{ __typename: 'ClosedEvent', createdAt: minute(1) }], 't1'),
      comments: connection([comment(1, 1, AUTHOR)], 'c1'),
    });
    const asked: string[] = [];
    server = await serve(
      github([node], (query, { after }: Variables) => {
        const name = /query (\w+)/.exec(query)?.[1] ?? '';
        asked.push(name);
        const of = (part: object): Reply => ({ json: { data: { repository: { issue: part } } } });
        if (name === 'IssueTimelinePage')
          return of({ timelineItems: connection([{ __typename: 'ReopenedEvent', createdAt: minute(2) }]) });
        if (name === 'IssueComments')
          return of({
            comments: connection(
              [comment(2, 5, after === 'c1' ? AUTHOR : { ...AUTHOR, login: 'ben' })],
              'c2',
            ),
          });
        return null;
      }),
    );
    const [ticket] = (await pullAll(issues, context())).records as Ticket[];
    expect(ticket?.history?.filter((change) => change.field === 'status')).toHaveLength(2);
    expect(ticket).toMatchObject({ statusCategory: 'new', firstResponseAt: Date.parse(minute(5)) });
    expect(asked.filter((name) => name === 'IssueComments')).toHaveLength(2);
  });
});

function comment(id: number, at: number, author: object | null) {
  return { fullDatabaseId: String(id), url: `https://x/${id}`, createdAt: minute(at), author };
}

describe('the issues stream with a token', () => {
  it('reads a thousand issues with their timelines in eleven requests, and none of them again', async () => {
    server = await serve(github(Array.from({ length: 1000 }, (_, i) => issueNode(i + 1, minute(i)))));
    const first = await pullAll(issues, context());
    expect(keysOf(first.records)).toHaveLength(1000);
    expect(server.requests.length).toBeLessThanOrEqual(11);
    server.requests.length = 0;
    expect((await pullAll(issues, context(), first.cursor)).batches).toEqual([]);
    expect(server.requests).toEqual([expect.stringMatching(/^GET .*per_page=1$/)]);
  });

  it('brings open ones that nobody touched since the start, and resumes after any batch with the same outcome', async () => {
    const nodes = [
      ...Array.from({ length: 250 }, (_, i) => issueNode(i + 1, minute(i))),
      ...Array.from({ length: 120 }, (_, i) => issueNode(i + 500, '2025-01-01T00:00:00Z')),
      issueNode(900, '2025-02-01T00:00:00Z', { state: 'CLOSED', closedAt: '2025-02-01T00:00:00Z' }),
    ];
    server = await serve(github(nodes));
    const whole = await pullAll(issues, context());
    expect(keysOf(whole.records)).toHaveLength(370);
    for (let most = 1; most < whole.batches.length; most += 1) {
      const part = await pullAll(issues, context(), null, most);
      const rest = await pullAll(issues, context(), part.cursor);
      expect(keysOf([...part.records, ...rest.records])).toEqual(keysOf(whole.records));
      expect((await pullAll(issues, context(), rest.cursor)).batches).toEqual([]);
    }
  });

  it('sees a reopened issue at once', async () => {
    const nodes = [
      issueNode(1, minute(1), { state: 'CLOSED', stateReason: 'COMPLETED', closedAt: minute(1) }),
      issueNode(2, minute(2)),
    ];
    server = await serve(github(nodes));
    const first = await pullAll(issues, context());
    nodes[0] = issueNode(1, minute(50), { stateReason: 'REOPENED' });
    const second = await pullAll(issues, context(), first.cursor);
    expect(second.records).toContainEqual(
      expect.objectContaining({
        key: 'acme/web#1',
        statusCategory: 'new',
        resolvedAt: null,
        resolution: null,
      }),
    );
  });

  it('sees what changed in the second of the newest row after that row was read', async () => {
    const nodes = [issueNode(2, minute(2)), issueNode(1, minute(1))];
    let clock = minute(2);
    const answer = github(nodes);
    server = await serve((request) => servedAt(clock, answer(request)));
    const first = await pullAll(issues, context());
    expect(keysOf(first.records)).toHaveLength(2);
    nodes[1] = issueNode(1, minute(2), { state: 'CLOSED', closedAt: minute(2) });
    clock = minute(3);
    const second = await pullAll(issues, context(), first.cursor);
    expect(second.records).toContainEqual(
      expect.objectContaining({ key: 'acme/web#1', statusCategory: 'done' }),
    );
    expect((await pullAll(issues, context(), second.cursor)).batches).toEqual([]);
  });

  it.each([
    ['GitHub says that it is gone', null, [{ type: 'NOT_FOUND', path: ['repository', 'issue'] }]],
    ['it is null', null, undefined],
  ])('leaves out an issue that goes while it is read, and no other: %s', async (_, gone, errors) => {
    const nodes = [1, 2, 3].map((number) => issueNode(number, minute(number)));
    nodes[1] = issueNode(2, minute(2), { timelineItems: connection([], 't1') });
    const message = 'Could not resolve to an Issue with the number of 2.';
    const nested = {
      data: { repository: { issue: gone } },
      ...(errors && { errors: errors.map((e) => ({ ...e, message })) }),
    };
    server = await serve(
      github(nodes, (query) => (query.includes('query IssueTimelinePage') ? { json: nested } : null)),
    );
    const { records, cursor } = await pullAll(issues, context());
    expect(keysOf(records)).toEqual(['acme/web#1', 'acme/web#3']);
    expect((await pullAll(issues, context(), cursor)).batches).toEqual([]);
  });

  it('fails when the repository itself goes while an issue is read', async () => {
    const node = issueNode(2, minute(2), { timelineItems: connection([], 't1') });
    const message = "Could not resolve to a Repository with the name 'acme/web'.";
    const gone = {
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', path: ['repository'], message }],
    };
    server = await serve(
      github([node], (query) => (query.includes('query IssueTimelinePage') ? { json: gone } : null)),
    );
    expect(await rejection(pullAll(issues, context()))).toMatchObject({ code: 'not_found', message });
  });

  it('drops what an older server does not know, once for the run', async () => {
    const refused: string[] = [];
    const old = (query: string): Reply | null => {
      const unknown = [/issueType/, /parent \{/, /enableDuplicate/].filter((word) => word.test(query));
      if (unknown.length === 0) return null;
      refused.push(query);
      const errors = unknown.map((word) => ({
        message: `Field '${word.source.split(' ')[0]}' doesn't exist on type 'Issue'`,
        extensions: { code: 'undefinedField' },
      }));
      return { json: { errors } };
    };
    server = await serve(
      github(
        Array.from({ length: 250 }, (_, i) => issueNode(i + 1, minute(i))),
        old,
      ),
    );
    const { records } = await pullAll(issues, context());
    expect(keysOf(records)).toHaveLength(250);
    expect(refused).toHaveLength(1);
  });

  it('says which permission the field of a project takes', async () => {
    const message = "Your token has not been granted the required scopes: ['read:project']";
    server = await serve(
      github([issueNode(1, minute(1))], () => ({
        json: { errors: [{ type: 'INSUFFICIENT_SCOPES', message }] },
      })),
    );
    const error = await rejection(
      pullAll(issues, context({ settings: { storyPoints: { field: 'Estimate' } } })),
    );
    expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('read:project') });
  });
});

describe('the reconciliation of issues', () => {
  const day = (n: number) => `2026-11-${20 + n}T06:00:00Z`;

  it('finds once a day what was deleted or transferred, and what came unseen', async () => {
    const nodes = Array.from({ length: 130 }, (_, i) => issueNode(i + 1, minute(i)));
    nodes.push(issueNode(500, '2025-01-01T00:00:00Z'));
    const stored = { ticket: nodes.map((node) => node.fullDatabaseId) };
    server = await serve(github(nodes));
    const first = await pullAll(issues, context({ now: day(0), stored }));

    nodes.splice(2, 1);
    // Another came from elsewhere with the time of its last update.
    nodes.push(issueNode(600, minute(3)));
    const early = await pullAll(issues, context({ now: '2026-11-21T05:59:00Z', stored }), first.cursor);
    expect(early.batches).toEqual([]);

    const due = await pullAll(issues, context({ now: day(1), stored }), first.cursor);
    expect(due.removed).toEqual([{ recordType: 'ticket', id: '1003' }]);
    expect(keysOf(due.records)).toContain('acme/web#600');

    server.requests.length = 0;
    const now = { ticket: [...nodes.map((node) => node.fullDatabaseId)] };
    const after = await pullAll(issues, context({ now: '2026-11-21T07:00:00Z', stored: now }), due.cursor);
    expect(after.batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('does not take for deleted what an earlier start had brought', async () => {
    const nodes = [
      issueNode(1, minute(1)),
      issueNode(2, '2025-01-01T00:00:00Z', { state: 'CLOSED', closedAt: '2025-01-01T00:00:00Z' }),
    ];
    const stored = { ticket: ['1001', '1002', '1777'] };
    server = await serve(github(nodes));
    const first = await pullAll(issues, context({ now: day(0), stored }));
    const due = await pullAll(issues, context({ now: day(1), stored }), first.cursor);
    expect(due.removed).toEqual([{ recordType: 'ticket', id: '1777' }]);
  });

  it('reads on from where the pull had come to, whatever came unseen since', async () => {
    const nodes = [issueNode(1, minute(1)), issueNode(2, minute(2))];
    const stored = { ticket: ['1001', '1002'] };
    let isBusy = false;
    server = await serve(
      github(nodes, (query) => {
        if (isBusy && query.includes('query IssueIds')) {
          isBusy = false;
          nodes[0] = issueNode(1, minute(40), { state: 'CLOSED', closedAt: minute(40) });
          nodes.push(issueNode(3, minute(60)));
        }
        return null;
      }),
    );
    const first = await pullAll(issues, context({ now: day(0), stored }));
    isBusy = true;
    const due = await pullAll(issues, context({ now: day(1), stored }), first.cursor);
    expect(due.records).toContainEqual(
      expect.objectContaining({ key: 'acme/web#1', statusCategory: 'done' }),
    );
    expect(keysOf(due.records)).toContain('acme/web#3');
  });

  it('never runs by setting', async () => {
    const nodes = [issueNode(1, minute(1))];
    server = await serve(github(nodes));
    const options = { stored: { ticket: ['1001', '1777'] }, settings: { reconcileEvery: 0 as const } };
    const first = await pullAll(issues, context({ now: day(0), ...options }));
    const later = await pullAll(issues, context({ now: day(9), ...options }), first.cursor);
    expect(later.batches).toEqual([]);
  });
});
