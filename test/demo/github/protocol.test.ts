import { describe, expect, test } from 'vitest';
import { closeIssue, commentOn, openIssue } from '../../../src/demo/company/changes.ts';
import { deleteIssue, transferIssue } from '../../../src/demo/company/departures.ts';
import { issuesOf } from '../../../src/demo/company/model.ts';
import { deleteRepository, renameRepository } from '../../../src/demo/company/repositories.ts';
import { secondaryRateLimit, startGitHubStandIn } from '../../../src/demo/github/index.ts';
import {
  NOW,
  repositoryOf,
  smallCompany,
  standInFor,
  type TestStandIn,
  TOKEN,
} from '../../support/github-standin.ts';

const ISSUES = '/repos/acme/web/issues?state=all&per_page=10';

function links(header: string | null): Record<string, string> {
  const found = (header ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g);
  return Object.fromEntries([...found].map(([, url, rel]) => [rel ?? '', url ?? '']));
}

function remaining(reply: { headers: Headers }): number {
  return Number(reply.headers.get('x-ratelimit-remaining'));
}

describe('pages', () => {
  test('are linked by the repository id, with the parameters of the request', async () => {
    const standIn = await standInFor();
    const first = links((await standIn.get(ISSUES)).headers.get('link'));
    expect(Object.keys(first)).toEqual(['next', 'last']);
    const id = standIn.company.repositories[0]?.id;
    expect(first.next).toBe(`${standIn.url}/repositories/${id}/issues?state=all&per_page=10&page=2`);
    const second = links((await standIn.get(first.next ?? '')).headers.get('link'));
    expect(Object.keys(second)).toEqual(['prev', 'next', 'last', 'first']);
    const last = links((await standIn.get(first.last ?? '')).headers.get('link'));
    expect(Object.keys(last)).toEqual(['prev', 'first']);
  });

  test('hold 30 by default and 100 at most, and one page needs no links', async () => {
    const standIn = await standInFor();
    const sizeOf = async (query: string) =>
      ((await standIn.get(`/repos/acme/web/issues?state=all${query}`)).body as unknown[]).length;
    expect(await sizeOf('')).toBe(30);
    expect(await sizeOf('&per_page=500')).toBe(100);
    expect(await sizeOf('&per_page=nonsense')).toBe(30);
    expect((await standIn.get('/repos/acme/web/labels')).headers.get('link')).toBeNull();
  });

  test('beyond the last one are empty', async () => {
    const standIn = await standInFor();
    expect(await standIn.get(`${ISSUES}&page=99`)).toMatchObject({ status: 200, body: [] });
  });

  test('of a long list go on by cursor, which no change in between can shift', async () => {
    const company = smallCompany();
    const repository = repositoryOf(company, 'web');
    const standIn = await standInFor({ company, cursorFrom: 50 });
    const refused = await standIn.get(`${ISSUES}&page=5`);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ message: expect.stringContaining('cursor based pagination') });

    const expected = [...repository.items.keys()].sort((a, b) => b - a);
    const seen: number[] = [];
    for (let url: string | undefined = ISSUES; url; ) {
      const reply = await standIn.get(url);
      seen.push(...(reply.body as { number: number }[]).map((row) => row.number));
      url = links(reply.headers.get('link')).next;
      openIssue(repository, { title: 'Opened while somebody reads', author: null, at: NOW });
    }
    expect(seen).toEqual(expected);
  });
});

describe('conditional requests', () => {
  test('an unchanged list is 304 and costs a signed-in reader nothing', async () => {
    const standIn = await standInFor();
    const first = await standIn.get(ISSUES);
    const etag = first.headers.get('etag') ?? '';
    const authorization = `token ${TOKEN}`;
    const second = await standIn.get(ISSUES, { authorization, 'if-none-match': etag });
    expect(second).toMatchObject({ status: 304, body: null });
    expect(second.headers.get('etag')).toBe(etag);
    expect(remaining(second)).toBe(remaining(first));
    expect(standIn.requests.map((one) => [one.status, one.notModified])).toEqual([
      [200, false],
      [304, true],
    ]);
  });

  test('without a token a 304 costs a request like any other', async () => {
    const standIn = await standInFor();
    const first = await standIn.get(ISSUES, {});
    const second = await standIn.get(ISSUES, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(second.status).toBe(304);
    expect(remaining(second)).toBe(remaining(first) - 1);
  });

  test('the tag of one reader is not that of another', async () => {
    const standIn = await standInFor();
    const anonymous = (await standIn.get(ISSUES, {})).headers.get('etag');
    const signedIn = (await standIn.get(ISSUES)).headers.get('etag');
    expect(anonymous).not.toBe(signedIn);
  });

  test('weak and strong tags compare alike', async () => {
    const standIn = await standInFor();
    const weak = (await standIn.get(ISSUES)).headers.get('etag') ?? '';
    expect(weak).toMatch(/^W\//);
    const authorization = `Bearer ${TOKEN}`;
    const strong = { authorization, 'if-none-match': weak.slice(2), 'accept-encoding': 'identity' };
    const reply = await standIn.get(ISSUES, strong);
    expect(reply.status).toBe(304);
    expect(reply.headers.get('etag')).toBe(weak.slice(2));
  });

  test('any change of what is shown changes the tag', async () => {
    const standIn = await standInFor();
    const repository = repositoryOf(standIn.company, 'web');
    const [issue] = issuesOf(repository);
    if (!issue) throw new Error('no issue');
    const path = `/repos/acme/web/issues/${issue.number}`;
    const etag = (await standIn.get(path)).headers.get('etag') ?? '';
    commentOn(issue, 'One more thing', { at: NOW + 60_000, by: null });
    const reply = await standIn.get(path, { authorization: `Bearer ${TOKEN}`, 'if-none-match': etag });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ updated_at: '2026-11-24T05:16:00Z' });
  });
});

describe('rate limits', () => {
  test('60 an hour without a token, 5,000 with one, and both at once', async () => {
    const standIn = await standInFor();
    const anonymous = await standIn.get('/repos/acme/web', {});
    expect(Object.fromEntries(anonymous.headers)).toMatchObject({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '59',
      'x-ratelimit-used': '1',
      'x-ratelimit-resource': 'core',
    });
    expect((await standIn.get('/repos/acme/web')).headers.get('x-ratelimit-limit')).toBe('5000');
  });

  test('when none is left GitHub says 403 with its own words, until the hour is over', async () => {
    let now = NOW;
    const standIn = await standInFor({ limits: { anonymous: 2 }, now: () => now });
    await standIn.get('/repos/acme/web', {});
    await standIn.get('/repos/acme/web', {});
    const refused = await standIn.get('/repos/acme/web', {});
    expect(refused.status).toBe(403);
    expect(remaining(refused)).toBe(0);
    expect(refused.body).toMatchObject({
      message: expect.stringMatching(/^API rate limit exceeded for 127\.0\.0\.1\./),
    });
    const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
    expect(reset - NOW).toBe(3_600_000);
    now = reset;
    expect((await standIn.get('/repos/acme/web', {})).status).toBe(200);
  });

  test('asking for the limits costs nothing', async () => {
    const standIn = await standInFor();
    await standIn.get('/rate_limit', {});
    const { body } = await standIn.get('/rate_limit', {});
    expect(body).toMatchObject({ resources: { core: { limit: 60, remaining: 60 }, graphql: { limit: 0 } } });
  });
});

describe('refusals', () => {
  test('a wrong token is 401 everywhere', async () => {
    const standIn = await standInFor();
    for (const path of ['/repos/acme/web', '/rate_limit', '/nowhere']) {
      const reply = await standIn.get(path, { authorization: 'Bearer wrong' });
      expect(reply).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
    }
  });

  test('what does not exist is 404 with an address to read on', async () => {
    const standIn = await standInFor();
    for (const path of [
      '/repos/acme/nothing',
      '/repos/acme/web/issues/0',
      '/repos/acme/web/wiki',
      '/nowhere',
    ]) {
      const reply = await standIn.get(path);
      expect(reply).toMatchObject({ status: 404, body: { message: 'Not Found', status: '404' } });
      expect(reply.body).toHaveProperty('documentation_url');
      expect(reply.headers.get('etag')).toBeNull();
    }
  });

  test('an API version that is not supported is 400', async () => {
    const standIn = await standInFor();
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-github-api-version': '2020-01-01' };
    expect((await standIn.get('/repos/acme/web', headers)).status).toBe(400);
    const supported = await standIn.get('/repos/acme/web', {
      ...headers,
      'x-github-api-version': '2022-11-28',
    });
    expect(supported.headers.get('x-github-api-version-selected')).toBe('2022-11-28');
  });
});

describe('what moves', () => {
  test('a deleted issue is gone, a transferred one redirects to where it is', async () => {
    const standIn = await standInFor();
    const web = repositoryOf(standIn.company, 'web');
    const api = repositoryOf(standIn.company, 'api');
    const [first, second] = issuesOf(web);
    if (!first || !second) throw new Error('no issues');
    deleteIssue(first);
    const moved = transferIssue(second, api, { at: NOW, by: null });
    const gone = await standIn.get(`/repos/acme/web/issues/${first.number}`);
    expect(gone).toMatchObject({ status: 410, body: { message: 'This issue was deleted' } });
    const redirect = await standIn.get(`/repos/acme/web/issues/${second.number}`);
    expect(redirect.status).toBe(301);
    expect((await standIn.get(redirect.headers.get('location') ?? '')).body).toMatchObject({
      number: moved.number,
      title: second.title,
      created_at: `${new Date(second.createdAt).toISOString().slice(0, 19)}Z`,
    });
  });

  test('a renamed repository redirects with its query, and its links go on working', async () => {
    const standIn = await standInFor();
    const web = repositoryOf(standIn.company, 'web');
    const next = links((await standIn.get(ISSUES)).headers.get('link')).next ?? '';
    renameRepository(web, 'shop');
    const redirect = await standIn.get(ISSUES);
    expect(redirect.status).toBe(301);
    expect(redirect.headers.get('location')).toBe(
      `${standIn.url}/repositories/${web.id}/issues?state=all&per_page=10`,
    );
    expect((await standIn.get(next)).status).toBe(200);
    expect((await standIn.get('/repos/acme/shop')).body).toMatchObject({ full_name: 'acme/shop' });
  });

  test('a deleted repository is 404', async () => {
    const standIn = await standInFor();
    deleteRepository(repositoryOf(standIn.company, 'web'));
    expect((await standIn.get('/repos/acme/web')).status).toBe(404);
  });

  test('an issue that was closed leaves the open list in the next answer', async () => {
    const standIn = await standInFor();
    const open = async () => (await standIn.get('/repos/acme/web/issues')).body as { number: number }[];
    const [first] = await open();
    const item = standIn.company.repositories[0]?.items.get(first?.number ?? 0);
    if (!item) throw new Error('no such item');
    closeIssue(item, { at: NOW + 1000, by: null });
    expect((await open()).map((row) => row.number)).not.toContain(first?.number);
  });
});

describe('an enterprise server', () => {
  test('answers under its prefixes, and its addresses keep them', async () => {
    const standIn = await standInFor();
    const reply = await standIn.get('/api/v3/repos/acme/web/issues?per_page=2');
    expect(links(reply.headers.get('link')).next).toContain(`${standIn.url}/api/v3/repositories/`);
    expect(reply.headers.get('x-github-enterprise-version')).toMatch(/^3\./);
    expect(JSON.stringify(reply.body)).not.toContain(`${standIn.url}/repos/`);
    const graphql = await fetch(`${standIn.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ query: '{ viewer { login } }' }),
    });
    expect(await graphql.json()).toEqual({ data: { viewer: { login: 'ana-lindqvist' } } });
  });
});

describe('faults on demand', () => {
  async function failing(fault: object): Promise<TestStandIn> {
    return standInFor({ faults: ({ index }) => (index === 0 ? fault : undefined) });
  }

  test('a status, headers and a body replace those of the answer, once', async () => {
    const standIn = await standInFor({
      faults: ({ index }) => (index === 0 ? secondaryRateLimit(7) : undefined),
    });
    const reply = await standIn.get('/repos/acme/web');
    expect(reply).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('secondary rate limit') },
    });
    expect(reply.headers.get('retry-after')).toBe('7');
    expect((await standIn.get('/repos/acme/web')).status).toBe(200);
  });

  test('a body need not be JSON', async () => {
    const standIn = await failing({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' });
    const response = await fetch(`${standIn.url}/repos/acme/web`);
    expect(response.status).toBe(502);
    expect(await response.text()).toBe('<html>');
  });

  test.each(['before', 'middle'] as const)('a connection breaks %s the answer', async (reset) => {
    const standIn = await failing({ reset });
    const read = async () => (await fetch(`${standIn.url}${ISSUES}`)).text();
    await expect(read()).rejects.toThrow();
    expect((await standIn.get(ISSUES)).status).toBe(200);
  });

  test('a request that hangs ends with the stand-in', async () => {
    const standIn = await failing({ hang: true });
    const outcome = fetch(`${standIn.url}/repos/acme/web`).then(
      () => 'answered',
      () => 'broken',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await standIn.close();
    expect(await outcome).toBe('broken');
  });
});

test('latency delays each answer', async () => {
  const standIn = await standInFor({ latencyMs: 60 });
  const begun = performance.now();
  await standIn.get('/repos/acme/web');
  expect(performance.now() - begun).toBeGreaterThanOrEqual(58);
});

test('a port that is taken is an error, not a hang', async () => {
  const standIn = await standInFor();
  const port = Number(new URL(standIn.url).port);
  await expect(startGitHubStandIn({ company: standIn.company, port })).rejects.toThrow(/EADDRINUSE/);
});

test('the log can be begun anew', async () => {
  const standIn = await standInFor();
  await standIn.get('/repos/acme/web');
  standIn.resetLog();
  await standIn.get('/repos/acme/api?x=1', {});
  expect(standIn.requests).toEqual([
    {
      method: 'GET',
      path: '/repos/acme/api?x=1',
      status: 200,
      notModified: false,
      authenticated: false,
      operation: null,
    },
  ]);
});
