import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  backoffMs,
  endpointOf,
  parseAnswer,
  parseJson,
  policyFetch,
  quotaResetAt,
  retryAfterAt,
  sleep,
} from '../../connectors/http.ts';

type Answer = (response: ServerResponse) => void;
let close: (() => Promise<unknown>) | undefined;
afterEach(() => close?.());

async function serve(answer: Answer): Promise<string> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;

describe('policyFetch', () => {
  it('returns an answer of any status with its headers, url and body', async () => {
    const url = await serve((response) => response.writeHead(418, { 'x-pot': 'tea' }).end('short and stout'));
    const response = await policyFetch(fetch, { signal: never })(`${url}/pot`);
    expect(response.status).toBe(418);
    expect(response.headers.get('x-pot')).toBe('tea');
    expect(response.url).toBe(`${url}/pot`);
    expect(await response.text()).toBe('short and stout');
  });

  it('returns a 304, which has no body', async () => {
    const url = await serve((response) => response.writeHead(304, { etag: '"a"' }).end());
    expect((await policyFetch(fetch, { signal: never })(url)).status).toBe(304);
  });

  it('ends a request that gets no answer in time', async () => {
    const url = await serve(() => undefined);
    const request = policyFetch(fetch, { signal: never, timeoutMs: 50 })(`${url}/x?secret=1`);
    await expect(request).rejects.toMatchObject({
      code: 'timeout',
      transient: true,
      endpoint: `GET ${url}/x`,
    });
  });

  it('ends a body that does not come to its end in time', async () => {
    const url = await serve((response) => response.writeHead(200).write('{"a":'));
    const request = policyFetch(fetch, { signal: never, timeoutMs: 80 })(url);
    await expect(request).rejects.toMatchObject({ code: 'timeout' });
  });

  it('takes the timeout of the fetch beneath it for one', async () => {
    const tired = async () => {
      throw new DOMException('too long', 'TimeoutError');
    };
    await expect(policyFetch(tired, { signal: never })('http://x/')).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  it('stops at once when the user stops', async () => {
    const url = await serve(() => undefined);
    const stop = new AbortController();
    const request = policyFetch(fetch, { signal: stop.signal })(url);
    setTimeout(() => stop.abort(), 20);
    await expect(request).rejects.toMatchObject({ code: 'aborted', transient: false });
    await expect(policyFetch(fetch, { signal: stop.signal })(url)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('leaves no listener behind on the signal', async () => {
    const url = await serve((response) => response.end('x'));
    let listeners = 0;
    const { signal } = new AbortController();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    const bounded = policyFetch(fetch, { signal });
    for (let count = 0; count < 5; count += 1) await bounded(url);
    expect(listeners).toBe(0);
  });

  it('names the reason of a broken connection, inside the body too', async () => {
    const refused = policyFetch(fetch, { signal: never })('http://127.0.0.1:1/');
    await expect(refused).rejects.toMatchObject({
      code: 'network',
      transient: true,
      message: expect.stringMatching(/ECONNREFUSED|bad port/),
    });
    const url = await serve((response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"a":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(policyFetch(fetch, { signal: never })(url)).rejects.toMatchObject({ code: 'network' });
  });

  it('refuses a body beyond the bound', async () => {
    const url = await serve((response) => response.end('x'.repeat(5_000)));
    const request = policyFetch(fetch, { signal: never, maxBytes: 4_000 })(url);
    await expect(request).rejects.toMatchObject({ code: 'shape', transient: false });
  });
});

describe('retryAfterAt', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  it.each([
    ['120', now + 120_000],
    [' 0 ', now],
    ['Tue, 24 Nov 2026 12:05:00 GMT', now + 300_000],
    ['Tue, 24 Nov 2020 12:05:00 GMT', now],
    ['', null],
    ['soon', null],
    [undefined, null],
  ])('reads %j', (value, expected) => {
    expect(retryAfterAt(value, now)).toBe(expected);
  });
});

describe('quotaResetAt', () => {
  it.each([
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795600000' }, 1_795_600_000_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795600000000' }, 1_795_600_000_000],
    [{ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1795600000' }, null],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '' }, null],
    [{}, null],
  ])('reads %j', (headers, expected) => {
    expect(quotaResetAt(headers)).toBe(expected);
  });
});

describe('backoffMs and sleep', () => {
  it('doubles from half a second up to eight, a little less by chance', () => {
    expect([2, 3, 4, 9].map((attempt) => backoffMs(attempt, () => 1))).toEqual([500, 1000, 2000, 8000]);
    expect(backoffMs(2, () => 0)).toBe(375);
  });

  it('is ended by the signal at once', async () => {
    const stop = new AbortController();
    const began = performance.now();
    setTimeout(() => stop.abort(), 20);
    await expect(sleep(60_000, stop.signal, 'GET http://x/')).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('what is not as it should be', () => {
  it.each([
    ['<!doctype html><p>Sign in', 'a page of HTML'],
    ['{"a":', 'broken JSON'],
    ['', 'nothing'],
  ])('%j is told as %s', (text, found) => {
    expect(() => parseJson(text, 'GET http://x/')).toThrow(found);
  });

  it('names the field and what was expected, never the value', () => {
    const schema = z.array(z.object({ user: z.object({ login: z.string() }) }));
    const parse = () => parseAnswer(schema, [{ user: { login: { token: 'hush' } } }], 'GET http://x/');
    expect(parse).toThrow('The answer has an unexpected shape at [0].user.login: string expected');
  });

  it('is named without query, fragment and credentials', () => {
    expect(endpointOf('get', 'https://me:pw@host/path?token=x#y')).toBe('GET https://host/path');
    expect(endpointOf('GET', '/relative?token=x')).toBe('GET /relative');
  });
});
