import { describe, expect, it, onTestFinished } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { metrics } from '../../src/metrics/index.ts';
import { http } from '../../src/notify/http/index.ts';
import { channels } from '../../src/notify/index.ts';
import { webhook } from '../../src/notify/webhook/index.ts';
import { channelContext, failure } from '../support/channel-context.ts';
import { writeProject } from '../support/cli.ts';
import { aMessage } from '../support/messages.ts';
import { startReceiver } from '../support/receivers/http.ts';
import { at } from '../support/records.ts';
import { leaksOf } from '../support/secrets.ts';
import { tempFolder } from '../support/temp.ts';

const KEY = 'an-address-that-opens-the-door';

describe('an answer that repeats the path it was asked for', () => {
  it.each(['webhook', 'http'])('gives no part of it away, by %s', async (kind) => {
    const server = await startReceiver(({ url }) => ({
      status: 404,
      body: {
        message: `Route POST:${url.pathname} not found`,
        path: url.pathname.split('/'),
        is: 'Not Found',
      },
    }));
    onTestFinished(() => server.close());
    const url = `${server.url}/hooks/${KEY}`;
    const work =
      kind === 'webhook'
        ? webhook.deliver(channelContext(webhook.settings.parse({ url })), aMessage())
        : http.deliver(channelContext(http.settings.parse({ url, body: '{}' })), aMessage());
    const { message } = await failure(work);
    expect(message).toContain('not found');
    expect(leaksOf(message, [KEY])).toEqual([]);
  });
});

describe('an address with credentials', () => {
  async function secretsOf(url: string): Promise<readonly string[]> {
    const folder = await tempFolder();
    const channel = JSON.stringify({ id: 'hook', kind: 'webhook', url });
    await writeProject(folder, {
      'config/okrs.yaml': `
cycles: [{ id: 2026-Q4, start: 2026-10-01, end: 2026-12-31 }]
sources: [{ id: gh, kind: github, token: a-token-of-the-test, repositories: [acme/web] }]
objectives:
  - id: o
    title: O
    owner: ana@acme.dev
    keyResults: [{ id: closed, title: Closed, start: 0, target: 40, metric: { measure: tickets-closed, source: gh } }]
channels: [${channel}]
`,
    });
    const options = { cwd: folder, env: {}, now: at('2026-11-24T06:00:00Z'), connectors, metrics, channels };
    return (await loadConfiguration({ ...options, path: 'config' })).secrets;
  }

  it('may have a percent sign that stands for itself', async () => {
    expect(await secretsOf('https://ana:50%@acme.dev/krsync')).toContain('50%');
  });

  it('has them as they are written and as they are meant, and a user name where it is long enough for a key', async () => {
    const secrets = await secretsOf('https://a-key-as-the-user%21:pass%20word@acme.dev/krsync');
    expect(secrets).toEqual(expect.arrayContaining(['pass%20word', 'pass word', 'a-key-as-the-user!']));
    expect(await secretsOf('https://ana:pass@acme.dev/krsync')).not.toContain('ana');
  });
});
