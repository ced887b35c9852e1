import * as z from 'zod';
import { DURATION, durationMs } from '../durations.ts';
import { faultOfJql } from './jql.ts';

const PROJECT = /^[A-Za-z][A-Za-z0-9_*]*$|^\*$/;

const jql = z
  .string()
  .trim()
  .min(1)
  .superRefine((text, refinement) => {
    const fault = faultOfJql(text);
    if (fault !== null) refinement.addIssue({ code: 'custom', message: fault });
  });

const query = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, `.`, `_` and `-`')
    .describe('What messages call it.'),
  jql: jql.describe(
    'Any JQL. Bounds of time and an order are put around it; an order of its own is left out.',
  ),
});

const fieldIds = z
  .strictObject({
    storyPoints: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('Id or name of the field of story points; of several the first that has a value counts.'),
    sprint: z.string().min(1).optional().describe('Id or name of the sprint field.'),
    epicLink: z.string().min(1).optional().describe('Id or name of the field that names the epic.'),
  })
  .describe('Fields of this site that are not found by themselves.');

/** The `jira` source's part of the YAML. */
export const settingsSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#%]/.test(url), 'an address without `?`, `#` and `%`')
      .describe('Address of the site, with the base path if there is one: `https://acme.example/jira`.'),
    deployment: z
      .enum(['auto', 'cloud', 'server'])
      .default('auto')
      .describe('`cloud`, or `server` for Data Center and Server. Default: as the site itself says.'),
    email: z.string().trim().min(1).optional().describe('Cloud: whose API token it is.'),
    token: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe('Cloud: an API token. Data Center and Server: a personal access token.'),
    username: z.string().trim().min(1).optional().describe('Data Center and Server, where no token is used.'),
    password: z.string().min(1).optional().describe('Of that user.'),
    ca: z
      .string()
      .min(1)
      .optional()
      .meta({ path: true })
      .describe('A file of certificates (PEM) to trust beside the usual ones.'),
    projects: z
      .array(z.string().regex(PROJECT, 'a project key such as WEB; it may hold *, as in TEAM*'))
      .default([])
      .describe('Project keys. A key may be a glob, such as `TEAM*`.'),
    queries: z
      .array(query)
      .default([])
      .describe(
        'Further issues by JQL. Those of the `projects` are left out of them, so that nothing counts twice.',
      ),
    sprints: z.boolean().default(true).describe('Whether the sprints of the projects’ boards are read.'),
    versions: z
      .boolean()
      .default(false)
      .describe('Whether the versions of the projects are read as releases.'),
    worklogs: z.boolean().default(false).describe('Whether logged hours are read.'),
    comments: z
      .boolean()
      .default(true)
      .describe('Whether comments are read, as far as the first response needs.'),
    bots: z
      .array(z.string().min(1))
      .default([])
      .describe('Names or account ids that are automations, beside the apps that Cloud marks.'),
    fields: fieldIds.default({}),
    reconcileEvery: z
      .string()
      .regex(DURATION, 'a duration such as `12h` or `1d`')
      .default('1d')
      .describe('How often all keys are compared, to find what was deleted, moved or hidden.'),
  })
  .superRefine((settings, refinement) => {
    const fault = (path: string, message: string) =>
      refinement.addIssue({ code: 'custom', path: [path], message });
    const { email, token, username, password, projects, queries } = settings;
    if (projects.length + queries.length === 0)
      fault('projects', 'name a project here, or a query under `queries`');
    if (email !== undefined && token === undefined) fault('email', 'also needs `token`');
    if ((username === undefined) !== (password === undefined)) {
      fault(username === undefined ? 'password' : 'username', '`username` and `password` go together');
    }
    if (token !== undefined && username !== undefined) fault('username', 'give either `token` or `username`');
    if (isAtlassianHost(settings.url) && token !== undefined && email === undefined) {
      fault('token', 'Jira Cloud takes an API token together with `email`');
    }
    const names = queries.map(({ name }) => name.toLowerCase());
    if (new Set(names).size < names.length) fault('queries', 'two queries have the same name');
  });

export type JiraSettings = z.infer<typeof settingsSchema>;

/** Milliseconds between two comparisons of all keys. */
export function reconcileEveryMs({ reconcileEvery }: JiraSettings): number {
  return durationMs(reconcileEvery);
}

/** Without the slash at its end. */
export function baseUrl(settings: JiraSettings): string {
  return settings.url.replace(/\/+$/, '');
}

function isAtlassianHost(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.endsWith('.atlassian.net');
}
