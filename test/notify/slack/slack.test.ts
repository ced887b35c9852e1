import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../connectors/errors.ts';
import { slack } from '../../../src/notify/slack/index.ts';
import { cleanText } from '../../../src/report/text.ts';
import {
  aKeyResult,
  aMessage,
  anObjective,
  channelContext,
  HOSTILE,
  hostileMessage,
  hugeMessage,
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

async function failure(work: Promise<unknown>): Promise<ConnectorError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

describe('a message in Slack', () => {
  it('shows what moved, with its links, and says what it was for notifications', async () => {
    const receiver = await start();
    const receipt = await slack.deliver(byBot(receiver), aMessage());
    const [message] = receiver.messages;
    const { text, links } = shownIn(message ?? {});
    expect(text).toContain('OKRs 2026-Q4: 1 off track');
    expect(text).toContain('🔴 off track · 52 h → 40.5 h of 24 h · 41 % · was at risk');
    expect(text).toContain('forecast 29 h to 38 h at the end');
    expect(links).toEqual(['https://github.com/acme/web/pull/812']);
    expect(message?.text).toBe('OKRs 2026-Q4: 1 off track: One key result is off track.');
    expect(message?.metadata?.event_payload).toMatchObject({ id: aMessage().id });
    expect(receipt.reference).toBe(`${SLACK_CHANNEL} 1764000000.000001`);
  });

  it.each(['bot', 'webhook'] as const)('shows hostile text as plain text, by %s', async (way) => {
    const receiver = await start();
    const context = way === 'bot' ? byBot(receiver) : byWebhook(receiver);
    await slack.deliver(context, hostileMessage());
    const [message] = receiver.messages;
    const { text, links } = shownIn(message ?? {});
    for (const title of HOSTILE) expect(text).toContain(cleanText(title));
    expect(text).not.toMatch(/[\u202a-\u202e\u200e\u200f]/);
    // Slack reads `<…>` in this one text alone.
    expect(message?.text).not.toMatch(/[<>]/);
    expect(message?.text).toContain('&lt;!channel&gt;');
    expect(links.filter((link) => !link.startsWith('https://example.com/'))).toEqual([]);
  });

  it.each(['bot', 'webhook'] as const)('is cut to what Slack takes, and says so, by %s', async (way) => {
    const receiver = await start();
    await slack.deliver(way === 'bot' ? byBot(receiver) : byWebhook(receiver), hugeMessage());
    const { text } = shownIn(receiver.messages[0] ?? {});
    const left = Number(/…and (\d+) more, see krsync status/.exec(text)?.[1]);
    const shown = text.match(/^(Objective|Key result) /gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(20);
    // 120 objectives with five key results each, and a notice.
    expect(shown + left).toBe(721);
  });

  it('takes many small objectives within fifty blocks', async () => {
    const receiver = await start();
    const objectives = Array.from({ length: 90 }, (_, i) =>
      anObjective({ id: `o${i}`, title: `O ${i}`, keyResults: [] }),
    );
    await slack.deliver(byBot(receiver), aMessage({ objectives }));
    expect(receiver.messages[0]?.blocks?.length).toBeLessThanOrEqual(50);
  });
});

describe('charts in Slack', () => {
  it('stand in the thread with words for who cannot see them', async () => {
    const receiver = await start();
    const keyResults = [
      aKeyResult(),
      aKeyResult({ id: 'none', trend: [null, 3] }),
      aKeyResult({ id: 'b', title: 'B' }),
    ];
    await slack.deliver(byBot(receiver), aMessage({ objectives: [anObjective({ keyResults })] }));
    expect(receiver.replies).toHaveLength(1);
    const [reply] = receiver.replies;
    expect(reply?.thread).toBe('1764000000.000001');
    expect(reply?.titles).toEqual(['Cut the cycle time', 'B']);
    expect(reply?.files[0]?.alt).toBe(
      'Cut the cycle time: off track, 52 h → 40.5 h of 24 h, 41 %, was at risk',
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
    [{ token: 'xoxb-1' }, 'needs the `channel`'],
    [{ webhook: 'https://hooks.slack.com/services/x', channel: 'C1' }, 'leave it out'],
  ])('%j are refused', (settings, words) => {
    expect(slack.settings.safeParse(settings).error?.message).toContain(words);
  });
});
