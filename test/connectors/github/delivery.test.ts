import { afterEach, describe, expect, it } from 'vitest';
import type { Stream } from '../../../connectors/contract.ts';
import { alerts, codeScanning } from '../../../connectors/github/alerts.ts';
import { builds } from '../../../connectors/github/builds.ts';
import type { GitHubSettings } from '../../../connectors/github/settings.ts';
import { tags } from '../../../connectors/github/tags.ts';
import type { Tag } from '../../../src/domain/records.ts';
import { NEVER } from '../../../src/domain/time.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import {
  codeAlert,
  dependabotAlert,
  deployment,
  deploymentStatus,
  type RunOptions,
  tagRef,
  workflowRun,
} from './delivery-fixtures.ts';
import { connection } from './fixtures.ts';
import {
  type ContextOptions,
  contextFor,
  type Loopback,
  paged,
  pullAll,
  type Reply,
  type Request,
  rejection,
  serve,
} from './support.ts';

let server: Loopback;
afterEach(() => server?.close());

const token = 'ghp_not_a_real_token';
const minute = (index: number) =>
  new Date(Date.parse('2026-10-05T00:00:00Z') + index * 60_000).toISOString().replace('.000', '');

function context(options: Partial<ContextOptions> = {}) {
  return contextFor({ url: server.url, ...options, settings: { token, ...options.settings } });
}

it('the answers here are as GitHub describes them', () => {
  const at = '/repos/{owner}/{repo}';
  assertGitHubAnswer(`GET ${at}/deployments`, [deployment(1)]);
  assertGitHubAnswer(`GET ${at}/deployments/{deployment_id}/statuses`, [
    deploymentStatus(1, 'success', minute(1)),
  ]);
  assertGitHubAnswer(`GET ${at}/actions/runs`, {
    total_count: 2,
    workflow_runs: [workflowRun(1), workflowRun(2, { conclusion: null })],
  });
  assertGitHubAnswer(`GET ${at}/git/matching-refs/{ref}`, [
    tagRef('v1', 'a'.repeat(40)),
    tagRef('v2', 'b'.repeat(40), 'tag'),
  ]);
  assertGitHubAnswer(`GET ${at}/dependabot/alerts`, [
    dependabotAlert(1),
    dependabotAlert(2, { state: 'auto_dismissed', resolved: minute(1) }),
  ]);
  assertGitHubAnswer(`GET ${at}/code-scanning/alerts`, [codeAlert(1)]);
});

describe('the builds stream', () => {
  function actions(runs: ReturnType<typeof workflowRun>[]) {
    return (request: Request): Reply => {
      const newest = runs.toSorted((a, b) => b.created_at.localeCompare(a.created_at) || b.id - a.id);
      const reply = paged(request, newest);
      if (typeof reply === 'function') return reply;
      return { ...reply, json: { total_count: runs.length, workflow_runs: reply.json } };
    };
  }
  const many = (count: number, of: (index: number) => RunOptions = () => ({})) =>
    Array.from({ length: count }, (_, index) =>
      workflowRun(index + 1, { created: minute(index), ...of(index) }),
    );

  it.each([
    ['success', 'succeeded'],
    ['failure', 'failed'],
    ['timed_out', 'failed'],
    ['startup_failure', 'failed'],
    ['cancelled', 'cancelled'],
    ['skipped', 'skipped'],
    ['neutral', 'skipped'],
    ['action_required', 'skipped'],
  ])('takes the conclusion %s as %s', async (conclusion, status) => {
    const run = { conclusion, created: minute(0), started: minute(2), updated: minute(5), attempt: 2 };
    server = await serve(actions([workflowRun(7, run)]));
    expect((await pullAll(builds, context())).records).toMatchObject([
      {
        id: '7',
        key: 'acme/web CI #7',
        workflow: 'CI',
        branch: 'main',
        commit: 'sha7',
        event: 'push',
        status,
        attempt: 2,
        duration: 180_000,
        finishedAt: Date.parse(minute(5)),
      },
    ]);
  });

  it('has no end and no duration for what runs, and reads objects that lack what came later', async () => {
    const {
      run_attempt: _,
      run_started_at: __,
      display_title: ___,
      ...old
    } = workflowRun(1, {
      conclusion: null,
    });
    server = await serve(() => ({ json: { total_count: 1, workflow_runs: [old] } }));
    expect((await pullAll(builds, context())).records).toMatchObject([
      { status: 'running', attempt: 1, duration: null, finishedAt: null },
    ]);
  });

  it('goes back to the start, resumes after any batch, and costs one conditional request when nothing changed', async () => {
    const runs = [...many(250), workflowRun(900, { created: '2025-01-01T00:00:00Z' })];
    server = await serve(actions(runs));
    const whole = await pullAll(builds, context());
    expect(whole.records).toHaveLength(250);
    for (let most = 1; most < whole.batches.length; most += 1) {
      const part = await pullAll(builds, context(), null, most);
      const rest = await pullAll(builds, context(), part.cursor);
      expect(new Set([...part.records, ...rest.records].map((one) => one.id)).size).toBe(250);
    }
    server.requests.length = 0;
    expect((await pullAll(builds, context(), whole.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('sees a re-run at once, and reads down to what was still running', async () => {
    const runs = many(250, (index) => (index === 40 ? { conclusion: null } : {}));
    server = await serve(actions(runs));
    const first = await pullAll(builds, context({ now: '2026-10-06T00:00:00Z' }));
    runs[240] = workflowRun(241, {
      created: minute(240),
      attempt: 2,
      conclusion: 'failure',
      updated: minute(400),
    });
    runs[40] = workflowRun(41, { created: minute(40), conclusion: 'success', updated: minute(401) });
    const second = await pullAll(builds, context({ now: '2026-10-06T01:00:00Z' }), first.cursor);
    expect(second.records).toContainEqual(
      expect.objectContaining({ id: '241', attempt: 2, status: 'failed' }),
    );
    expect(second.records).toContainEqual(expect.objectContaining({ id: '41', status: 'succeeded' }));
  });

  it('finds once a day what was deleted, and a re-run far down the list', async () => {
    const runs = many(250);
    const stored = { build: runs.map((run) => String(run.id)) };
    server = await serve(actions(runs));
    const first = await pullAll(builds, context({ now: '2026-11-20T06:00:00Z' }));
    runs[3] = workflowRun(4, { created: minute(3), attempt: 3 });
    runs.splice(10, 1);
    const early = await pullAll(builds, context({ now: '2026-11-20T07:00:00Z', stored }), first.cursor);
    expect(early.removed).toEqual([]);
    const due = await pullAll(builds, context({ now: '2026-11-21T06:00:00Z', stored }), first.cursor);
    expect(due.removed).toEqual([{ recordType: 'build', id: '11' }]);
    expect(due.records).toContainEqual(expect.objectContaining({ id: '4', attempt: 3 }));
  });
});

describe('the alerts streams', () => {
  it('tell severity, state and end, of Dependabot and of code scanning', async () => {
    const end = minute(9);
    server = await serve((request) =>
      request.url.pathname.includes('dependabot')
        ? paged(request, [
            dependabotAlert(1, { severity: 'critical' }),
            dependabotAlert(2, { state: 'fixed', resolved: end }),
            dependabotAlert(3, { state: 'auto_dismissed', resolved: end }),
          ])
        : paged(request, [
            codeAlert(1),
            codeAlert(2, { state: 'dismissed', resolved: end, severity: 'low' }),
          ]),
    );
    const dependabot = await pullAll(alerts, context());
    expect(dependabot.records).toMatchObject([
      { key: 'acme/web dependabot #1', severity: 'critical', state: 'open', resolvedAt: null },
      { state: 'fixed', severity: 'high', resolvedAt: Date.parse(end) },
      { state: 'dismissed', resolvedAt: Date.parse(end) },
    ]);
    const scanned = await pullAll(codeScanning, context());
    expect(scanned.records).toMatchObject([
      { key: 'acme/web code-scanning #1', severity: 'critical', state: 'open', resolvedAt: null },
      { severity: 'low', state: 'dismissed', resolvedAt: Date.parse(end) },
    ]);
    const ids = [...dependabot.records, ...scanned.records].map((record) => record.id);
    expect(new Set(ids).size).toBe(5);
  });

  it('stop where nothing is new, and cost one conditional request when nothing is', async () => {
    const rows = Array.from({ length: 250 }, (_, i) => dependabotAlert(i + 1, { updated: minute(i) }));
    server = await serve((request) =>
      paged(
        request,
        rows.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at)),
      ),
    );
    const first = await pullAll(alerts, context());
    expect(first.records).toHaveLength(250);
    rows[3] = dependabotAlert(4, { state: 'fixed', resolved: minute(500) });
    server.requests.length = 0;
    const second = await pullAll(alerts, context(), first.cursor);
    expect(server.requests).toHaveLength(1);
    expect(second.records).toContainEqual(expect.objectContaining({ state: 'fixed' }));
    server.requests.length = 0;
    expect((await pullAll(alerts, context(), second.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Stream<GitHubSettings>, number, string]>([
    ['Dependabot is off', alerts, 403, 'Dependabot alerts are disabled for this repository.'],
    ['nothing was ever scanned', codeScanning, 404, 'no analysis found'],
    [
      'code scanning is off',
      codeScanning,
      403,
      'Advanced Security must be enabled for this repository to use code scanning.',
    ],
  ])('find nothing, completely, where %s', async (_, stream, status, message) => {
    server = await serve(() => ({ status, json: { message } }));
    const pulled = await pullAll(stream, context({ stored: { alert: ['x'] } }));
    expect(pulled.records).toEqual([]);
    expect(pulled.removed).toEqual([{ recordType: 'alert', id: 'x' }]);
  });

  it('name the permission that is missing', async () => {
    server = await serve(() => ({
      status: 403,
      headers: { 'x-accepted-github-permissions': 'vulnerability_alerts=read' },
      json: { message: 'Resource not accessible by personal access token' },
    }));
    const error = await rejection(pullAll(alerts, context({ settings: { streams: ['alerts'] } })));
    expect(error).toMatchObject({
      code: 'forbidden',
      remedy: expect.stringContaining('`Dependabot alerts: read`'),
    });
  });
});

describe('the tags stream', () => {
  const dated = (name: string, oid: string, at: string) => ({
    name,
    target: { __typename: 'Commit', oid, committedDate: at },
  });
  const annotated = (name: string, oid: string, commit: string, at: string | null) => ({
    name,
    target: {
      __typename: 'Tag',
      oid,
      tagger: at === null ? null : { date: at },
      target: { __typename: 'Commit', oid: commit, committedDate: minute(0) },
    },
  });

  it('tells the time and commit of annotated and lightweight tags, and then costs one conditional request', async () => {
    const refs = [tagRef('v1', 'c1'), tagRef('v2', 't2', 'tag'), tagRef('v3', 't3', 'tag')];
    server = await serve((request) => {
      if (request.url.pathname.endsWith('/git/matching-refs/tags')) return { json: refs };
      const nodes = [
        annotated('v3', 't3', 'c3', null),
        annotated('v2', 't2', 'c2', '2026-10-06T10:00:00+02:00'),
        dated('v1', 'c1', minute(1)),
      ];
      return { json: { data: { repository: { refs: connection(nodes) } } } };
    });
    const first = await pullAll(tags, context());
    expect(first.records).toMatchObject([
      { name: 'v3', sha: 'c3', taggedAt: Date.parse(minute(0)) },
      { name: 'v2', sha: 'c2', taggedAt: Date.parse('2026-10-06T08:00:00Z') },
      { name: 'v1', sha: 'c1', taggedAt: Date.parse(minute(1)), key: 'acme/web@v1' },
    ]);
    expect(server.requests).toHaveLength(2);
    server.requests.length = 0;
    expect((await pullAll(tags, context(), first.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('reads only those that are new, and tells of those that were deleted or moved', async () => {
    const refs = [tagRef('v1', 'c1'), tagRef('v2', 'c2'), tagRef('latest', 'c1')];
    server = await serve((request) => {
      if (request.url.pathname.endsWith('/git/matching-refs/tags')) return { json: refs };
      const nodes = refs.map((ref) => dated(ref.ref.slice('refs/tags/'.length), ref.object.sha, minute(1)));
      return { json: { data: { repository: { refs: connection(nodes) } } } };
    });
    const first = await pullAll(tags, context());
    const stored = { tag: first.records.map((record) => record.id) };
    refs.splice(1, 2, tagRef('latest', 'c3'));
    const second = await pullAll(tags, context({ stored }), first.cursor);
    expect((second.records as Tag[]).map(({ name, sha }) => [name, sha])).toEqual([['latest', 'c3']]);
    expect(second.removed.map(({ id }) => id).sort()).toEqual(['acme/web@latest:c1', 'acme/web@v2:c2']);
  });

  it('reads them one by one without a token, and by the other list where a server lacks the first', async () => {
    const commit = { sha: 'c1', url: 'https://x' };
    server = await serve((request) => {
      const { pathname } = request.url;
      if (pathname === '/repos/acme/web/tags') return paged(request, [{ name: 'v1', commit }]);
      if (pathname.endsWith('/git/commits/c1')) return { json: { committer: { date: minute(3) } } };
      return { status: 404, json: { message: 'Not Found' } };
    });
    const unsigned = contextFor({ url: server.url });
    const first = await pullAll(tags, unsigned);
    expect(first.records).toMatchObject([{ name: 'v1', sha: 'c1', taggedAt: Date.parse(minute(3)) }]);
    server.requests.length = 0;
    expect((await pullAll(tags, unsigned, first.cursor)).batches).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a stream that nobody asked for by name', () => {
  const refusal = { status: 403, json: { message: 'Resource not accessible by personal access token' } };

  it('is passed over with a warning where the token may not read it, and makes no zero', async () => {
    server = await serve(() => refusal);
    const lines: string[] = [];
    const now = '2026-11-24T06:00:00Z';
    const pulled = await pullAll(builds, context({ now, log: (line) => lines.push(line) }));
    expect(pulled.records).toEqual([]);
    expect(pulled.cursor).toBeNull();
    expect(pulled.batches).toEqual([{ records: [], cursor: null, coveredFrom: NEVER }]);
    expect(lines.join('')).toContain('`builds` is not read');
  });

  it('is complete from the start again once it may be read', async () => {
    server = await serve(() => ({ json: { total_count: 0, workflow_runs: [] } }));
    const of = context();
    const { batches } = await pullAll(builds, of);
    expect(batches.at(-1)?.coveredFrom).toBe(of.start);
  });

  it('fails when it was read before, and one that was asked for fails always', async () => {
    server = await serve(() => refusal);
    const asked = context({ settings: { streams: ['builds'] } });
    expect(await rejection(pullAll(builds, asked))).toMatchObject({ code: 'forbidden' });
    const cursor = JSON.stringify({
      reached: 1,
      openSince: null,
      guard: null,
      reconciledAt: null,
      walk: null,
    });
    expect(await rejection(pullAll(builds, context(), cursor))).toMatchObject({ code: 'forbidden' });
  });
});
