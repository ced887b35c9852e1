import { afterEach, describe, expect, it } from 'vitest';
import { github } from '../../../src/notify/github/index.ts';
import { channelContext, failure } from '../../support/channel-context.ts';
import { aLargeMessage, aMessage } from '../../support/messages.ts';
import {
  GITHUB_TOKEN,
  type GitHubReceiver,
  readMarkdown,
  startGitHub,
} from '../../support/receivers/github.ts';
import { testChannel } from '../../support/test-channel.ts';

let server: GitHubReceiver | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(text?: string | null): Promise<GitHubReceiver> {
  server = await startGitHub(text);
  return server;
}

type Way = 'comments' | 'comment' | 'body';

function settingsFor(receiver: GitHubReceiver, as: Way, over: object = {}) {
  const settings = { url: receiver.url, token: GITHUB_TOKEN, repository: 'acme/web', issue: 12, as };
  return github.settings.parse({ ...settings, ...over });
}

function contextFor(receiver: GitHubReceiver, as: Way, over: object = {}) {
  return channelContext(settingsFor(receiver, as, over));
}

for (const as of ['comments', 'comment', 'body'] as const) {
  testChannel(github, {
    name: as,
    secrets: [GITHUB_TOKEN],
    repeat: 'place',
    async prepare() {
      const receiver = await startGitHub();
      return {
        settings: settingsFor(receiver, as),
        received() {
          const texts = receiver.comments.map(({ body }) => body);
          const { body } = receiver.issue;
          if (body?.includes('<!-- krsync:')) texts.push(body);
          return texts.map((text) => ({
            key: /krsync:message:([\w-]+)/.exec(text)?.[1] ?? null,
            ...readMarkdown(text),
          }));
        },
        dispose: () => receiver.close(),
      };
    },
  });
}

describe('a comment for each message', () => {
  it('says where it is', async () => {
    const receiver = await start();
    const { reference } = await github.deliver(contextFor(receiver, 'comments'), aMessage());
    expect(reference).toBe('https://github.com/acme/web/issues/12#issuecomment-500');
    expect(receiver.comments[0]?.body).toContain('- **Cut the median cycle time from 52 h to 24 h**');
    expect(receiver.comments[0]?.body).toContain(
      '[acme/web\\#812 A large change]'.replace('\\#', '#&#8203;'),
    );
  });

  it('is found again behind a hundred others', async () => {
    const receiver = await start();
    const context = contextFor(receiver, 'comments');
    for (let i = 0; i < 130; i += 1)
      receiver.comments.push({ id: i + 1, body: 'talk', login: 'ben', association: 'MEMBER' });
    await github.deliver(context, aMessage());
    await github.deliver(context, aMessage());
    expect(receiver.comments).toHaveLength(131);
    await github.deliver(context, aMessage({ id: 'another' }));
    expect(receiver.comments).toHaveLength(132);
  });
});

describe('one comment', () => {
  it('is replaced by each message, and a stranger’s that copies its mark is left alone', async () => {
    const receiver = await start();
    receiver.comments.push({ id: 1, body: '<!-- krsync:status -->', login: 'eve', association: 'NONE' });
    const context = contextFor(receiver, 'comment');
    await github.deliver(context, aMessage({ id: 'a' }));
    await github.deliver(context, aMessage({ id: 'b', subject: 'Now on track' }));
    expect(receiver.comments).toHaveLength(2);
    expect(receiver.comments[0]?.body).toBe('<!-- krsync:status -->');
    expect(receiver.comments[1]?.body).toContain('### Now on track');
  });

  it('stands beside one of another name', async () => {
    const receiver = await start();
    await github.deliver(contextFor(receiver, 'comment'), aMessage({ id: 'a' }));
    await github.deliver(contextFor(receiver, 'comment', { block: 'team-b' }), aMessage({ id: 'b' }));
    expect(receiver.comments).toHaveLength(2);
  });
});

describe('a block in the text of an issue', () => {
  it('leaves what people wrote around it as it is', async () => {
    const before = '# Our aims\r\n\r\nWrite here. <!-- krsync:other -->\r\n\r\n';
    const after = '\r\n\r\nAnd here: $& $1 \\ …\r\n';
    const receiver = await start(`${before}<!-- krsync:status -->old<!-- /krsync:status -->${after}`);
    for (const id of ['a', 'b']) await github.deliver(contextFor(receiver, 'body'), aMessage({ id }));
    const body = receiver.issue.body ?? '';
    expect(body.startsWith(before)).toBe(true);
    expect(body.endsWith(after)).toBe(true);
    expect(body).not.toContain('old');
    expect(body.match(/### Cycle time/g)).toHaveLength(1);
  });

  it('is added at the end where there is none, and to an issue without a text', async () => {
    for (const text of ['Aims.', '', null]) {
      const receiver = await start(text);
      await github.deliver(contextFor(receiver, 'body'), aMessage());
      expect(receiver.issue.body).toMatch(
        /^(Aims\.\n\n)?<!-- krsync:status -->[\s\S]*<!-- \/krsync:status -->$/,
      );
      await receiver.close();
    }
    server = undefined;
  });

  it('is cut to the room that the text leaves', async () => {
    const receiver = await start('x'.repeat(60_000));
    await github.deliver(contextFor(receiver, 'body'), aLargeMessage(60, 5));
    expect(receiver.issue.body?.length).toBeLessThanOrEqual(65_536);
    expect(receiver.issue.body).toMatch(/…and \d+ more, see krsync status/);
  });

  it('says what to do where there is no room, or one mark without the other', async () => {
    for (const [text, words] of [
      ['x'.repeat(65_500), 'no room'],
      ['a <!-- krsync:status --> b', 'without the other'],
      ['a <!-- /krsync:status --> b <!-- krsync:status -->', 'without the other'],
    ] as const) {
      const receiver = await start(text);
      const thrown = await failure(github.deliver(contextFor(receiver, 'body'), aMessage()));
      expect(thrown).toMatchObject({
        code: 'input',
        transient: false,
        message: expect.stringContaining(words),
      });
      expect(receiver.issue.body).toBe(text);
      await receiver.close();
    }
    server = undefined;
  });
});

describe('the check of a GitHub channel', () => {
  it('tells an issue that is not there, a wrong token, and one that may only read', async () => {
    const receiver = await start();
    const missing = await failure(github.check(contextFor(receiver, 'comments', { issue: 99 })));
    expect(missing).toMatchObject({
      code: 'not_found',
      message: 'acme/web#99 does not exist or the token cannot see it',
    });
    const wrong = await failure(
      github.check(contextFor(receiver, 'comments', { token: 'ghp_wrongwrongwrong' })),
    );
    expect(wrong).toMatchObject({ code: 'auth', remedy: expect.stringContaining('`token`') });
    const { comments_url } = { comments_url: `${receiver.url}/repos/acme/web/issues/12/comments` };
    const issue = {
      url: `${receiver.url}/repos/acme/web/issues/12`,
      comments_url,
      html_url: 'https://github.com/x',
    };
    receiver.next(
      { body: issue },
      { status: 403, body: { message: 'Resource not accessible by personal access token' } },
    );
    const reader = await failure(github.check(contextFor(receiver, 'comments')));
    expect(reader).toMatchObject({
      code: 'forbidden',
      remedy: expect.stringContaining('Issues: read and write'),
    });
    expect(receiver.comments).toEqual([]);
  });

  it('takes a token or an app', () => {
    const settings = { repository: 'acme/web', issue: 1 };
    const app = { id: 1, privateKey: 'x', installationId: 2 };
    expect(github.settings.safeParse(settings).error?.message).toContain('give a `token` or an `app`');
    expect(github.settings.safeParse({ ...settings, token: 'x', app }).success).toBe(false);
    expect(github.settings.safeParse({ ...settings, app }).success).toBe(true);
  });
});
