import * as z from 'zod';

const REPOSITORY = /^[\w.-]+\/[\w.*-]+$/;

/** The `github` source's part of the YAML. */
export const settingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe('Address of the REST API. GitHub Enterprise Server: `https://HOST/api/v3`.'),
  token: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe(
      'Access token that may read issues, pull requests and contents of the repositories. Without one GitHub allows 60 requests an hour: pull requests then take several runs, and their line impact and draft times are not read.',
    ),
  repositories: z
    .array(z.string().regex(REPOSITORY, 'write owner/name; the name may hold *, as in acme/lib-*'))
    .min(1)
    .describe('Repositories as `owner/name`. The name may be a glob, such as `acme/lib-*`.'),
  includeArchived: z.boolean().default(false).describe('Whether a glob takes in archived repositories.'),
  includeForks: z.boolean().default(false).describe('Whether a glob takes in forks.'),
  bots: z
    .array(z.string().min(1))
    .default([])
    .describe('Login names that are automations, beside those that GitHub marks as bots.'),
});

export type GitHubSettings = z.infer<typeof settingsSchema>;
