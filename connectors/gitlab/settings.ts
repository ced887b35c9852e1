import * as z from 'zod';
import { DURATION } from '../durations.ts';

/** Everything that can be read of a project. */
export const STREAMS = ['issues', 'mergeRequests', 'builds', 'deployments', 'releases', 'tags'] as const;
export type StreamName = (typeof STREAMS)[number];

/** Without a list of streams all are read, and these passed over where the token may not read them. */
const OPTIONAL_STREAMS: ReadonlySet<StreamName> = new Set(['builds', 'deployments', 'releases', 'tags']);

const SEGMENT = '[\\w.*-]+';
const PROJECT = new RegExp(`^[\\w.-]+(/${SEGMENT})+$`);

/** The `gitlab` source's part of the YAML. */
export const settingsSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#]/.test(url), 'an address without `?` and `#`')
      .default('https://gitlab.com')
      .describe('Address of GitLab, with its base path if there is one.'),
    token: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe(
        'Access token with the scope `read_api`: personal, of a group or of a project. Without one only public projects are read.',
      ),
    tokenType: z
      .enum(['private', 'bearer', 'job'])
      .default('private')
      .describe(
        'How the token is sent: `private` for access tokens, `bearer` for OAuth, `job` for the `CI_JOB_TOKEN` of a pipeline, which may read releases and deployments only.',
      ),
    projects: z
      .array(
        z.string().regex(PROJECT, 'write group/project; what follows the group may hold *, as in acme/lib-*'),
      )
      .default([])
      .describe(
        'Projects by their path: `acme/web`. Behind the group it may be a glob: `acme/lib-*`, or `acme/**` with all subgroups.',
      ),
    groups: z
      .array(z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, 'write the path of a group, as in acme/platform'))
      .default([])
      .describe('Groups whose projects are read, those of subgroups too.'),
    includeArchived: z
      .boolean()
      .default(false)
      .describe('Whether groups and globs take in archived projects.'),
    streams: z
      .array(z.enum(STREAMS))
      .min(1)
      .optional()
      .describe(
        'What is read of each project. By default all; `builds` (pipelines), `deployments`, `releases` and `tags` are then passed over, with a warning, where the token may not read them. A stream that is listed must be readable.',
      ),
    environments: z
      .array(z.string().min(1))
      .optional()
      .describe('Environments whose deployments are read, as names or globs. By default all.'),
    histories: z
      .boolean()
      .default(true)
      .describe('Whether dated changes of labels, milestones, weights and state are read.'),
    diffs: z
      .boolean()
      .default(true)
      .describe('Whether the changed files of merge requests are read, for their size and line impact.'),
    bots: z
      .array(z.string().min(1))
      .default([])
      .describe('User names that are automations, beside those that GitLab itself makes.'),
    people: z
      .array(z.string().min(1))
      .default([])
      .describe('User names that are people, though they look like automations.'),
    reconcileEvery: z
      .union([z.string().regex(DURATION, 'write a duration such as 12h or 1d, or 0'), z.literal(0)])
      .default('1d')
      .describe(
        'How often whole lists are compared with what is stored, to find what was deleted: a duration, or 0 for never.',
      ),
  })
  .refine(({ projects, groups }) => projects.length + groups.length > 0, {
    path: ['projects'],
    message: 'name a project here, or a group under `groups`',
  });

export type GitLabSettings = z.infer<typeof settingsSchema>;

/** Where people look at it; without a slash at its end. */
export function webAddress({ url }: GitLabSettings): string {
  return url.replace(/\/+$/, '').replace(/\/api\/v4$/, '');
}

/** Whether the user asked for this stream by its name, so that a refusal is an error. */
export function isRequired({ streams }: GitLabSettings, stream: StreamName): boolean {
  return streams !== undefined || !OPTIONAL_STREAMS.has(stream);
}

export function isSelected({ streams }: GitLabSettings, stream: StreamName): boolean {
  return streams === undefined || streams.includes(stream);
}

/** Whether a refusal may have been passed over. */
export function isOptional(stream: StreamName): boolean {
  return OPTIONAL_STREAMS.has(stream);
}
