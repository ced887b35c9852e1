import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { webhook } from '../../../src/notify/webhook/index.ts';
import type { WebhookSettings } from '../../../src/notify/webhook/settings.ts';
import { channelContext } from '../../support/channel-context.ts';
import { aMessage } from '../../support/messages.ts';
import { startReceiver as startHttp } from '../../support/receivers/http.ts';
import { type Received, type ServiceUnderTest, testChannel } from '../../support/test-channel.ts';

const SECRET = 'a signing secret of the test';
const KEY = 'a-key-of-the-test-header';
const HOOK = '/hooks/an-address-that-opens-the-door';

interface Receiver extends ServiceUnderTest {
  readonly settings: WebhookSettings;
  readonly bodies: unknown[];
}

/** Checks what a careful receiver checks: the address, the header, the time, and the signature of the raw body. */
async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    if (request.method === 'HEAD') return void response.writeHead(405).end();
    const { 'x-key': key, 'idempotency-key': id, 'krsync-signature': signature = '' } = request.headers;
    const [, time = '', digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(signature)) ?? [];
    const expected = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
    const recent = Math.abs(Date.now() / 1000 - Number(time)) < 300;
    if (request.url !== HOOK || key !== KEY || digest !== expected || !recent) {
      return void response.writeHead(401).end('bad signature');
    }
    const parsed: unknown = JSON.parse(body);
    bodies.push(parsed);
    received.push({ key: String(id), text: textOf(parsed), active: [] });
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    settings: { url: `http://127.0.0.1:${port}${HOOK}`, secret: SECRET, headers: { 'X-Key': KEY } },
    bodies,
    received: () => received,
    dispose: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Every string in the body, as its receiver reads it, white space as it would show. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(textOf).join('\n');
}

testChannel(webhook, { secrets: [SECRET, KEY, HOOK], repeat: 'key', prepare: startReceiver });

test('the body is the message as it is, with a version', async () => {
  const receiver = await startReceiver();
  try {
    const message = aMessage();
    const context = {
      settings: receiver.settings,
      signal: new AbortController().signal,
      fetch: globalThis.fetch,
      now: Date.now,
      logger: pino({ level: 'silent' }),
    };
    await webhook.deliver(context, message);
    expect(receiver.bodies).toEqual([{ version: 1, ...message }]);
    await webhook.check(context);
    expect(receiver.bodies).toHaveLength(1);
  } finally {
    await receiver.dispose();
  }
});

test('a header of the user’s stands in place of ours, but for what tells a repeat and who sent it', async () => {
  const seen: Record<string, string | string[] | undefined>[] = [];
  const server = await startHttp(({ headers }) => {
    seen.push(headers);
    return { status: 204 };
  });
  onTestFinished(() => server.close());
  const headers = {
    'Content-Type': 'application/vnd.acme+json',
    'User-Agent': 'acme-okrs',
    'Idempotency-Key': 'x',
    'KRSYNC-Signature': 'x',
  };
  const context = channelContext(webhook.settings.parse({ url: server.url, secret: SECRET, headers }));
  await webhook.deliver(context, aMessage());
  expect(seen).toMatchObject([
    {
      'content-type': 'application/vnd.acme+json',
      'user-agent': 'acme-okrs',
      'idempotency-key': aMessage().id,
      'krsync-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
    },
  ]);
});
