import { afterEach, describe, expect, it } from 'vitest';
import { jira } from '../../../src/notify/jira/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import { aLargeMessage, aMessage, aMessageKeyResult, aMessageObjective } from '../../support/messages.ts';
import {
  JIRA_TOKEN,
  type JiraReceiver,
  readDocument,
  readWiki,
  startJira,
} from '../../support/receivers/jira.ts';
import { testChannel } from '../../support/test-channel.ts';

type Deployment = 'cloud' | 'server';
const DEPLOYMENTS = ['cloud', 'server'] as const;

let server: JiraReceiver | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(deployment: Deployment, mayComment?: boolean): Promise<JiraReceiver> {
  server = await startJira(deployment, mayComment);
  return server;
}

function settingsFor(receiver: JiraReceiver, deployment: Deployment, over: object = {}) {
  const access = {
    url: receiver.url,
    token: JIRA_TOKEN,
    ...(deployment === 'cloud' ? { email: 'ana@acme.dev' } : {}),
  };
  return jira.settings.parse({ ...access, ...over });
}

function commenting(receiver: JiraReceiver, deployment: Deployment, over: object = {}) {
  return channelContext(settingsFor(receiver, deployment, { issue: 'OKR-12', ...over }));
}

function writing(receiver: JiraReceiver, over: object = {}) {
  const value = { keyResult: 'small-and-often/cycle-time', issue: 'OKR-12', field: 'Current value', ...over };
  return channelContext(settingsFor(receiver, 'server', { values: [value] }));
}

function read(body: unknown) {
  return typeof body === 'string' ? readWiki(body) : readDocument(body as never);
}

for (const deployment of DEPLOYMENTS) {
  testChannel(jira, {
    name: `comments, ${deployment}`,
    secrets: [JIRA_TOKEN],
    repeat: 'place',
    async prepare() {
      const receiver = await startJira(deployment);
      return {
        settings: settingsFor(receiver, deployment, { issue: 'OKR-12' }),
        received: () =>
          receiver.comments.map(({ body }) => {
            const found = read(body);
            return { key: /krsync ([\w-]+)$/.exec(found.text)?.[1] ?? null, ...found };
          }),
        dispose: () => receiver.close(),
      };
    },
  });
}

testChannel(jira, {
  name: 'a number field',
  secrets: [JIRA_TOKEN],
  repeat: 'place',
  words: false,
  async prepare() {
    const receiver = await startJira('server');
    return {
      settings: writing(receiver).settings,
      received: () =>
        Object.entries(receiver.fields).map(([key, value]) => ({ key, text: String(value), active: [] })),
      dispose: () => receiver.close(),
    };
  },
});

describe.each(DEPLOYMENTS)('a comment in Jira (%s)', (deployment) => {
  it('is found again behind hundreds of others', async () => {
    const receiver = await start(deployment);
    const context = commenting(receiver, deployment);
    for (let i = 0; i < 250; i += 1)
      receiver.comments.push({ id: String(i), body: deployment === 'cloud' ? { type: 'doc' } : 'talk' });
    const { reference } = await jira.deliver(context, aMessage());
    expect(await jira.deliver(context, aMessage())).toEqual({ reference });
    expect(receiver.comments).toHaveLength(251);
    expect(reference).toBe(`${receiver.url}/browse/OKR-12?focusedCommentId=10250`);
    await jira.deliver(context, aMessage({ id: 'another' }));
    expect(receiver.comments).toHaveLength(252);
  });

  it('is cut to what Jira takes, and says so', async () => {
    const receiver = await start(deployment);
    await jira.deliver(commenting(receiver, deployment), aLargeMessage(60, 5));
    expect(read(receiver.comments[0]?.body).text).toMatch(/…and \d+ more, see krsync status/);
  });

  it('is not to be had without the permission, which the check tells', async () => {
    const receiver = await start(deployment, false);
    const thrown = await failure(jira.check(commenting(receiver, deployment)));
    expect(thrown).toMatchObject({
      code: 'forbidden',
      message: 'Jira does not let this user comment on OKR-12',
    });
    const missing = await failure(jira.check(commenting(receiver, deployment, { issue: 'OKR-99' })));
    expect(missing).toMatchObject({ code: 'not_found', remedy: expect.stringContaining('key of the issue') });
    const wrong = await failure(jira.check(commenting(receiver, deployment, { token: 'wrong-token' })));
    expect(wrong).toMatchObject({ code: 'auth', remedy: expect.stringContaining('Give the channel') });
  });
});

describe('a number field in Jira', () => {
  function valued(value: number | null, progress: number | null = null) {
    const keyResults = [aMessageKeyResult({ value, progress })];
    return aMessage({ objectives: [aMessageObjective({ keyResults })] });
  }

  it('holds the value, a true zero too, and keeps the last where there is none', async () => {
    const receiver = await start('server');
    const context = writing(receiver);
    for (const [value, expected] of [
      [40.5, 40.5],
      [0, 0],
      [null, 0],
    ] as const) {
      await jira.deliver(context, valued(value));
      expect(receiver.fields).toEqual({ customfield_10042: expected });
    }
  });

  it('holds the progress as a percentage where that is asked for', async () => {
    const receiver = await start('server');
    await jira.deliver(writing(receiver, { of: 'progress', times: 100 }), valued(1, 0.57));
    expect(receiver.fields).toEqual({ customfield_10042: 57 });
  });

  it('is not touched by a message about others, nor by a sample', async () => {
    const receiver = await start('server');
    await jira.deliver(writing(receiver, { keyResult: 'other' }), aMessage());
    await jira.deliver(writing(receiver), aMessage({ kind: 'test' }));
    expect(receiver.fields).toEqual({});
  });

  it('that is none, or not there, is told and nothing is written', async () => {
    const receiver = await start('server');
    for (const [field, words] of [
      ['Summary', 'not a number field'],
      ['customfield_1', 'can edit no field'],
    ] as const) {
      for (const work of [
        () => jira.check(writing(receiver, { field })),
        () => jira.deliver(writing(receiver, { field }), aMessage()),
      ]) {
        expect(await failure(work())).toMatchObject({
          code: 'input',
          message: expect.stringContaining(words),
        });
      }
    }
    await jira.check(writing(receiver, { field: 'customfield_10042' }));
    expect(receiver.fields).toEqual({});
  });
});

describe('the settings of a Jira channel', () => {
  it.each([
    [{}, 'give `issue`'],
    [{ issue: 'OKR-1', values: [{ keyResult: 'a', issue: 'OKR-2', field: 'x' }] }, 'give `issue`'],
    [{ issue: 'OKR' }, 'the key of an issue'],
    [{ issue: 'OKR-1', email: undefined }, 'together with `email`'],
    [{ issue: 'OKR-1', token: undefined, email: undefined }, 'give `email` and `token`'],
  ])('%j are refused', (over, words) => {
    const access = { url: 'https://acme.atlassian.net', email: 'ana@acme.dev', token: 'secret-token' };
    expect(jira.settings.safeParse({ ...access, ...over }).error?.message).toContain(words);
  });
});
