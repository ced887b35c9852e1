import { generateKeyPairSync, sign } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { describe, expect, test } from 'vitest';
import { GITHUB_SECONDARY_LIMITS } from '../../../src/demo/github/index.ts';
import { assertGitHubAnswer } from '../../support/github-openapi.ts';
import { smallCompany, standInFor } from '../../support/github-standin.ts';

function keys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const { publicKey, privateKey } = keys();
const APP = { id: 4711, slug: 'krsync-of-acme', publicKey, installationId: 99 } as const;
const TOKENS = `/app/installations/${APP.installationId}/access_tokens`;
const company = smallCompany();

function jwt(claims: object, key = privateKey): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

function claims(more: object = {}): object {
  const seconds = Math.floor(Date.now() / 1000);
  return { iat: seconds - 30, exp: seconds + 540, iss: APP.id, ...more };
}

describe('an app', () => {
  test('reads as itself, and through its installation as long as the token lives', async () => {
    let clock = Date.now();
    const standIn = await standInFor({ company, app: APP, now: () => clock });
    const authorization = `Bearer ${jwt(claims())}`;
    const own = await standIn.get('/app', { authorization });
    assertGitHubAnswer('GET /app', own.body);
    const installation = await standIn.get('/repos/acme/web/installation', { authorization });
    assertGitHubAnswer('GET /repos/{owner}/{repo}/installation', installation.body);

    const response = await fetch(standIn.url + TOKENS, { method: 'POST', headers: { authorization } });
    expect(response.status).toBe(201);
    const issued = (await response.json()) as { token: string; expires_at: string };
    assertGitHubAnswer('POST /app/installations/{installation_id}/access_tokens', issued, 201);
    expect(Date.parse(issued.expires_at) - clock).toBeGreaterThan(59 * 60_000);

    const bearer = { authorization: `token ${issued.token}` };
    const seen = await standIn.get('/installation/repositories', bearer);
    assertGitHubAnswer('GET /installation/repositories', seen.body);
    expect(seen.body).toMatchObject({ total_count: 3 });
    expect((await standIn.get('/user', bearer)).status).toBe(403);
    expect((await standIn.get('/repos/acme/web/issues', bearer)).status).toBe(200);
    clock += 61 * 60_000;
    expect(await standIn.get('/repos/acme/web/issues', bearer)).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    });
  });

  test("signs in by Octokit's own plugin, with one token for many requests", async () => {
    const standIn = await standInFor({ company, app: APP });
    const auth = { appId: APP.id, privateKey, installationId: APP.installationId };
    const octokit = new Octokit({ baseUrl: standIn.url, authStrategy: createAppAuth, auth });
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories).toHaveLength(3);
    await octokit.rest.issues.listForRepo({ owner: 'acme', repo: 'web' });
    expect(standIn.requests.filter(({ path }) => path === TOKENS)).toHaveLength(1);
  });

  test.each([
    ['nobody', '', 'A JSON web token could not be decoded'],
    ['another key', 'other', 'A JSON web token could not be decoded'],
    ['another app', { iss: 1 }, /'Issuer' claim/],
    ['a past', { exp: Math.floor(Date.now() / 1000) - 5 }, /'Expiration time' claim/],
    ['a far future', { exp: Math.floor(Date.now() / 1000) + 4000 }, /too far in the future/],
    ['a clock ahead', { iat: Math.floor(Date.now() / 1000) + 900 }, /'Issued at' claim/],
  ])('signed by %s it is refused', async (_, how, message) => {
    const standIn = await standInFor({ company, app: APP });
    const token =
      how === 'other' ? jwt(claims(), keys().privateKey) : how === '' ? 'abc' : jwt(claims(how as object));
    const { status, body } = await standIn.get('/app', { authorization: `Bearer ${token}` });
    expect(status).toBe(401);
    expect((body as { message: string }).message).toMatch(message);
  });

  test('lacks what it was not given, by the word for apps', async () => {
    const standIn = await standInFor({ company, app: { ...APP, lacks: ['deployments'] } });
    const headers = { authorization: `Bearer ${jwt(claims())}` };
    const response = await fetch(standIn.url + TOKENS, { method: 'POST', headers });
    const issued = (await response.json()) as { token: string; permissions: object };
    expect(issued.permissions).not.toHaveProperty('deployments');
    const refused = await standIn.get('/repos/acme/web/deployments', {
      authorization: `Bearer ${issued.token}`,
    });
    expect(refused).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
  });
});

describe('secondary limits', () => {
  const limits = { ...GITHUB_SECONDARY_LIMITS, restAMinute: 5, graphqlAMinute: 3 };

  test('bound the requests of a minute to one path, and say when to go on', async () => {
    let clock = Date.now();
    const standIn = await standInFor({ company, secondaryLimits: limits, now: () => clock });
    for (let asked = 0; asked < 5; asked++) {
      expect((await standIn.get(`/repos/acme/web?n=${asked}`)).status).toBe(200);
    }
    const refused = await standIn.get('/repos/acme/web');
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('You have exceeded a secondary rate limit') },
    });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.headers.get('x-ratelimit-remaining')).not.toBe('0');
    expect((await standIn.get('/repos/acme/api')).status).toBe(200);
    clock += 60_001;
    expect((await standIn.get('/repos/acme/web')).status).toBe(200);
  });

  test('bound queries and requests at once alike', async () => {
    const standIn = await standInFor({
      company,
      latencyMs: 30,
      secondaryLimits: { ...limits, concurrent: 4, restAMinute: 100 },
    });
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => (await standIn.get('/repos/acme/web')).status),
    );
    expect(statuses.filter((status) => status === 403)).toHaveLength(2);
    for (let asked = 0; asked < 3; asked++)
      expect((await standIn.graphql('{ viewer { login } }')).status).toBe(200);
    expect((await standIn.graphql('{ viewer { login } }')).status).toBe(403);
  });
});
