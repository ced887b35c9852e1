import { describe, expect, test } from 'vitest';
import { FILES_QUERY, PULLS_QUERY, REVIEWS_QUERY } from '../../../connectors/github/queries.ts';
import { closeIssue, commentOn, openIssue } from '../../../src/demo/company/changes.ts';
import { issuesOf, type Pull, pullSize, pullsOf } from '../../../src/demo/company/model.ts';
import {
  NOW,
  repositoryOf,
  smallCompany,
  standInFor,
  type TestStandIn,
} from '../../support/github-standin.ts';

interface Connection<T> {
  readonly totalCount: number;
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string;
  };
}

interface Faulty {
  readonly data?: unknown;
  readonly errors: readonly { readonly type?: string; readonly message: string; readonly path?: unknown }[];
}

async function data<T>(standIn: TestStandIn, query: string, variables: object = {}): Promise<T> {
  const { status, body } = await standIn.graphql(query, variables);
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('errors');
  return (body as { data: T }).data;
}

async function fault(standIn: TestStandIn, query: string, variables: object = {}): Promise<Faulty> {
  const { status, body } = await standIn.graphql(query, variables);
  expect(status).toBe(200);
  return body as Faulty;
}

const NAMED = { owner: 'acme', name: 'web' };

describe("the connector's queries", () => {
  interface PullNode {
    readonly fullDatabaseId: string;
    readonly number: number;
    readonly state: string;
    readonly mergedAt: string | null;
    readonly additions: number;
    readonly author: { readonly __typename: string; readonly login: string } | null;
    readonly commits: Connection<{ readonly commit: { readonly authoredDate: string } }>;
    readonly reviews: Connection<{ readonly state: string }>;
    readonly files: Connection<{ readonly path: string }>;
  }
  interface Answer {
    readonly repository: { readonly pullRequests: Connection<PullNode> };
  }

  test('walk over every pull request once, with everything that the model has of it', async () => {
    const standIn = await standInFor();
    const model = new Map(pullsOf(repositoryOf(standIn.company, 'web')).map((pull) => [pull.number, pull]));
    const seen: PullNode[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const variables: object = { ...NAMED, first: 13, after, direction: 'DESC' };
      const { repository }: Answer = await data<Answer>(standIn, PULLS_QUERY, variables);
      seen.push(...repository.pullRequests.nodes);
      after = repository.pullRequests.pageInfo.endCursor;
      more = repository.pullRequests.pageInfo.hasNextPage;
    }
    expect(seen.map((node) => node.number).sort((a, b) => a - b)).toEqual([...model.keys()]);
    for (const node of seen) {
      const pull = model.get(node.number) as Pull;
      expect(node).toMatchObject({
        fullDatabaseId: String(pull.pullId),
        state: pull.mergedAt === null ? pull.state.toUpperCase() : 'MERGED',
        additions: pullSize(pull).additions,
        author: pull.author && { __typename: pull.author.type, login: pull.author.login },
      });
      expect(Date.parse(node.commits.nodes[0]?.commit.authoredDate ?? '')).toBe(pull.commits[0]?.authoredAt);
      expect(node.reviews.nodes.map((review) => review.state)).toEqual(
        pull.reviews.map((review) => review.state),
      );
      expect(node.files.nodes).toHaveLength(Math.min(100, pull.files.length));
    }
  });

  test('a bot is told by its type: its login has no suffix here', async () => {
    const standIn = await standInFor();
    const variables = { ...NAMED, first: 100, after: null, direction: 'DESC' };
    const { repository } = await data<Answer>(standIn, PULLS_QUERY, variables);
    const bots = repository.pullRequests.nodes.filter((node) => node.author?.__typename === 'Bot');
    expect(bots.length).toBeGreaterThan(0);
    expect(new Set(bots.map((node) => node.author?.login))).toEqual(new Set(['dependabot']));
  });

  test('reviews and files go on where the first page ended', async () => {
    const company = smallCompany();
    const pull = pullsOf(repositoryOf(company, 'web'))[0] as Pull;
    for (let index = 0; index < 230; index++) {
      pull.files.push({ path: `src/${index}.ts`, status: 'modified', additions: 1, deletions: 0 });
    }
    const standIn = await standInFor({ company });
    const paths = new Set<string>();
    type Part = Connection<{ readonly path: string }>;
    for (let after: string | null = null, more = true; more; ) {
      const found: { repository: { pullRequest: { files: Part } } } = await data(standIn, FILES_QUERY, {
        ...NAMED,
        number: pull.number,
        after,
      });
      const { files } = found.repository.pullRequest;
      for (const node of files.nodes) paths.add(node.path);
      after = files.pageInfo.endCursor;
      more = files.pageInfo.hasNextPage;
    }
    expect(paths.size).toBe(pull.files.length);
    const reviews = await data<{ repository: { pullRequest: { reviews: Connection<unknown> } } }>(
      standIn,
      REVIEWS_QUERY,
      { ...NAMED, number: pull.number, after: null },
    );
    expect(reviews.repository.pullRequest.reviews.nodes).toHaveLength(pull.reviews.length);
  });
});

describe('connections', () => {
  const ISSUES = `query Issues($first: Int, $last: Int, $after: String, $before: String) {
    repository(owner: "acme", name: "web") {
      issues(first: $first, last: $last, after: $after, before: $before, orderBy: { field: CREATED_AT, direction: DESC }) {
        totalCount
        nodes { number }
        edges { cursor node { number } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }`;
  interface Found {
    readonly repository: {
      readonly issues: Connection<{ readonly number: number }> & {
        readonly edges: readonly { cursor: string }[];
      };
    };
  }

  test('a cursor keeps its place while issues are opened in front of it', async () => {
    const standIn = await standInFor();
    const web = repositoryOf(standIn.company, 'web');
    const expected = issuesOf(web)
      .map((issue) => issue.number)
      .sort((a, b) => b - a);
    const seen: number[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { repository }: Found = await data<Found>(standIn, ISSUES, { first: 7, after });
      seen.push(...repository.issues.nodes.map((node) => node.number));
      after = repository.issues.pageInfo.endCursor;
      more = repository.issues.pageInfo.hasNextPage;
      openIssue(web, { title: 'Opened in between', author: null, at: NOW });
    }
    expect(seen).toEqual(expected);
  });

  test('go backwards as well', async () => {
    const standIn = await standInFor();
    const { repository: first } = await data<Found>(standIn, ISSUES, { first: 10 });
    const before = first.issues.edges[8]?.cursor;
    const { repository: back } = await data<Found>(standIn, ISSUES, { last: 3, before });
    expect(back.issues.nodes).toEqual(first.issues.nodes.slice(5, 8));
    expect(back.issues.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
  });

  test('are refused without a size, with one over 100, and with a cursor that is none', async () => {
    const standIn = await standInFor();
    expect((await fault(standIn, ISSUES)).errors).toMatchObject([
      { type: 'MISSING_PAGINATION_BOUNDARIES', path: ['repository', 'issues'] },
    ]);
    expect((await fault(standIn, ISSUES, { first: 101 })).errors).toMatchObject([
      {
        type: 'EXCESSIVE_PAGINATION',
        message:
          'Requesting 101 records on the `issues` connection exceeds the `first` limit of 100 records.',
      },
    ]);
    expect((await fault(standIn, ISSUES, { first: 1, after: 'nonsense' })).errors).toMatchObject([
      { type: 'INVALID_CURSOR_ARGUMENTS', message: '`nonsense` does not appear to be a valid cursor.' },
    ]);
  });

  test('are counted without a size', async () => {
    const standIn = await standInFor();
    const query = '{ repository(owner: "acme", name: "web") { issues(states: OPEN) { totalCount } } }';
    const found = await data<{ repository: { issues: { totalCount: number } } }>(standIn, query);
    const open = issuesOf(repositoryOf(standIn.company, 'web')).filter((issue) => issue.state === 'open');
    expect(found.repository.issues.totalCount).toBe(open.length);
  });
});

describe('neighbours of what the connector asks', () => {
  test("an issue's timeline tells of closing, reopening, labels and comments, as narrowed", async () => {
    const standIn = await standInFor();
    const web = repositoryOf(standIn.company, 'web');
    const [label] = web.labels;
    if (!label) throw new Error('no label');
    const issue = openIssue(web, { title: 'Sign-in times out', author: null, at: NOW, labels: [label] });
    commentOn(issue, 'Seen too', { at: NOW + 1000, by: web.company.people[0] ?? null });
    closeIssue(issue, { at: NOW + 2000, by: null }, 'not_planned');
    const query = `query Timeline($number: Int!, $types: [IssueTimelineItemsItemType!]) {
      repository(owner: "acme", name: "web") { issue(number: $number) {
        labels(first: 5) { nodes { name } }
        timelineItems(first: 10, itemTypes: $types) { totalCount nodes {
          __typename
          ... on ClosedEvent { createdAt stateReason actor { login } }
          ... on LabeledEvent { label { name } }
          ... on IssueComment { author { login } bodyText }
        } }
      } }
    }`;
    const all = await data<object>(standIn, query, { number: issue.number });
    expect(all).toEqual({
      repository: {
        issue: {
          labels: { nodes: [{ name: label.name }] },
          timelineItems: {
            totalCount: 3,
            nodes: [
              { __typename: 'LabeledEvent', label: { name: label.name } },
              { __typename: 'IssueComment', author: { login: 'ana-lindqvist' }, bodyText: 'Seen too' },
              {
                __typename: 'ClosedEvent',
                createdAt: '2026-11-24T05:15:02Z',
                stateReason: 'NOT_PLANNED',
                actor: null,
              },
            ],
          },
        },
      },
    });
    const narrowed = await data<object>(standIn, query, { number: issue.number, types: ['CLOSED_EVENT'] });
    expect(narrowed).toMatchObject({ repository: { issue: { timelineItems: { totalCount: 1 } } } });
  });

  test('a global id of REST finds the same thing', async () => {
    const standIn = await standInFor();
    const { body } = await standIn.get('/repos/acme/web/issues?state=all&per_page=100');
    for (const row of body as { node_id: string; number: number; pull_request?: object }[]) {
      const query = `query Node($id: ID!) { node(id: $id) { __typename id ... on Issue { number } ... on PullRequest { number } } }`;
      const found = await data<object>(standIn, query, { id: row.node_id });
      const __typename = row.pull_request ? 'PullRequest' : 'Issue';
      expect(found).toEqual({ node: { __typename, id: row.node_id, number: row.number } });
    }
  });

  test('releases come newest first, drafts included', async () => {
    const standIn = await standInFor();
    const query = `{ repository(owner: "acme", name: "web") {
      releases(first: 3) { nodes { isDraft tagName publishedAt createdAt tagCommit { oid } } }
      refs(refPrefix: "refs/tags/", first: 100) { nodes { name target { oid ... on Commit { committedDate } } } }
    } }`;
    const found = await data<{
      repository: {
        releases: Connection<{ isDraft: boolean; createdAt: string }>;
        refs: Connection<{ name: string }>;
      };
    }>(standIn, query);
    expect(found.repository.releases.nodes[0]).toMatchObject({
      isDraft: true,
      publishedAt: null,
      tagCommit: null,
    });
    const created = found.repository.releases.nodes.map((node) => node.createdAt);
    expect(created).toEqual([...created].sort().reverse());
    expect(found.repository.refs.nodes).toHaveLength(standIn.company.repositories[0]?.tags.length ?? -1);
  });
});

describe('limits and refusals', () => {
  test('nothing is answered without a token', async () => {
    const standIn = await standInFor();
    const response = await fetch(`${standIn.url}/graphql`, {
      method: 'POST',
      body: '{"query":"{ viewer { login } }"}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      message: 'This endpoint requires you to be authenticated.',
    });
  });

  test('what does not exist is null beside an error', async () => {
    const standIn = await standInFor();
    const found = await fault(standIn, '{ repository(owner: "acme", name: "nothing") { id } }');
    expect(found).toMatchObject({
      data: { repository: null },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository'],
          message: "Could not resolve to a Repository with the name 'acme/nothing'.",
        },
      ],
    });
  });

  test('a field that does not exist and a text that is no query are errors without data', async () => {
    const standIn = await standInFor();
    const unknown = await fault(standIn, '{ viewer { shoeSize } }');
    expect(unknown).not.toHaveProperty('data');
    expect(unknown.errors).toMatchObject([{ extensions: { code: 'undefinedField' } }]);
    expect((await fault(standIn, '{ viewer {')).errors[0]?.message).toMatch(/Syntax Error/);
  });

  test('more than half a million possible nodes are refused before anything is read', async () => {
    const standIn = await standInFor();
    const query = `{ repository(owner: "acme", name: "web") {
      pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { id } } files(first: 100) { nodes { path } } } }
      issues(first: 100) { nodes { labels(first: 100) { nodes { issuesOf: repository { issues(first: 50) { nodes { id } } } } } } }
    } }`;
    expect((await fault(standIn, query)).errors).toMatchObject([
      {
        type: 'MAX_NODE_LIMIT_EXCEEDED',
        message:
          'This query requests up to 530,200 possible nodes which exceeds the maximum limit of 500,000.',
      },
    ]);
  });

  test("a query costs what GitHub's documentation computes for it", async () => {
    const standIn = await standInFor();
    // The example of the documentation, with its connections replaced by three that are nested alike:
    // 1 + 100 + 100 * 50 = 5,101 requests, which is 51 points.
    const query = `{ rateLimit { cost nodeCount remaining }
      repository(owner: "acme", name: "web") { issues(first: 100) { nodes {
        timelineItems(first: 50) { nodes { ... on IssueComment { issue { labels(first: 60) { nodes { name } } } } } }
      } } }
    }`;
    const { headers, body } = await standIn.graphql(query);
    expect(body).toMatchObject({
      data: { rateLimit: { cost: 51, nodeCount: 100 + 5000 + 300_000, remaining: 4949 } },
    });
    expect(headers.get('x-ratelimit-remaining')).toBe('4949');
    expect(headers.get('x-ratelimit-resource')).toBe('graphql');
  });

  test('when no points are left the answer is 200 with an error of that type', async () => {
    const standIn = await standInFor({ limits: { graphql: 1 } });
    await standIn.graphql('{ viewer { login } }');
    const reply = await standIn.graphql('{ viewer { login } }');
    expect(reply.body).toMatchObject({ errors: [{ type: 'RATE_LIMIT', code: 'graphql_rate_limit' }] });
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('0');
    expect((await standIn.get('/repos/acme/web')).status).toBe(200);
  });

  test('operations are logged by their name', async () => {
    const standIn = await standInFor();
    await standIn.graphql('query WhoAmI { viewer { login } }');
    expect(standIn.requests).toMatchObject([
      { method: 'POST', path: '/graphql', operation: 'WhoAmI', status: 200 },
    ]);
  });
});
