import { createVerify, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { openClient } from '../../../connectors/github/client.ts';
import { contextFor, type Loopback, type Reply, type Request, rejection, serve } from './support.ts';

let server: Loopback;
afterEach(() => server.close());

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const app = { id: '77', privateKey, installationId: 42 };
const HOUR = 3_600_000;

/** A GitHub that hands out `ghs_1`, `ghs_2`, … to whoever signs with the key of the app, and takes only the last. */
function github(answer: (request: Request) => Reply = () => ({ json: [] })) {
  let given = 0;
  return (request: Request): Reply => {
    const authorization = request.headers.authorization ?? '';
    if (request.url.pathname === '/app/installations/42/access_tokens') {
      const [header = '', payload = '', signature = ''] = authorization.replace(/^bearer /i, '').split('.');
      const isSigned = createVerify('RSA-SHA256')
        .update(`${header}.${payload}`)
        .verify(keys.publicKey, signature, 'base64url');
      if (!isSigned) return { status: 401, json: { message: `no: ${authorization}` } };
      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iss: '77' });
      given += 1;
      const expires = new Date(Date.now() + HOUR).toISOString();
      return { status: 201, json: { token: `ghs_number${given}`, expires_at: expires, permissions: {} } };
    }
    if (authorization !== `token ghs_number${given}`)
      return { status: 401, json: { message: 'Bad credentials' } };
    return answer(request);
  };
}

function tokensAsked(): number {
  return server.requests.filter((line) => line.startsWith('POST /app/')).length;
}

describe('a GitHub App', () => {
  it('signs with its key, and all clients of a run share the token', async () => {
    server = await serve(github());
    const context = contextFor({ url: server.url, settings: { app } });
    const clients = [openClient(context), openClient(context)];
    await Promise.all(clients.map((client) => client.get('/repos/acme/web/issues')));
    await clients[0]?.get('/repos/acme/web/pulls');
    expect(tokensAsked()).toBe(1);
  });

  it('renews a token that ends while it is in use, and sends the request again', async () => {
    const handle = github();
    server = await serve(handle);
    const client = openClient(contextFor({ url: server.url, settings: { app } }));
    await client.get('/repos/acme/web/issues');
    // Another token takes the place of the one in use.
    await openClient(contextFor({ url: server.url, settings: { app } })).get('/repos/acme/web/issues');
    expect(await client.get('/repos/acme/web/issues')).toMatchObject({ data: [] });
    expect(tokensAsked()).toBe(3);
  });

  it('does not renew for ever what GitHub goes on to refuse', async () => {
    server = await serve(github(() => ({ status: 401, json: { message: 'Bad credentials' } })));
    const client = openClient(contextFor({ url: server.url, settings: { app } }));
    expect(await rejection(client.get('/repos/acme/web'))).toMatchObject({ code: 'auth' });
    expect(tokensAsked()).toBe(2);
  });

  it('takes a key whose line breaks were escaped, as environment variables have them', async () => {
    server = await serve(github());
    const escaped = { ...app, privateKey: privateKey.trim().replaceAll('\n', '\\n') };
    const client = openClient(contextFor({ url: server.url, settings: { app: escaped } }));
    expect(await client.get('/repos/acme/web')).toMatchObject({ data: [] });
  });

  it('says what is wrong with a key that is none', async () => {
    server = await serve(github());
    const settings = { app: { ...app, privateKey: 'secret-words' } };
    const error = await rejection(
      openClient(contextFor({ url: server.url, settings })).get('/repos/acme/web'),
    );
    expect(error).toMatchObject({ code: 'auth', remedy: expect.stringContaining('app.privateKey') });
    expect(inspect(error, { depth: 9 })).not.toContain('secret-words');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['a key of another app', 401, { message: 'A JSON web token could not be decoded' }],
    ['an installation that is gone', 404, { message: 'Not Found' }],
  ])('says what to check for %s, and keeps its signature to itself', async (_, status, body) => {
    server = await serve((request) => ({
      status,
      json: { message: `${body.message} ${request.headers.authorization}` },
    }));
    const error = await rejection(
      openClient(contextFor({ url: server.url, settings: { app } })).get('/repos/acme/web'),
    );
    expect(error).toMatchObject({
      code: 'auth',
      status,
      remedy: expect.stringContaining('app.installationId'),
      endpoint: `POST ${server.url}/app/installations/42/access_tokens`,
    });
    expect(inspect(error, { depth: 9 })).not.toMatch(/eyJ\w+\./);
  });
});
