import { expect, it, onTestFinished, vi } from 'vitest';
import { email } from '../../src/notify/email/index.ts';
import { slack } from '../../src/notify/slack/index.ts';
import { channelContext } from '../support/channel-context.ts';
import { aMessage } from '../support/messages.ts';
import { SLACK_CHANNEL, SLACK_TOKEN, startSlack } from '../support/receivers/slack.ts';
import { startMailServer } from '../support/receivers/smtp.ts';

// As on a machine that the module has no native part for.
vi.mock('@resvg/resvg-js', () => {
  throw new Error('Cannot find native binding');
});

it('a message is posted to Slack once where no pictures can be made', async () => {
  const receiver = await startSlack();
  onTestFinished(() => receiver.close());
  const settings = { url: `${receiver.url}/api`, token: SLACK_TOKEN, channel: SLACK_CHANNEL };
  const context = channelContext(slack.settings.parse(settings));
  await slack.deliver(context, aMessage());
  expect(receiver.messages).toHaveLength(1);
  expect(receiver.replies).toEqual([]);
  expect(context.warnings.join()).toContain('its charts are not');
  expect(context.warnings.join()).toContain('`charts: false`');
});

it('an email goes out without pictures where none can be made', async () => {
  const server = await startMailServer({});
  onTestFinished(() => server.close());
  const context = channelContext(
    email.settings.parse({
      host: '127.0.0.1',
      port: server.port,
      security: 'none',
      from: 'okrs@acme.dev',
      to: 'ana@acme.dev',
    }),
  );
  await email.deliver(context, aMessage());
  const { mail } = server.mails[0] ?? {};
  expect(mail?.text).toContain('52 h → 40.5 h of 24 h');
  expect(mail?.attachments).toEqual([]);
  expect(mail?.html).not.toContain('<img');
  expect(context.warnings.join()).toContain('without its charts');
});
