import { expect, it } from 'vitest';
import { type Answer, meteredFetch } from '../../src/daemon/metered-fetch.ts';

async function told(respond: () => Promise<Response>, url = 'https://user:secret@api.acme.dev/x?token=t') {
  const answers: Answer[] = [];
  const fetch = meteredFetch(respond, (answer) => answers.push(answer));
  await fetch(url).catch(() => undefined);
  return answers;
}

it('tells the host alone, and what the tool says is left of its limit', async () => {
  const headers = { 'x-ratelimit-remaining': '42', 'x-ratelimit-resource': 'graphql' };
  expect(await told(async () => new Response('', { status: 203, headers }))).toEqual([
    { host: 'api.acme.dev', status: 203, left: 42, limit: 'graphql' },
  ]);
  expect(await told(async () => new Response('', { headers: { 'ratelimit-remaining': '7' } }))).toMatchObject(
    [{ left: 7, limit: 'all' }],
  );
});

it('takes an empty or odd limit for none, and tells of a request that got no answer', async () => {
  for (const value of ['', '-1', 'many', '1.5']) {
    const headers = { 'x-ratelimit-remaining': value };
    expect(await told(async () => new Response('', { headers }))).toMatchObject([{ left: null }]);
  }
  expect(await told(() => Promise.reject(new TypeError('fetch failed')))).toEqual([
    { host: 'api.acme.dev', status: 'error', left: null, limit: 'all' },
  ]);
});
