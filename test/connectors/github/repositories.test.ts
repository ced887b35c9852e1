import { afterEach, describe, expect, it } from 'vitest';
import type { PullContext } from '../../../connectors/contract.ts';
import { check } from '../../../connectors/github/check.ts';
import { members } from '../../../connectors/github/repositories.ts';
import type { GitHubSettings } from '../../../connectors/github/settings.ts';
import { settingsSchema } from '../../../connectors/github/settings.ts';
import { repository } from './fixtures.ts';
import { contextFor, type Loopback, paged, type Request, rejection, serve } from './support.ts';

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

  it('that match nothing are an error that names the pattern', async () => {
    server = await serve(organization);
    const context = contextFor({ url: server.url, settings: { repositories: ['acme/nothing-*'] } });
    expect(await rejection(idsOf(context))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('acme/nothing-*'),
    });
  });

  it('of nobody are an error that names the owner', async () => {
    server = await serve(organization);
    const context = contextFor({ url: server.url, settings: { repositories: ['nobody/*'] } });
    expect(await rejection(idsOf(context))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('nobody'),
    });
  });
});

describe('check', () => {
  const token = 'ghp_not_a_real_token';

  it('resolves when every list of every repository can be read', async () => {
    server = await serve((request) =>
      request.url.pathname === '/graphql' ? { json: { data: { rateLimit: null } } } : { json: [] },
    );
    await check(contextFor({ url: server.url, settings: { token } }));
    expect(server.requests.map((line) => line.split('?')[0])).toEqual([
      'GET /rate_limit',
      'GET /repos/acme/web',
      'GET /repos/acme/web/issues',
      'GET /repos/acme/web/pulls',
      'GET /repos/acme/web/releases',
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

  it('names a repository that the token cannot see', async () => {
    server = await serve((request) =>
      request.url.pathname.startsWith('/repos/acme/secret')
        ? { status: 404, json: { message: 'Not Found' } }
        : { json: [] },
    );
    const settings = { token, repositories: ['acme/web', 'acme/secret'] };
    const error = await rejection(check(contextFor({ url: server.url, settings })));
    expect(error).toMatchObject({
      code: 'not_found',
      message: 'acme/secret does not exist or the token cannot see it',
    });
  });

  it('names the permission that a fine-grained token lacks', async () => {
    server = await serve((request) =>
      request.url.pathname.endsWith('/pulls')
        ? { status: 403, json: { message: 'Resource not accessible by personal access token' } }
        : { json: [] },
    );
    const error = await rejection(check(contextFor({ url: server.url, settings: { token } })));
    expect(error).toMatchObject({
      code: 'forbidden',
      endpoint: `GET ${server.url}/repos/acme/web/pulls`,
      remedy: expect.stringContaining('pull requests'),
    });
  });

  it('spares the few requests that there are without a token', async () => {
    server = await serve(() => ({ json: {} }));
    await check(contextFor({ url: server.url }));
    expect(server.requests).toEqual(['GET /repos/acme/web']);
  });
});
