import { afterEach, describe, expect, it } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { ConnectorError } from '../../../connectors/errors.ts';
import { check } from '../../../connectors/github/check.ts';
import { github } from '../../../connectors/github/index.ts';
import { members } from '../../../connectors/github/repositories.ts';
import type { GitHubSettings } from '../../../connectors/github/settings.ts';
import { settingsSchema } from '../../../connectors/github/settings.ts';
import { repository } from './fixtures.ts';
import { contextFor, type Loopback, paged, type Reply, type Request, rejection, serve } from './support.ts';

let server: Loopback | undefined;
afterEach(() => server?.close());

async function idsOf(context: PullContext<GitHubSettings>): Promise<string[]> {
  const ids: string[] = [];
  for await (const member of members(context)) ids.push(member.id);
  return ids;
}

const owned = [
  repository('acme/web'),
  repository('acme/lib-b'),
  repository('acme/lib-a'),
  repository('acme/lib-old', { archived: true }),
  repository('acme/lib-fork', { fork: true }),
];

function organization(request: Request) {
  return request.url.pathname === '/orgs/acme/repos'
    ? paged(request, owned)
    : { status: 404, json: { message: 'Not Found' } };
}

describe('the settings', () => {
  it('have defaults for all but the repositories', () => {
    expect(settingsSchema.parse({ repositories: ['acme/web'] })).toEqual({
      url: 'https://api.github.com',
      repositories: ['acme/web'],
      includeArchived: false,
      includeForks: false,
      bots: [],
      people: [],
      reconcileEvery: '1d',
      onLimit: 'stop',
    });
  });

  it.each([
    [{ repositories: [] }],
    [{ repositories: ['web'] }],
    [{ repositories: ['*/web'] }],
    [{ repositories: ['acme/web/x'] }],
    [{ repositories: ['acme/web'], token: '' }],
    [{ repositories: ['acme/web'], url: 'github.com' }],
    [{ repositories: ['acme/web'], tokn: 'x' }],
    [{ repositories: ['acme/web'], token: 'x', app: { id: 1, privateKey: 'x', installationId: 2 } }],
    [{ repositories: ['acme/web'], streams: ['commits'] }],
    [{ repositories: ['acme/web'], reconcileEvery: 'daily' }],
    [{ repositories: ['acme/web'], storyPoints: { label: 'points' } }],
    [{ repositories: ['acme/web'], onLimit: 'retry' }],
  ])('refuse %j', (settings) => {
    expect(settingsSchema.safeParse(settings).success).toBe(false);
  });
});

describe('the repositories of a source', () => {
  it('are taken as they are written, without a request', async () => {
    const context = contextFor({
      url: 'http://127.0.0.1:1',
      settings: { repositories: ['acme/web', 'acme/api', 'Acme/Web'] },
    });
    expect(await idsOf(context)).toEqual(['acme/web', 'acme/api']);
  });

  it('come from a glob without archived ones and forks, each once', async () => {
    server = await serve(organization);
    const context = contextFor({ url: server.url, settings: { repositories: ['acme/lib-b', 'acme/lib-*'] } });
    expect(await idsOf(context)).toEqual(['acme/lib-b', 'acme/lib-a']);
  });

  it('take in archived ones and forks where the settings say so', async () => {
    server = await serve(organization);
    const settings = { repositories: ['acme/lib-*'], includeArchived: true, includeForks: true };
    expect(await idsOf(contextFor({ url: server.url, settings }))).toEqual([
      'acme/lib-a',
      'acme/lib-b',
      'acme/lib-fork',
      'acme/lib-old',
    ]);
  });

  it('are listed once for all streams of a run', async () => {
    server = await serve(organization);
    const context = contextFor({ url: server.url, settings: { repositories: ['acme/*'] } });
    await Promise.all([idsOf(context), idsOf(context), idsOf(context)]);
    expect(server.requests).toHaveLength(1);
  });

  it('of a person include the private ones that only that person sees', async () => {
    server = await serve((request) => {
      if (request.url.pathname === '/users/acme/repos') return paged(request, [repository('acme/public')]);
      if (request.url.pathname === '/user/repos')
        return paged(request, [repository('acme/private'), repository('other/x')]);
      return { status: 404, json: { message: 'Not Found' } };
    });
    const settings = { repositories: ['acme/*'], token: 'ghp_not_a_real_token' };
    expect(await idsOf(contextFor({ url: server.url, settings }))).toEqual(['acme/private', 'acme/public']);
  });

  it('that match nothing stop no other: the pattern is a member whose pull is the error', async () => {
    server = await serve(organization);
    const settings = { repositories: ['acme/nothing-*', 'acme/web'] };
    const context = contextFor({ url: server.url, settings });
    expect(await idsOf(context)).toEqual(['acme/nothing-*', 'acme/web']);
    for (const stream of Object.values(github.streams)) {
      const pull = stream.pull(context, 'acme/nothing-*', null)[Symbol.asyncIterator]();
      expect(await rejection(pull.next())).toMatchObject({
        code: 'not_found',
        message: expect.stringContaining('acme/nothing-*'),
      });
    }
  });

  it('are those of no stream that the settings leave out', async () => {
    const settings = { streams: ['issues', 'alerts'] as const };
    const context = contextFor({ url: 'http://127.0.0.1:1', settings: { streams: [...settings.streams] } });
    const read: string[] = [];
    for (const [name, stream] of Object.entries(github.streams)) {
      for await (const { id } of stream.members(context)) read.push(`${name} ${id}`);
    }
    expect(read).toEqual(['issues acme/web', 'alerts acme/web']);
  });

  it('without a token are not those of streams whose every record costs a request, unless they are listed', async () => {
    const read = async (settings: Partial<GitHubSettings>) => {
      const found: string[] = [];
      const context = contextFor({ url: 'http://127.0.0.1:1', settings });
      for (const [name, stream] of Object.entries(github.streams)) {
        for await (const _ of stream.members(context)) found.push(name);
      }
      return found;
    };
    expect(await read({})).toEqual(['issues', 'pulls', 'releases', 'builds']);
    expect(await read({ streams: ['deployments'] })).toEqual(['deployments']);
    const all = ['issues', 'pulls', 'releases', 'tags', 'deployments', 'builds'];
    expect(await read({ token: 'ghp_not_a_real_token' })).toEqual(all);
  });

  it('of nobody are told with the owner', async () => {
    server = await serve(organization);
    const context = contextFor({ url: server.url, settings: { repositories: ['nobody/*'] } });
    expect(await idsOf(context)).toEqual(['nobody/*']);
    expect(await rejection(check(context))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('nobody'),
    });
  });

  it('that cannot be listed for now are an error, for what matched before would leave the counts', async () => {
    server = await serve(() => ({ status: 403, json: { message: 'SAML enforcement' } }));
    const context = contextFor({ url: server.url, settings: { repositories: ['acme/*'] } });
    expect(await rejection(idsOf(context))).toMatchObject({ code: 'forbidden' });
  });
});

describe('check', () => {
  const token = 'ghp_not_a_real_token';

  /** A GitHub where all can be read but what `refused` says. */
  function readable(refused: (path: string) => Reply | null = () => null) {
    return (request: Request): Reply => {
      const { pathname } = request.url;
      if (pathname === '/graphql') return { json: { data: { rateLimit: null } } };
      const found = refused(pathname);
      if (found) return found;
      const [, name] = /^\/repos\/([^/]+\/[^/]+)$/.exec(pathname) ?? [];
      return { json: name ? repository(name) : [] };
    };
  }

  it('looks at each repository, and at each stream of the first one of an owner', async () => {
    server = await serve(readable());
    const settings = { token, repositories: ['acme/web', 'acme/api'] };
    await check(contextFor({ url: server.url, settings }));
    expect(server.requests.map((line) => line.split('?')[0]).sort()).toEqual([
      'GET /rate_limit',
      'GET /repos/acme/api',
      'GET /repos/acme/web',
      'GET /repos/acme/web/actions/runs',
      'GET /repos/acme/web/deployments',
      'GET /repos/acme/web/issues',
      'GET /repos/acme/web/pulls',
      'GET /repos/acme/web/releases',
      'GET /repos/acme/web/tags',
      'POST /graphql',
    ]);
  });

  it('names the token when GitHub refuses it', async () => {
    server = await serve(() => ({ status: 401, json: { message: 'Bad credentials' } }));
    const error = await rejection(check(contextFor({ url: server.url, settings: { token } })));
    expect(error).toMatchObject({
      code: 'auth',
      remedy: expect.stringContaining('token'),
      endpoint: `GET ${server.url}/rate_limit`,
    });
  });

  it('names once a repository that the token cannot see, with the scope that a classic token lacks', async () => {
    const headers = { 'x-oauth-scopes': 'read:org', 'x-accepted-oauth-scopes': 'repo' };
    server = await serve(
      readable((path) =>
        path.startsWith('/repos/acme/secret')
          ? { status: 404, headers, json: { message: 'Not Found' } }
          : null,
      ),
    );
    const settings = { token, repositories: ['acme/secret', 'acme/web'] };
    const error = await rejection(check(contextFor({ url: server.url, settings })));
    expect(error).toMatchObject({
      code: 'not_found',
      message: 'acme/secret does not exist or the token cannot see it',
      remedy: expect.stringContaining('takes the scope `repo`, and the token has read:org'),
    });
  });

  it('names each permission that a fine-grained token lacks, and the stream that it blocks', async () => {
    const accepted: Record<string, string> = {
      '/repos/acme/web/deployments': 'deployments=read',
      '/repos/acme/web/pulls': 'pull_requests=read; contents=read,metadata=read',
    };
    server = await serve(
      readable((path) =>
        accepted[path]
          ? {
              status: 403,
              headers: { 'x-accepted-github-permissions': accepted[path] },
              json: { message: 'Resource not accessible by personal access token' },
            }
          : null,
      ),
    );
    const error = await rejection(check(contextFor({ url: server.url, settings: { token } })));
    expect(error).toBeInstanceOf(AggregateError);
    const faults = (error as AggregateError).errors as ConnectorError[];
    expect(faults.every((fault) => fault instanceof ConnectorError && fault.code === 'forbidden')).toBe(true);
    expect(faults.map((fault) => fault.message)).toEqual([
      expect.stringContaining('stream `pulls` of acme/web'),
      expect.stringContaining('stream `deployments` of acme/web'),
    ]);
    expect(faults[0]?.remedy).toContain('`pull requests: read`, or `contents: read` and `metadata: read`');
    expect(faults[1]?.remedy).toContain('`deployments: read`');
  });

  it('passes over what is switched off', async () => {
    server = await serve(
      readable((path) =>
        path.endsWith('/dependabot/alerts')
          ? { status: 403, json: { message: 'Dependabot alerts are disabled for this repository.' } }
          : path.endsWith('/code-scanning/alerts')
            ? { status: 404, json: { message: 'no analysis found' } }
            : null,
      ),
    );
    const settings = { token, streams: ['alerts' as const, 'codeScanning' as const] };
    await check(contextFor({ url: server.url, settings }));
  });

  it('tells the new name of a repository that was renamed', async () => {
    server = await serve((request) =>
      request.url.pathname === '/repos/acme/old'
        ? { status: 301, headers: { location: '/repositories/7' }, json: { message: 'Moved Permanently' } }
        : request.url.pathname === '/repositories/7'
          ? { json: repository('acme/new') }
          : readable()(request),
    );
    const lines: string[] = [];
    const settings = { repositories: ['acme/old'] };
    await check(contextFor({ url: server.url, settings, log: (line) => lines.push(line) }));
    expect(lines.join('')).toContain('acme/old is now acme/new');
  });

  it('spares the few requests that there are without a token, and says what one would save', async () => {
    server = await serve(readable());
    const lines: string[] = [];
    await check(contextFor({ url: server.url, log: (line) => lines.push(line) }));
    expect(server.requests).toEqual(['GET /repos/acme/web']);
    expect(lines.join('')).toContain('100 pull requests at once');
  });
});
