import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../connectors/errors.ts';
import { jira } from '../../../connectors/jira/index.ts';
import type { FaultHook } from '../../../src/demo/github/faults.ts';
import { bench, DIALECTS, type Dialect, pull, type Site, siteOf, TOKEN, tickets } from './support.ts';

async function site(dialect: Dialect, faults: FaultHook): Promise<Site> {
  const world = bench();
  world.story('2026-11-02T09:00');
  return siteOf(world.tracker, dialect, { faults });
}

/** What a pull is refused with. It brings no tickets. */
async function errorOf(work: Promise<unknown>): Promise<ConnectorError> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorError)) throw error;
  expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
  return error;
}

const searching: (fault: ReturnType<FaultHook>) => FaultHook = (fault) => (request) =>
  request.path.includes('/search') ? fault : undefined;

describe.each(DIALECTS)('a site on %s that refuses is never a site without tickets:', (dialect) => {
  test('a 401 with a page of HTML', async () => {
    const world = bench();
    const server = await siteOf(world.tracker, dialect, { credentials: 'someone-else' });
    const error = await errorOf(pull(server));
    expect(error).toMatchObject({
      code: 'auth',
      status: 401,
      message: 'Jira does not accept the credentials',
    });
    expect(error.remedy).toContain(dialect === 'cloud' ? '`email` and `token`' : '`token`');
  });

  test('a 403 that asks for a CAPTCHA, with the page to sign in on', async () => {
    const server = await site(
      dialect,
      searching({
        status: 403,
        headers: {
          'x-authentication-denied-reason':
            'CAPTCHA_CHALLENGE; login-url=https://jira.acme.example/login.jsp',
          'x-seraph-loginreason': 'AUTHENTICATION_DENIED',
          'content-type': 'text/html',
        },
        body: '<html>Forbidden</html>',
      }),
    );
    const error = await errorOf(pull(server));
    expect(error).toMatchObject({ code: 'auth', status: 403 });
    expect(error.message).toContain('CAPTCHA');
    expect(error.remedy).toContain('https://jira.acme.example/login.jsp');
  });

  test('an answer as to a stranger, with status 200 and no issues', async () => {
    const server = await site(
      dialect,
      searching({
        headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
        body: { issues: [], total: 0, startAt: 0 },
      }),
    );
    expect(await errorOf(pull(server))).toMatchObject({
      code: 'auth',
      message: 'Jira does not accept the credentials',
    });
  });

  test('a page to sign in on, with status 200', async () => {
    const headers = { 'content-type': 'text/html' };
    const server = await site(dialect, searching({ headers, body: '<!doctype html><title>Log in</title>' }));
    expect(await errorOf(pull(server))).toMatchObject({ code: 'shape' });
  });

  test('no issues of a project that the user may not see', async () => {
    const server = await site(dialect, (request) => {
      if (request.path.includes('/search')) return { body: { issues: [], total: 0, startAt: 0 } };
      return request.path.includes('/project/')
        ? { status: 404, body: { errorMessages: ['No project.'] } }
        : undefined;
    });
    expect(await errorOf(pull(server))).toMatchObject({ code: 'not_found', status: 404 });
  });

  test('a project that does not exist, with the clause that names it', async () => {
    const server = await site(dialect, () => undefined);
    const error = await errorOf(pull(server, { projects: ['NOPE'] }, { member: 'NOPE' }));
    expect(error).toMatchObject({ code: 'input', status: 400 });
    expect(error.message).toBe(
      `Jira refuses the clause \`project = "NOPE"\`: The value 'NOPE' does not exist for the field 'project'.`,
    );
  });

  test('a field in a query that the user may not see, with the clause and the query', async () => {
    const server = await site(dialect, () => undefined);
    const queries = [{ name: 'team', jql: 'labels = x AND (cf[10100] = 7 OR labels = y) ORDER BY rank' }];
    const error = await errorOf(
      pull(server, { projects: [], queries }, { stream: 'queries', member: 'team' }),
    );
    expect(error).toMatchObject({ code: 'input', status: 400 });
    expect(error.message).toBe(
      "Jira refuses the clause `cf[10100] = 7` of the query team: Field 'cf[10100]' does not exist or you do not have permission to view it.",
    );
    await expect(jira.check(server.context({ projects: [], queries }))).rejects.toMatchObject({
      code: 'input',
    });
  });

  test('JQL that names no restriction', async () => {
    const text = 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.';
    const server = await site(dialect, searching({ status: 400, body: { errorMessages: [text] } }));
    expect(await errorOf(pull(server))).toMatchObject({
      code: 'input',
      message: `Jira refuses the JQL: ${text}`,
    });
  });

  test('a 429 with a short Retry-After is waited for', async () => {
    let refusals = 0;
    const server = await site(dialect, ({ path }) => {
      if (!path.includes('/search') || refusals > 0) return undefined;
      refusals += 1;
      return { status: 429, headers: { 'retry-after': '1' }, body: '' };
    });
    const began = performance.now();
    expect(tickets(await pull(server))).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  test('a 429 without Retry-After is tried again after a while, more than once', async () => {
    let refusals = 0;
    const server = await site(dialect, ({ path }) => {
      if (!path.includes('/search') || refusals >= 2) return undefined;
      refusals += 1;
      return { status: 429, body: '' };
    });
    const began = performance.now();
    expect(tickets(await pull(server))).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThan(1000);
  });

  test('a 429 for an hour is left to the next run, with the time', async () => {
    const server = await site(
      dialect,
      searching({ status: 429, headers: { 'retry-after': '3600' }, body: '' }),
    );
    const error = await errorOf(pull(server));
    expect(error).toMatchObject({ code: 'rate_limit', transient: true, retryAt: server.now + 3_600_000 });
  });

  test('a quota that is spent until a time in text', async () => {
    const until = '2026-11-24T12:00Z';
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': until,
      'ratelimit-reason': 'jira-quota-global-based',
    };
    const error = await errorOf(pull(await site(dialect, searching({ status: 429, headers, body: '' }))));
    expect(error).toMatchObject({ code: 'rate_limit', retryAt: Date.parse(until) });
    expect(error.message).toContain('jira-quota-global-based');
  });
});

describe('the wrong dialect', () => {
  test('Cloud has removed the old search: a 410 says what to do', async () => {
    const world = bench();
    const server = await siteOf(world.tracker, 'cloud');
    const error = await errorOf(pull(server, { deployment: 'server' }));
    expect(error).toMatchObject({ code: 'not_found', status: 410, transient: false });
    expect(error.message).toContain('/rest/api/3/search/jql');
    expect(error.remedy).toContain('Leave out `deployment`');
  });

  test('Data Center does not have the new one: a 404', async () => {
    const world = bench();
    const server = await siteOf(world.tracker, 'server');
    expect(await errorOf(pull(server, { deployment: 'cloud' }))).toMatchObject({
      code: 'not_found',
      status: 404,
    });
  });
});

describe('access', () => {
  test('a base path, a password, and nothing at all', async () => {
    const world = bench();
    world.story('2026-11-02T09:00');
    const behind = await siteOf(world.tracker, 'server', { basePath: '/jira', credentials: 'ana:s3cret' });
    const access = { token: undefined, username: 'ana', password: 's3cret' };
    const read = await pull(behind, access);
    expect(tickets(read)[0]?.url).toBe(`${behind.url}/browse/WEB-1`);
    const open = await siteOf(world.tracker, 'server', { credentials: null });
    expect(tickets(await pull(open, { token: undefined }))).toHaveLength(1);
    // A stranger has no zone to ask for.
    expect(open.requests.map(({ path }) => path)).not.toContain('/rest/api/2/myself');
  });

  test('a glob brings the projects that it matches now, and matching none is an error', async () => {
    const { tracker } = bench();
    const server = await siteOf(tracker, 'server');
    const members = async (projects: string[]) => {
      const found: string[] = [];
      for await (const { id } of jira.streams.issues?.members(server.context({ projects })) ?? [])
        found.push(id);
      return found;
    };
    expect(await members(['W*', 'web'])).toEqual(['WEB']);
    await expect(members(['X*'])).rejects.toMatchObject({ code: 'not_found' });
  });
});
