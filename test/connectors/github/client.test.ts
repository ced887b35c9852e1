import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../connectors/errors.ts';
import { openClient } from '../../../connectors/github/client.ts';
import {
  type ContextOptions,
  contextFor,
  type Loopback,
  type Reply,
  type Request,
  rejection,
  serve,
} from './support.ts';

let server: Loopback;
afterEach(() => server.close());

const TOKEN = 'ghp_not_a_real_token';
const PATH = '/repos/acme/web/issues';

async function failing(
  reply: (request: Request) => Reply,
  options: Partial<ContextOptions> = {},
): Promise<ConnectorError> {
  server = await serve(reply);
  const client = openClient(contextFor({ url: server.url, settings: { token: TOKEN }, ...options }));
  const error = await rejection(client.get(`${PATH}?since=x`).then((answer) => answer.data));
  expect(error).toBeInstanceOf(ConnectorError);
  const told = error as ConnectorError;
  expect(told.endpoint).toBe(`GET ${server.url}${PATH}`);
  expect(told.remedy).not.toBe('');
  expect(inspect(told, { depth: 9 })).not.toContain(TOKEN);
  return told;
}

function soon(seconds: number): string {
  return String(Math.ceil(Date.now() / 1000) + seconds);
}

describe('the client of GitHub', () => {
  it('sends the token, and its own name', async () => {
    let headers: Request['headers'] = {};
    server = await serve((request) => {
      headers = request.headers;
      return { json: [] };
    });
    await openClient(contextFor({ url: server.url, settings: { token: TOKEN } })).get(PATH);
    expect(headers.authorization).toBe(`token ${TOKEN}`);
    expect(headers['user-agent']).toMatch(/^krsync /);
  });

  it.each([
    [401, 'Bad credentials', 'auth'],
    [403, 'Resource not accessible by integration', 'forbidden'],
    [404, 'Not Found', 'not_found'],
    [410, 'Gone', 'not_found'],
    [451, 'Repository access blocked', 'forbidden'],
    [422, 'Validation Failed', 'input'],
  ])('tells a %i as permanent, after one attempt', async (status, message, code) => {
    const error = await failing(() => ({ status, json: { message } }));
    expect(error).toMatchObject({ code, status, transient: false });
    expect(server.requests).toHaveLength(1);
  });

  it('says how to mend a token that single sign-on keeps out', async () => {
    const error = await failing(() => ({
      status: 403,
      headers: { 'x-github-sso': 'required; url=https://x' },
      json: { message: 'SSO' },
    }));
    expect(error.remedy).toContain('single sign-on');
  });

  it('keeps the token to itself when the server repeats it', async () => {
    const error = await failing((request) => ({
      status: 403,
      json: { message: `No: ${request.headers.authorization} ${btoa(TOKEN)} ${encodeURIComponent(TOKEN)}` },
    }));
    expect(error.message).toContain('[redacted]');
    expect(error.message).not.toContain(btoa(TOKEN));
  });

  it('tries a 502 again, and then tells it as transient', async () => {
    const error = await failing(() => ({ status: 502, json: { message: 'Bad Gateway' } }));
    expect(error).toMatchObject({ code: 'server', status: 502, transient: true });
    expect(server.requests).toHaveLength(3);
  });

  it('gets over a 500 and a reset connection', async () => {
    server = await serve(() => {
      if (server.requests.length === 1) return { status: 500, json: {} };
      if (server.requests.length === 2) return (response) => void response.destroy();
      return { json: [] };
    });
    expect(await openClient(contextFor({ url: server.url })).get(PATH)).toMatchObject({ data: [] });
  });

  it('leaves a primary limit that lasts to the next run, with its time', async () => {
    const reset = soon(1800);
    const error = await failing(() => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      json: { message: 'API rate limit exceeded for user ID 1.' },
    }));
    expect(error).toMatchObject({ code: 'rate_limit', transient: true, retryAt: Number(reset) * 1000 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [
      'a primary limit',
      403,
      'API rate limit exceeded',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon(0) },
    ],
    ['a secondary limit', 403, 'You have exceeded a secondary rate limit', { 'retry-after': '1' }],
    ['a bare 429', 429, 'Too many', { 'retry-after': '1' }],
  ])('waits for %s that is short', async (_, status, message, headers) => {
    server = await serve(() =>
      server.requests.length === 1 ? { status, headers, json: { message } } : { json: [] },
    );
    expect(await openClient(contextFor({ url: server.url })).get(PATH)).toMatchObject({ data: [] });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['a secondary limit', 403, 'You have exceeded a secondary rate limit', { 'retry-after': '900' }, 900],
    ['a 429 without a time', 429, 'Too many', {}, 60],
    ['an older server that calls it abuse', 403, 'You have triggered an abuse detection mechanism', {}, 60],
  ])('tells %s as transient, with its time', async (_, status, message, headers, seconds) => {
    const error = await failing(
      () => ({ status, headers: headers as Record<string, string>, json: { message } }),
      { now: '2026-11-24T12:00:00Z' },
    );
    expect(error).toMatchObject({
      code: 'rate_limit',
      retryAt: Date.parse('2026-11-24T12:00:00Z') + seconds * 1000,
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [
      'a blank Retry-After',
      1,
      {
        status: 403,
        headers: { 'retry-after': '' },
        json: { message: 'You have exceeded a secondary rate limit' },
      },
    ],
    ['a second failed attempt', 2, { status: 502, json: {} }],
  ])('ends its wait after %s at once when the user stops', async (_, attempts, reply) => {
    const stop = new AbortController();
    let stoppedAt = Number.POSITIVE_INFINITY;
    server = await serve(() => {
      if (server.requests.length === attempts) {
        setTimeout(() => {
          stoppedAt = performance.now();
          stop.abort();
        }, 50);
      }
      return reply as Reply;
    });
    const error = await rejection(openClient(contextFor({ url: server.url, signal: stop.signal })).get(PATH));
    expect(error).toMatchObject({ code: 'aborted' });
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  });

  it.each([
    ['a page of HTML', 'text/html', '<html><body>Sign in</body></html>'],
    ['broken JSON', 'application/json', '[{"id":1},'],
    ['nothing', 'application/json', ''],
  ])('tells %s in place of JSON as such', async (found, type, body) => {
    const error = await failing(
      () => (response) => void response.writeHead(200, { 'content-type': type }).end(body),
    );
    expect(error).toMatchObject({ code: 'shape', transient: false, message: expect.stringContaining(found) });
    expect(server.requests).toHaveLength(1);
  });

  it('tells an answer that breaks off as a broken connection', async () => {
    const error = await failing(() => (response) => {
      response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' }).write('[');
      setTimeout(() => response.destroy(), 20);
    });
    expect(error).toMatchObject({ code: 'network', transient: true });
  });

  it('carries the token to no other host', async () => {
    server = await serve(() => ({ json: [] }));
    const client = openClient(contextFor({ url: server.url, settings: { token: TOKEN } }));
    const elsewhere = server.url.replace('127.0.0.1', 'localhost');
    expect(await rejection(client.get(`${elsewhere}/page`))).toMatchObject({ code: 'shape' });
    expect(server.requests).toEqual([]);
  });

  it('does not queue queries a second apart', async () => {
    server = await serve(() => ({ json: { data: { ok: true } } }));
    const client = openClient(contextFor({ url: server.url, settings: { token: TOKEN } }));
    const began = performance.now();
    for (let count = 0; count < 4; count += 1) await client.graphql('{ ok }', {});
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});
