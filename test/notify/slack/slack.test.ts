import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../connectors/errors.ts';
import { slack } from '../../../src/notify/slack/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import {
  aLargeMessage,
  aMessage,
  aMessageKeyResult,
  aMessageObjective,
  aMessageOf,
} from '../../support/messages.ts';
import {
  SLACK_CHANNEL,
  SLACK_TOKEN,
  type SlackReceiver,
  shownIn,
  startSlack,
  WEBHOOK_PATH,
} from '../../support/receivers/slack.ts';
import { leaksOf } from '../../support/secrets.ts';
import { type Received, testChannel } from '../../support/test-channel.ts';

for (const way of ['webhook', 'bot'] as const) {
  testChannel(slack, {
    name: way,
    secrets: [SLACK_TOKEN, WEBHOOK_PATH],
    // Slack drops no repeat, but a bot's message says which it is.
    repeat: way === 'bot' ? 'key' : 'none',
    async prepare() {
      const receiver = await startSlack();
      const bot = { url: `${receiver.url}/api`, token: SLACK_TOKEN, channel: SLACK_CHANNEL, charts: false };
      return {
        settings: slack.settings.parse(way === 'bot' ? bot : { webhook: `${receiver.url}${WEBHOOK_PATH}` }),
        received: () =>
          receiver.messages.map((message): Received => {
            const { text, links } = shownIn(message);
            const id = message.metadata?.event_payload.id;
            return { key: typeof id === 'string' ? id : null, text, active: links };
          }),
        dispose: () => receiver.close(),
      };
    },
  });
}

let server: SlackReceiver | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(scopes?: string): Promise<SlackReceiver> {
  server = await startSlack(scopes);
  return server;
}

function byBot(receiver: SlackReceiver, over: object = {}) {
  const settings = { url: `${receiver.url}/api`, token: SLACK_TOKEN, channel: SLACK_CHANNEL, ...over };
  return channelContext(slack.settings.parse(settings));
}

function byWebhook(receiver: SlackReceiver, path = WEBHOOK_PATH) {
  return channelContext(slack.settings.parse({ webhook: `${receiver.url}${path}` }));
}

describe('a message in Slack', () => {
  it('shows what moved, with its links, and says what it was for notifications', async () => {
    const receiver = await start();
    const receipt = await slack.deliver(byBot(receiver), aMessage());
    const [message] = receiver.messages;
    const { text, links } = shownIn(message ?? {});
    expect(text).toContain('🔴 off track · 52 h → 40.5 h of 24 h · 41 % · was at risk');
    expect(links).toEqual(['https://github.com/acme/web/pull/812']);
    expect(message?.text).toBe('Cycle time is off track: One key result changed its status.');
    expect(message?.metadata?.event_payload).toMatchObject({ id: aMessage().id });
    expect(receipt.reference).toBe(`${SLACK_CHANNEL} 1764000000.000001`);
  });

  it('escapes what Slack reads in the text for notifications', async () => {
    const receiver = await start();
    await slack.deliver(byBot(receiver), aMessageOf('<!channel> <@U0123456> & co'));
    expect(receiver.messages[0]?.text).toBe(
      '&lt;!channel&gt; &lt;@U0123456&gt; &amp; co: &lt;!channel&gt; &lt;@U0123456&gt; &amp; co',
    );
  });

  it.each(['bot', 'webhook'] as const)('is cut to what Slack takes, and says so, by %s', async (way) => {
    const receiver = await start();
    await slack.deliver(way === 'bot' ? byBot(receiver) : byWebhook(receiver), aLargeMessage(120, 5));
    const { text } = shownIn(receiver.messages[0] ?? {});
    const left = Number(/…and (\d+) more, see krsync status/.exec(text)?.[1]);
    const shown = text.match(/^(Objective|Key result|source-)/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(15);
    // 120 objectives with five key results each, and forty notices.
    expect(shown + left).toBe(760);
  });

  it('takes many small objectives within fifty blocks', async () => {
    const receiver = await start();
    const objectives = Array.from({ length: 90 }, (_, i) =>
      aMessageObjective({ id: `o${i}`, title: `O ${i}`, keyResults: [] }),
    );
    await slack.deliver(byBot(receiver), aMessage({ objectives }));
    expect(receiver.messages[0]?.blocks?.length).toBeLessThanOrEqual(50);
  });
});

describe('charts in Slack', () => {
  it('stand in the thread with words for who cannot see them', async () => {
    const receiver = await start();
    const keyResults = [
      aMessageKeyResult(),
      aMessageKeyResult({ id: 'none', trend: [null, 3] }),
      aMessageKeyResult({ id: 'b', title: 'B' }),
    ];
    await slack.deliver(byBot(receiver), aMessage({ objectives: [aMessageObjective({ keyResults })] }));
    expect(receiver.replies).toHaveLength(1);
    const [reply] = receiver.replies;
    expect(reply?.thread).toBe('1764000000.000001');
    // Slack reads signs in it: there are none.
    expect(reply?.comment).toMatch(/^In the charts: [a-z ,;]+, then[^<>&*_~`@#]+\.$/);
    expect(reply?.titles).toEqual(['Cut the median cycle time from 52 h to 24 h', 'B']);
    expect(reply?.files[0]?.alt).toBe(
      'Cut the median cycle time from 52 h to 24 h: off track, 52 h → 40.5 h of 24 h, 41 %, was at risk',
    );
  });

  it('are left out where they are not wanted', async () => {
    const receiver = await start();
    await slack.deliver(byBot(receiver, { charts: false }), aMessage());
    expect(receiver.received.map(({ url }) => url.pathname)).toEqual(['/api/chat.postMessage']);
  });

  it('that fail do not fail the message, which has arrived', async () => {
    const receiver = await start();
    const context = byBot(receiver);
    receiver.next(
      { body: { ok: true, channel: SLACK_CHANNEL, ts: '1764000000.000001' } },
      { body: { ok: false, error: 'missing_scope' } },
    );
    await expect(slack.deliver(context, aMessage())).resolves.toBeDefined();
    expect(context.warnings.join()).toContain('its charts are not');
    expect(context.warnings.join()).toContain('files:write');
  });
});

describe('a refusal of Slack', () => {
  it.each([
    ['invalid_auth', 'auth', false],
    ['account_inactive', 'auth', false],
    ['token_revoked', 'auth', false],
    ['missing_scope', 'forbidden', false],
    ['not_in_channel', 'forbidden', false],
    ['channel_not_found', 'not_found', false],
    ['is_archived', 'not_found', false],
    ['invalid_blocks', 'input', false],
    ['something_new', 'input', false],
    ['ratelimited', 'rate_limit', true],
    ['internal_error', 'server', true],
    ['service_unavailable', 'server', true],
    ['team_added_to_org', 'server', true],
  ] as const)('by %s is %s', async (error, code, transient) => {
    const receiver = await start();
    receiver.next({ body: { ok: false, error } });
    const thrown = await failure(slack.deliver(byBot(receiver), aMessage()));
    expect([thrown.code, thrown.transient]).toEqual([code, transient]);
    expect(thrown.message).toContain(error);
    expect(thrown.remedy).not.toBe('');
  });

  it.each([
    [404, 'no_service', 'not_found', false],
    [403, 'action_prohibited', 'forbidden', false],
    [410, 'channel_is_archived', 'not_found', false],
    [400, 'invalid_payload', 'input', false],
    [500, 'rollup_error', 'server', true],
    [503, '<html>busy</html>', 'server', true],
    [302, '', 'input', false],
  ] as const)('of a webhook by %i %s is %s', async (status, body, code, transient) => {
    const receiver = await start();
    receiver.next({ status, body });
    const thrown = await failure(slack.deliver(byWebhook(receiver), aMessage()));
    expect([thrown.code, thrown.transient]).toEqual([code, transient]);
    expect(thrown.message).not.toContain('html');
  });

  it.each(['bot', 'webhook'] as const)(
    'for too many messages says when to come again, by %s',
    async (way) => {
      const receiver = await start();
      receiver.next({ status: 429, headers: { 'retry-after': '30' }, body: 'ratelimited' });
      const context = way === 'bot' ? byBot(receiver) : byWebhook(receiver);
      const thrown = await failure(slack.deliver(context, aMessage()));
      expect(thrown).toMatchObject({ code: 'rate_limit', retryAt: context.now() + 30_000 });
    },
  );

  it('never shows the address of the webhook or the token', async () => {
    const receiver = await start();
    const shown: string[] = [];
    for (const context of [byWebhook(receiver), byBot(receiver)]) {
      for (const reply of [
        { status: 404, body: 'no_service' },
        { status: 500, body: SLACK_TOKEN },
        { body: SLACK_TOKEN },
      ]) {
        receiver.next(reply);
        const thrown = await slack.deliver(context, aMessage()).catch((error: unknown) => error);
        if (thrown instanceof ConnectorError) shown.push(thrown.message, thrown.endpoint, thrown.remedy);
      }
    }
    await receiver.close();
    for (const context of [byWebhook(receiver), byBot(receiver)]) {
      const thrown = await failure(slack.deliver(context, aMessage()));
      expect(thrown.code).toBe('network');
      shown.push(thrown.message, thrown.endpoint, thrown.remedy);
    }
    server = undefined;
    expect(leaksOf(shown.join('\n'), [SLACK_TOKEN, 'secretSecretSecretSecret', WEBHOOK_PATH])).toEqual([]);
  });
});

describe('the check of a Slack channel', () => {
  it('passes for a live webhook without posting anything', async () => {
    const receiver = await start();
    await slack.check(byWebhook(receiver));
    expect(receiver.messages).toEqual([]);
  });

  it('tells a webhook that was removed', async () => {
    const receiver = await start();
    const thrown = await failure(slack.check(byWebhook(receiver, '/services/T0/B0/gone')));
    expect(thrown).toMatchObject({ code: 'not_found', remedy: expect.stringContaining('make a new one') });
  });

  it('passes for a bot that may post and upload', async () => {
    const receiver = await start();
    await slack.check(byBot(receiver));
    expect(receiver.messages).toEqual([]);
  });

  it('names the scope that is missing', async () => {
    const receiver = await start('chat:write');
    const thrown = await failure(slack.check(byBot(receiver)));
    expect(thrown).toMatchObject({ code: 'forbidden', message: expect.stringContaining('`files:write`') });
    await slack.check(byBot(receiver, { charts: false }));
  });

  it('tells a wrong token, an archived channel, and one that the bot is not in', async () => {
    const receiver = await start();
    expect((await failure(slack.check(byBot(receiver, { token: 'xoxb-wrong' })))).code).toBe('auth');
    const scopes = { 'x-oauth-scopes': 'chat:write,files:write,channels:read' };
    for (const [channel, code] of [
      [{ is_archived: true, is_member: true }, 'not_found'],
      [{ is_archived: false, is_member: false }, 'forbidden'],
    ] as const) {
      receiver.next({ headers: scopes, body: { ok: true } }, { body: { ok: true, channel } });
      expect((await failure(slack.check(byBot(receiver)))).code).toBe(code);
    }
  });
});

describe('the settings of a Slack channel', () => {
  it.each([
    [{}, 'give `webhook`'],
    [{ webhook: 'https://hooks.slack.com/services/x', token: 'xoxb-1', channel: 'C1' }, 'not both'],
    [{ token: 'xoxb-1' }, 'also needs a `channel`'],
    [{ webhook: 'https://hooks.slack.com/services/x', channel: 'C1' }, 'leave it out'],
  ])('%j are refused', (settings, words) => {
    expect(slack.settings.safeParse(settings).error?.message).toContain(words);
  });
});
