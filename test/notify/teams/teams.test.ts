import { afterEach, describe, expect, it } from 'vitest';
import { teams } from '../../../src/notify/teams/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import { aLargeMessage, aMessage, aMessageOf } from '../../support/messages.ts';
import {
  shownIn,
  startTeams,
  type TeamsReceiver,
  WORKFLOW_PATH,
  WORKFLOW_SIGNATURE,
} from '../../support/receivers/teams.ts';
import { testChannel } from '../../support/test-channel.ts';

let server: TeamsReceiver | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start() {
  server = await startTeams();
  const settings = teams.settings.parse({ url: `${server.url}${WORKFLOW_PATH}` });
  return { receiver: server, context: channelContext(settings) };
}

testChannel(teams, {
  secrets: [WORKFLOW_SIGNATURE, WORKFLOW_PATH],
  repeat: 'key',
  async prepare() {
    const receiver = await startTeams();
    return {
      settings: teams.settings.parse({ url: `${receiver.url}${WORKFLOW_PATH}` }),
      received: () =>
        receiver.cards.map(({ key, card }) => {
          const { text, links } = shownIn(card);
          return { key, text, active: links };
        }),
      dispose: () => receiver.close(),
    };
  },
});

describe('a card in Teams', () => {
  it('shows what moved, in the colour of its status, with links to the items', async () => {
    const { receiver, context } = await start();
    const receipt = await teams.deliver(context, aMessage());
    const card = receiver.cards[0]?.card;
    const { text, links } = shownIn(card ?? ({ body: [] } as never));
    expect(text).toContain('🔴 off track · 52 h → 40.5 h of 24 h · 41 % · was at risk');
    expect(links).toEqual(['https://github.com/acme/web/pull/812']);
    expect(JSON.stringify(card)).toContain('"text":"🔴 off track","color":"Attention"');
    expect(card?.fallbackText).toBe('Cycle time is off track: One key result changed its status.');
    expect(receipt.reference).toBe('run-1');
  });

  it.each([
    ['many objectives', aLargeMessage(60, 5)],
    ['texts of another script', aMessageOf('漢字かな交じり文🚀 '.repeat(80))],
    ['texts full of quotes', aMessageOf('"\\" '.repeat(200))],
  ])('is cut to what Teams takes: %s', async (_, message) => {
    const { receiver, context } = await start();
    await teams.deliver(context, message);
    expect(receiver.cards).toHaveLength(1);
  });

  it('says how much was left out', async () => {
    const { receiver, context } = await start();
    await teams.deliver(context, aLargeMessage(60, 5));
    const { text } = shownIn(receiver.cards[0]?.card ?? ({ body: [] } as never));
    const left = Number(/…and (\d+) more, see krsync status/.exec(text)?.[1]);
    const shown = text.match(/^(Objective|Key result|⚠ source-)/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(20);
    // Sixty objectives with five key results each, and forty notices.
    expect(shown + left).toBe(400);
  });
});

describe('a refusal of the workflow', () => {
  it.each([
    [401, 'DirectApiAuthorizationRequired', 'auth'],
    [404, 'WorkflowNotFound', 'not_found'],
    [400, 'WorkflowTriggerIsNotEnabled', 'not_found'],
    [400, 'TriggerInputSchemaMismatch', 'input'],
    [502, 'NoResponse', 'server'],
  ])('by %i %s is %s', async (status, code, expected) => {
    const { receiver, context } = await start();
    receiver.next({ status, body: { error: { code } } });
    const thrown = await failure(teams.deliver(context, aMessage()));
    expect(thrown).toMatchObject({ code: expected, transient: expected === 'server' });
    expect(thrown.message).toContain(code);
  });
});

describe('the settings of a Teams channel', () => {
  it('refuse the address of a connector, and say what to make in its place', () => {
    const url = 'https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4';
    expect(teams.settings.safeParse({ url }).error?.message).toContain('make a workflow');
  });
});
