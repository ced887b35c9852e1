import * as z from 'zod';
import { settingsSchema } from '../../../connectors/jira/settings.ts';

const { url, deployment, email, token, username, password } = settingsSchema.shape;
const issueKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*-\d+$/, 'the key of an issue, such as OKR-12');

const value = z.strictObject({
  keyResult: z.string().min(1).describe('`objective/key-result`, or `key-result` where that is unique.'),
  issue: issueKey.describe('The issue that stands for it.'),
  field: z.string().min(1).describe('Id or name of a number field of that issue.'),
  of: z
    .enum(['value', 'progress'])
    .default('value')
    .describe('`value`: as measured, in its unit; `progress`: 0 at the start, 1 at the target.'),
  times: z
    .number()
    .positive()
    .default(1)
    .describe('What it is multiplied by: 100 makes a share a percentage.'),
});
export type FieldValue = z.infer<typeof value>;

/** The `jira` channel's part of the YAML. */
export const jiraSettings = z
  .strictObject({
    url,
    deployment,
    email,
    token,
    username,
    password,
    issue: issueKey.optional().describe('Each message is a comment of this issue.'),
    values: z
      .array(value)
      .min(1)
      .optional()
      .describe('In place of comments: number fields that hold where each key result stands.'),
  })
  .superRefine((settings, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((settings.issue === undefined) === (settings.values === undefined))
      fault('issue', 'give `issue`, for comments, or `values`, for number fields');
    const { issue: _issue, values: _values, ...access } = settings;
    const source = { ...access, projects: ['ANY'] };
    for (const found of settingsSchema.safeParse(source).error?.issues ?? [])
      fault(String(found.path[0] ?? 'url'), found.message);
    if (settings.token === undefined && settings.username === undefined)
      fault('token', 'give `email` and `token` on Cloud, `token` or `username` and `password` elsewhere');
  });

export type JiraChannelSettings = z.infer<typeof jiraSettings>;
