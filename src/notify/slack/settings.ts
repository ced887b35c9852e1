import * as z from 'zod';

/** The `slack` channel's part of the YAML. */
export const slackSettings = z
  .strictObject({
    webhook: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({ secret: true })
      .describe('Address of an incoming webhook. It is a secret.'),
    token: z.string().trim().min(1).optional().describe('A bot token (`xoxb-…`), in place of a webhook.'),
    channel: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe('With a token: the id of the channel, as at the end of its link: `C0123456789`.'),
    charts: z
      .boolean()
      .default(true)
      .describe('With a token: whether charts are added to the thread of the message.'),
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://slack.com/api')
      .describe('Address of the Web API. GovSlack: `https://slack-gov.com/api`.'),
  })
  .superRefine(({ webhook, token, channel }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (webhook !== undefined && token !== undefined) fault('token', 'give `webhook` or `token`, not both');
    if (webhook === undefined && token === undefined)
      fault('webhook', 'give `webhook`, or `token` and `channel`');
    if (token !== undefined && channel === undefined) fault('channel', 'a token also needs a `channel`');
    if (webhook !== undefined && channel !== undefined)
      fault('channel', 'a webhook has its channel already; leave it out');
  });

export type SlackSettings = z.infer<typeof slackSettings>;
