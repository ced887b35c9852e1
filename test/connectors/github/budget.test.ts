import { afterEach, describe, expect, it } from 'vitest';
import { openClient } from '../../../connectors/github/client.ts';
import { issues } from '../../../connectors/github/issues.ts';
import { contextFor, type Loopback, pullAll, type Reply, rejection, serve } from './support.ts';

let server: Loopback;
afterEach(() => server.close());

const PATH = '/repos/acme/web/issues';
const token = 'ghp_not_a_real_token';

function quota(remaining: number, seconds: number, limit = 100): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + seconds),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

describe('the budget of requests', () => {
  it('stops before it sends what the last answer said is not allowed any more, with the time of going on', async () => {
    const headers = quota(0, 1800);
    server = await serve(() => ({ headers, json: [] }));
    const client = openClient(contextFor({ url: server.url, settings: { token } }));
    await client.get(PATH);
    expect(await rejection(client.get(PATH))).toMatchObject({
      code: 'rate_limit',
      retryAt: Number(headers['x-ratelimit-reset']) * 1000,
      endpoint: `GET ${server.url}${PATH}`,
      remedy: expect.stringContaining('onLimit: wait'),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is one for all clients of a run, and counts GraphQL apart', async () => {
    server = await serve((request) =>
      request.url.pathname === '/graphql'
        ? { headers: quota(50, 1800), json: { data: { ok: true } } }
        : { headers: quota(0, 1800), json: [] },
    );
    const context = contextFor({ url: server.url, settings: { token } });
    await openClient(context).get(PATH);
    const other = openClient({ ...context });
    expect(await rejection(other.get(PATH))).toMatchObject({ code: 'rate_limit' });
    expect(await other.graphql('{ ok }', {})).toEqual({ ok: true });
  });

  it('keeps what was fetched before a limit in the middle of a pull', async () => {
    const rows = [{ status: 403, headers: quota(0, 1800), json: { message: 'API rate limit exceeded' } }];
    server = await serve((request): Reply => {
      if (request.url.searchParams.get('direction') === 'desc') return { json: [] };
      return rows[0] ?? { json: [] };
    });
    const error = await rejection(pullAll(issues, contextFor({ url: server.url })));
    expect(error).toMatchObject({ code: 'rate_limit', transient: true });
  });

  it('waits by setting, says until when, and goes on', async () => {
    server = await serve(() =>
      server.requests.length === 1
        ? { status: 403, headers: { ...quota(0, 1) }, json: { message: 'API rate limit exceeded' } }
        : { json: [] },
    );
    const lines: string[] = [];
    const context = contextFor({
      url: server.url,
      settings: { token, onLimit: 'wait' },
      log: (line) => lines.push(line),
    });
    expect(await openClient(context).get(PATH)).toMatchObject({ data: [] });
    expect(server.requests).toHaveLength(2);
  });

  it('ends such a wait at once when the user stops', async () => {
    server = await serve(() => ({
      status: 403,
      headers: quota(0, 3_000),
      json: { message: 'API rate limit exceeded' },
    }));
    const stop = new AbortController();
    const lines: string[] = [];
    const context = contextFor({
      url: server.url,
      settings: { token, onLimit: 'wait' },
      signal: stop.signal,
      log(line) {
        lines.push(line);
        setTimeout(() => stop.abort(), 20);
      },
    });
    const took = await timed(async () => {
      expect(await rejection(openClient(context).get(PATH))).toMatchObject({ code: 'aborted' });
    });
    expect(took).toBeLessThan(3_000);
    expect(lines.join('')).toMatch(/rate limit is used up: going on at 20\d\d-/);
  });

  it('slows down before the wall: the last tenth is spread over the time that is left', async () => {
    const headers = quota(4, 2);
    server = await serve(() => ({ headers, json: [] }));
    const context = contextFor({ url: server.url, settings: { token, onLimit: 'wait' } });
    const client = openClient(context);
    await client.get(PATH);
    expect(await timed(() => client.get(PATH))).toBeGreaterThan(100);
  });

  it('does not slow down while there is enough', async () => {
    server = await serve(() => ({ headers: quota(4_000, 3_000, 5_000), json: [] }));
    const client = openClient(contextFor({ url: server.url, settings: { token, onLimit: 'wait' } }));
    const took = await timed(async () => {
      for (let count = 0; count < 10; count += 1) await client.get(PATH);
    });
    expect(took).toBeLessThan(3_000);
  });

  it.each([
    ['RATE_LIMITED', { type: 'RATE_LIMITED' }],
    ['RATE_LIMIT with a code', { type: 'RATE_LIMIT', code: 'graphql_rate_limit' }],
    ['a code alone', { extensions: { code: 'graphql_rate_limit' } }],
  ])('knows a limit of GraphQL told as %s', async (_, fault) => {
    const headers = quota(0, 1800);
    server = await serve(() => ({ headers, json: { errors: [{ ...fault, message: 'API rate limit' }] } }));
    const client = openClient(contextFor({ url: server.url, settings: { token } }));
    expect(await rejection(client.graphql('{ ok }', {}))).toMatchObject({
      code: 'rate_limit',
      retryAt: Number(headers['x-ratelimit-reset']) * 1000,
    });
  });

  it('never has a hundred requests under way, whatever is asked of it', async () => {
    let now = 0;
    let most = 0;
    server = await serve(() => (response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      }, 10);
    });
    const context = contextFor({ url: server.url, settings: { token } });
    await Promise.all(
      Array.from({ length: 150 }, (_, index) => openClient({ ...context }).get(`${PATH}?page=${index}`)),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
  });
});
