import { afterEach, describe, expect, it } from 'vitest';
import { deployments } from '../../../connectors/github/deployments.ts';
import type { Deployment } from '../../../src/domain/records.ts';
import { type DeploymentOptions, deployment, deploymentStatus } from './delivery-fixtures.ts';
import { connection } from './fixtures.ts';
import {
  type ContextOptions,
  contextFor,
  type Loopback,
  paged,
  pullAll,
  type Reply,
  type Request,
  serve,
  servedAt,
} from './support.ts';

let server: Loopback;
afterEach(() => server.close());

const token = 'ghp_not_a_real_token';
const day = (n: number, hour = 8) =>
  `2026-10-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;
const time = (n: number, hour = 8) => Date.parse(day(n, hour));

interface Rolled {
  row: ReturnType<typeof deployment>;
  readonly statuses: ReturnType<typeof deploymentStatus>[];
}

/** A rollout and what became of it, state by state. */
function rollout(id: number, options: DeploymentOptions, ...states: (readonly [string, string])[]): Rolled {
  const statuses = states.map(([state, at], index) => deploymentStatus(id * 10 + index, state, at));
  const created = options.created ?? states[0]?.[1] ?? day(5);
  return { row: deployment(id, { ...options, created, updated: states.at(-1)?.[1] ?? created }), statuses };
}

function turn(rolled: Rolled, state: string, at: string): void {
  rolled.statuses.push(deploymentStatus(rolled.row.id * 10 + rolled.statuses.length, state, at));
  rolled.row = { ...rolled.row, updated_at: at };
}

/** GitHub's deployments, newest first; commits are numbered, and between two of them lie all numbers. */
function github(rolled: Rolled[], compare?: (request: Request, base: string, head: string) => Reply) {
  return (request: Request): Reply => {
    const { pathname } = request.url;
    if (pathname === '/graphql') {
      const { ids } = JSON.parse(request.body).variables as { ids: readonly string[] };
      const nodes = ids.map((id) => {
        const found = rolled.find((one) => one.row.node_id === id);
        const statuses = (found?.statuses ?? []).map((status) => ({
          state: status.state.toUpperCase(),
          createdAt: status.created_at,
          logUrl: status.log_url,
        }));
        return { __typename: 'Deployment', id, statuses: connection(statuses) };
      });
      return { json: { data: { nodes } } };
    }
    const [, base = '', head = ''] = /\/compare\/sha(\d+)\.\.\.sha(\d+)$/.exec(pathname) ?? [];
    if (base) return compare?.(request, base, head) ?? comparison(request, Number(base), Number(head));
    const [, id] = /\/deployments\/(\d+)\/statuses$/.exec(pathname) ?? [];
    if (id) {
      const statuses = rolled.find((one) => String(one.row.id) === id)?.statuses ?? [];
      return paged(request, statuses.toReversed());
    }
    if (!pathname.endsWith('/deployments')) return { status: 404, json: { message: 'Not Found' } };
    return paged(
      request,
      rolled.map((one) => one.row).toSorted((a, b) => b.id - a.id),
    );
  };
}

function comparison(request: Request, base: number, head: number): Reply {
  const commits = Array.from({ length: Math.max(0, head - base) }, (_, i) => ({ sha: `sha${base + 1 + i}` }));
  const reply = paged(request, commits);
  if (typeof reply === 'function') return reply;
  return { ...reply, json: { total_commits: commits.length, commits: reply.json } };
}

function context(options: Partial<ContextOptions> = {}) {
  return contextFor({ url: server.url, ...options, settings: { token, ...options.settings } });
}

async function pulled(rolled: Rolled[], options: Partial<ContextOptions> = {}) {
  server = await serve(github(rolled));
  return (await pullAll(deployments, context(options))).records as Deployment[];
}

describe('a deployment', () => {
  it.each([
    [
      'success',
      [
        ['in_progress', day(5, 9)],
        ['success', day(5, 10)],
      ],
      'succeeded',
      time(5, 10),
    ],
    [
      'success that another replaced',
      [
        ['success', day(5, 9)],
        ['inactive', day(7)],
      ],
      'succeeded',
      time(5, 9),
    ],
    ['a replacement alone', [['inactive', day(7)]], 'succeeded', time(7)],
    [
      'success told twice',
      [
        ['success', day(5, 9)],
        ['success', day(5, 11)],
      ],
      'succeeded',
      time(5, 9),
    ],
    [
      'success after a failure',
      [
        ['failure', day(5, 9)],
        ['success', day(5, 11)],
      ],
      'succeeded',
      time(5, 11),
    ],
    [
      'failure',
      [
        ['in_progress', day(5, 9)],
        ['failure', day(5, 10)],
      ],
      'failed',
      time(5, 10),
    ],
    ['error', [['error', day(5, 10)]], 'failed', time(5, 10)],
    [
      'progress',
      [
        ['queued', day(5, 9)],
        ['in_progress', day(5, 10)],
      ],
      'running',
      null,
    ],
    ['nothing', [], 'running', null],
  ] as const)('with %s is told as such', async (_, states, status, finishedAt) => {
    const [found] = await pulled([rollout(1, {}, ...states)]);
    expect(found).toMatchObject({
      status,
      finishedAt,
      commits: null,
      environment: 'production',
      commit: 'sha1',
    });
  });

  it('names the workflow run behind it, and where to look at it', async () => {
    const one = rollout(1, {});
    one.statuses.push(
      deploymentStatus(1, 'success', day(5, 9), 'https://github.com/acme/web/actions/runs/77/job/5'),
    );
    const [found] = await pulled([one]);
    expect(found).toMatchObject({ run: '77', url: `${server.url}/acme/web/actions/runs/77` });
  });

  it('brings the commits since the one that succeeded before it in the same environment; the first brings none', async () => {
    const found = await pulled([
      rollout(1, { sha: 'sha10' }, ['success', day(5)]),
      rollout(2, { sha: 'sha11', environment: 'staging' }, ['success', day(6)]),
      rollout(3, { sha: 'sha12' }, ['failure', day(7)]),
      rollout(4, { sha: 'sha13' }, ['success', day(8)]),
      rollout(5, { sha: 'sha13' }, ['success', day(9)]),
    ]);
    expect(found.map((one) => [one.id, one.commits])).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
      ['4', ['sha11', 'sha12', 'sha13']],
      ['5', []],
    ]);
  });

  it('is measured from what succeeded before it, whatever began first', async () => {
    const found = await pulled([
      rollout(1, { sha: 'sha1' }, ['success', day(5)]),
      rollout(2, { sha: 'sha2', created: day(6) }, ['success', day(6, 20)]),
      rollout(3, { sha: 'sha4', created: day(6, 9) }, ['success', day(6, 10)]),
    ]);
    const commits = Object.fromEntries(found.map((one) => [one.id, one.commits]));
    expect(commits).toMatchObject({ 3: ['sha2', 'sha3', 'sha4'], 2: [] });
  });

  it('brings a long range page by page, and none where a force-push took a commit away', async () => {
    const found = await pulled([
      rollout(1, { sha: 'sha1' }, ['success', day(5)]),
      rollout(2, { sha: 'sha251' }, ['success', day(6)]),
    ]);
    expect(found.at(-1)?.commits).toHaveLength(250);
    await server.close();
    server = await serve(
      github(
        [rollout(1, { sha: 'sha1' }, ['success', day(5)]), rollout(2, { sha: 'sha9' }, ['success', day(6)])],
        () => ({ status: 404, json: { message: 'Not Found' } }),
      ),
    );
    const { records } = await pullAll(deployments, context());
    expect((records as Deployment[]).map((one) => one.commits)).toEqual([null, null]);
  });
});

describe('the deployments stream', () => {
  it('costs two requests for a hundred and one for each range, and then one conditional request', async () => {
    const rolled = Array.from({ length: 100 }, (_, i) =>
      rollout(i + 1, { environment: `preview-${i}` }, ['success', day(6)]),
    );
    server = await serve(github(rolled));
    const first = await pullAll(deployments, context());
    expect(first.records).toHaveLength(100);
    expect(server.requests).toHaveLength(2);
    server.requests.length = 0;
    expect((await pullAll(deployments, context(), first.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('sees at once one that turns successful, and changes nothing of the one that it replaces', async () => {
    const rolled = [
      rollout(1, { sha: 'sha1' }, ['success', day(5)]),
      rollout(2, { sha: 'sha3' }, ['success', day(6)]),
      rollout(3, { sha: 'sha4' }, ['in_progress', day(7)]),
    ];
    server = await serve(github(rolled));
    const stored = { deployment: ['1', '2', '3'] };
    const first = await pullAll(deployments, context());
    expect(first.records.at(-1)).toMatchObject({ id: '3', status: 'running', commits: null });

    const [, second, third] = rolled as [Rolled, Rolled, Rolled];
    turn(third, 'success', day(7, 9));
    turn(second, 'inactive', day(7, 9));
    const next = await pullAll(deployments, context({ stored }), first.cursor);
    expect(next.records).toMatchObject([
      { id: '3', status: 'succeeded', finishedAt: time(7, 9), commits: ['sha4'] },
    ]);
    expect((await pullAll(deployments, context({ stored }), next.cursor)).batches).toEqual([]);
    // A whole reading of the end brings the same of both.
    const whole = (await pullAll(deployments, context())).records as Deployment[];
    const last = (id: string) => [...first.records, ...next.records].findLast((one) => one.id === id);
    for (const one of whole) expect(one).toEqual(last(one.id));
  });

  it('sees one that turns successful in the second in which it was read', async () => {
    const rolled = [rollout(1, {}, ['in_progress', day(5)])];
    let clock = day(5);
    const answer = github(rolled);
    server = await serve((request) => servedAt(clock, answer(request)));
    const first = await pullAll(deployments, context());
    expect(first.records).toMatchObject([{ status: 'running' }]);
    if (rolled[0]) turn(rolled[0], 'success', day(5));
    clock = day(6);
    const second = await pullAll(deployments, context({ stored: { deployment: ['1'] } }), first.cursor);
    expect(second.records).toMatchObject([{ status: 'succeeded' }]);
    const third = await pullAll(deployments, context({ stored: { deployment: ['1'] } }), second.cursor);
    expect(third.batches).toEqual([]);
  });

  it('reads the environments of the settings alone', async () => {
    const found = await pulled(
      [
        rollout(1, { environment: 'production' }, ['success', day(5)]),
        rollout(2, { environment: 'preview/12' }, ['success', day(5)]),
        rollout(3, { environment: 'prod-eu' }, ['success', day(5)]),
      ],
      { settings: { environments: ['prod*'] } },
    );
    expect(found.map((one) => one.environment)).toEqual(['production', 'prod-eu']);
  });

  it('finds once a day those that were deleted', async () => {
    const rolled = [
      rollout(1, {}, ['success', '2025-01-01T00:00:00Z']),
      rollout(2, {}, ['success', day(6)]),
      rollout(3, {}, ['success', day(7)]),
    ];
    const stored = { deployment: ['1', '2', '3'] };
    server = await serve(github(rolled));
    const first = await pullAll(deployments, context({ now: '2026-11-20T06:00:00Z' }));
    rolled.splice(1, 1);
    const due = await pullAll(deployments, context({ now: '2026-11-21T06:00:00Z', stored }), first.cursor);
    // The first is older than the start, and there.
    expect(due.removed).toEqual([{ recordType: 'deployment', id: '2' }]);
    expect(due.records).toEqual([]);
  });

  it('reads statuses by REST where GraphQL does not know the query, or there is no token', async () => {
    const rolled = [rollout(1, {}, ['success', day(5)]), rollout(2, {}, ['success', day(6)])];
    const handle = github(rolled);
    const errors = [{ message: "Field 'statuses' doesn't exist", extensions: { code: 'undefinedField' } }];
    server = await serve((request) =>
      request.url.pathname === '/graphql' ? { json: { errors } } : handle(request),
    );
    const byToken = (await pullAll(deployments, context())).records as Deployment[];
    expect(byToken.map((one) => one.status)).toEqual(['succeeded', 'succeeded']);
    const byNone = (await pullAll(deployments, contextFor({ url: server.url }))).records as Deployment[];
    expect(byNone.map(({ commits: _, ...one }) => one)).toEqual(byToken.map(({ commits: _, ...one }) => one));
  });
});
