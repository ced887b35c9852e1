import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slack } from '../../../src/notify/slack/index.ts';
import { cleanText } from '../../../src/report/text.ts';
import { type ForeignServer, startForeign } from '../../connectors/github/processes.ts';
import { channelContext } from '../../support/channel-context.ts';
import { aMessage, aMessageOf } from '../../support/messages.ts';
import { HOSTILE } from '../../support/test-channel.ts';

const SEED = `
slack:
  team: { name: Acme, domain: acme }
  users: [{ name: ana }]
  channels: [{ name: okrs }]
  bots: [{ name: krsync }]
  tokens:
    - { token: xoxb-all, user: ana, scopes: ["chat:write", "files:write", "files:read", "channels:read", "channels:history"] }
    - { token: xoxb-none, user: ana, scopes: ["team:read"] }
  incoming_webhooks: [{ channel: okrs }]
  strict_scopes: true
`;

interface Posted {
  readonly text: string;
  readonly blocks?: readonly unknown[];
  readonly thread_ts?: string;
  readonly files?: readonly { readonly id: string; readonly mimetype: string }[];
}

let folder: string;
let server: ForeignServer;

/** A stand-in of Slack that nobody here wrote. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'krsync-emulate-'));
  await writeFile(join(folder, 'seed.yaml'), SEED);
  const seed = join(folder, 'seed.yaml');
  server = await startForeign('emulate', (port) => [
    'dist/index.js',
    '--service',
    'slack',
    '--seed',
    seed,
    '--port',
    String(port),
  ]);
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function contextOf(settings: object) {
  return channelContext(slack.settings.parse({ url: `${server.url}/api`, ...settings }));
}

async function ask(
  method: string,
  body: object,
): Promise<{ messages?: Posted[]; channels?: { id: string; name: string }[] }> {
  const response = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-all', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { messages?: Posted[] };
}

async function channelId(): Promise<string> {
  const { channels = [] } = await ask('conversations.list', {});
  return channels.find(({ name }) => name === 'okrs')?.id ?? '';
}

describe('against a Slack that someone else wrote', () => {
  it('a bot posts, and its charts land in the thread as pictures', async () => {
    const channel = await channelId();
    const context = contextOf({ token: 'xoxb-all', channel });
    await slack.check(context);
    const { reference } = await slack.deliver(context, aMessageOf(cleanText(HOSTILE.join(' '))));
    const ts = reference?.split(' ')[1] ?? '';
    const { messages = [] } = await ask('conversations.replies', { channel, ts });
    expect(context.warnings).toEqual([]);
    expect(messages).toHaveLength(2);
    expect(messages[0]?.blocks?.length).toBeGreaterThan(3);
    expect(messages[1]?.files?.map(({ mimetype }) => mimetype)).toContain('image/png');
  });

  it('a token without the scope is refused for good', async () => {
    const channel = await channelId();
    const sent = slack.deliver(contextOf({ token: 'xoxb-none', channel }), aMessage());
    await expect(sent).rejects.toMatchObject({ code: 'forbidden', transient: false });
  });

  it('a channel that is not there is told', async () => {
    const sent = slack.deliver(contextOf({ token: 'xoxb-all', channel: 'C9999999999' }), aMessage());
    await expect(sent).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a webhook that lives is checked without a message', async () => {
    const channel = await channelId();
    const before = (await ask('conversations.history', { channel })).messages ?? [];
    const context = channelContext(
      slack.settings.parse({ webhook: `${server.url}/services/T000000001/B1/hook` }),
    );
    await slack.check(context);
    const after = (await ask('conversations.history', { channel })).messages ?? [];
    expect(after).toHaveLength(before.length);
    await expect(slack.deliver(context, aMessage())).resolves.toEqual({ reference: null });
  });
});
