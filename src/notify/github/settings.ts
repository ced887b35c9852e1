import * as z from 'zod';
import { settingsSchema } from '../../../connectors/github/settings.ts';

const { url, token, app } = settingsSchema.shape;

/** The `github` channel's part of the YAML. */
export const githubSettings = z
  .strictObject({
    url,
    token: token.describe('Access token that may write issues of the repository.'),
    app,
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name')
      .describe('Repository of the issue, as `owner/name`.'),
    issue: z.int().min(1).describe('Number of the issue or pull request.'),
    as: z
      .enum(['comments', 'comment', 'body'])
      .default('comments')
      .describe(
        '`comments`: each message is a new comment. `comment`: one comment, replaced by each message. `body`: a marked block in the text of the issue, replaced by each message.',
      ),
    block: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,50}$/, 'letters, digits, `.`, `_` and `-`')
      .default('status')
      .describe('Name of the block or comment that is replaced, where an issue has several.'),
  })
  .superRefine((settings, context) => {
    const { token: own, app: byApp } = settings;
    if ((own === undefined) === (byApp === undefined))
      context.addIssue({ code: 'custom', path: ['token'], message: 'give a `token` or an `app`' });
  });

export type GitHubChannelSettings = z.infer<typeof githubSettings>;
