import * as z from 'zod';
import { DURATION } from '../durations.ts';
import { artifactFaults, artifactsSchema } from './artifacts-settings.ts';

const REPOSITORY = /^[\w.-]+\/[\w.*-]+$/;

/** Everything that can be read of a repository. */
export const STREAMS = [
  'issues',
  'pulls',
  'releases',
  'tags',
  'deployments',
  'builds',
  'alerts',
  'codeScanning',
] as const;
/** `artifacts` is read where the settings name some. */
export type StreamName = (typeof STREAMS)[number] | 'artifacts';

/** Without a list of streams, these; of them, the last three are passed over where the token may not read them. */
const DEFAULT_STREAMS: readonly StreamName[] = [
  'issues',
  'pulls',
  'releases',
  'tags',
  'deployments',
  'builds',
];
/** Each of their records costs one of sixty requests an hour without a token: then they are read when listed only. */
const COSTLY_STREAMS: ReadonlySet<StreamName> = new Set(['tags', 'deployments']);
export const OPTIONAL_STREAMS: ReadonlySet<StreamName> = new Set(['tags', 'deployments', 'builds']);

const appSchema = z.strictObject({
  id: z.union([z.string().min(1), z.number().int()]).describe('App ID or client ID of the GitHub App.'),
  privateKey: z
    .string()
    .trim()
    .min(1)
    .describe('Private key of the app in PEM: what stands in the file that GitHub made.'),
  installationId: z
    .union([z.string().regex(/^\d+$/), z.number().int()])
    .describe('Number at the end of the address of the installation’s settings page.'),
});

const labelPattern = z
  .string()
  .regex(/^[^*]*\*[^*]*$/, 'write the label with one * where the number stands, as in "points: *"');

/** The `github` source's part of the YAML. */
export const settingsSchema = z
  .strictObject({
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
        'Access token that may read the repositories. Without one GitHub allows 60 requests an hour: pull requests then take several runs, and histories, responses, line impact and draft times are not read.',
      ),
    app: appSchema.optional().describe('A GitHub App in place of a token.'),
    repositories: z
      .array(z.string().regex(REPOSITORY, 'write owner/name; the name may hold *, as in acme/lib-*'))
      .min(1)
      .describe('Repositories as `owner/name`. The name may be a glob: `acme/lib-*`, or `acme/*` for all.'),
    includeArchived: z.boolean().default(false).describe('Whether a glob takes in archived repositories.'),
    includeForks: z.boolean().default(false).describe('Whether a glob takes in forks.'),
    streams: z
      .array(z.enum(STREAMS))
      .min(1)
      .optional()
      .describe(
        'What is read of each repository. By default all but `alerts` (of Dependabot) and `codeScanning`; `tags`, `deployments` and `builds` are then passed over, with a warning, where the token may not read them, and without a token `tags` and `deployments` are left out. A stream that is listed must be readable.',
      ),
    environments: z
      .array(z.string().min(1))
      .optional()
      .describe('Environments whose deployments are read, as names or globs. By default all.'),
    artifacts: artifactsSchema.optional(),
    storyPoints: z
      .union([z.strictObject({ label: labelPattern }), z.strictObject({ field: z.string().min(1) })])
      .optional()
      .describe(
        'Where the story points of an issue stand: in a label, `{ label: "points: *" }`, or in a number field of a project, `{ field: Estimate }`.',
      ),
    bots: z
      .array(z.string().min(1))
      .default([])
      .describe('Login names that are automations, beside those that GitHub marks as bots.'),
    people: z
      .array(z.string().min(1))
      .default([])
      .describe('Login names that are people, though they look like automations.'),
    reconcileEvery: z
      .union([z.string().regex(DURATION, 'write a duration such as 12h or 1d, or 0'), z.literal(0)])
      .default('1d')
      .describe(
        'How often whole lists are compared with what is stored, to find what was deleted or transferred: a duration, or 0 for never.',
      ),
    onLimit: z
      .enum(['stop', 'wait'])
      .default('stop')
      .describe(
        'At a used-up rate limit: `stop` leaves the rest to the next run, `wait` goes on when GitHub allows it.',
      ),
  })
  .refine((settings) => settings.token === undefined || settings.app === undefined, {
    path: ['app'],
    message: 'give a token or an app, not both',
  })
  .superRefine((settings, context) => {
    for (const fault of artifactFaults(settings)) context.addIssue({ code: 'custom', ...fault });
  });

export type GitHubSettings = z.infer<typeof settingsSchema>;
export type StoryPoints = NonNullable<GitHubSettings['storyPoints']>;

/** Whether requests are made in somebody's name, which GraphQL needs. */
export function isSignedIn(settings: GitHubSettings): boolean {
  return settings.token !== undefined || settings.app !== undefined;
}

/** Whether the user asked for this stream by its name, so that a refusal is an error. */
export function isRequired(settings: GitHubSettings, stream: StreamName): boolean {
  return settings.streams !== undefined || !OPTIONAL_STREAMS.has(stream);
}

/** Whether this stream is read at all. */
export function isSelected(settings: GitHubSettings, stream: StreamName): boolean {
  if (stream === 'artifacts') return settings.artifacts !== undefined;
  if (settings.streams) return settings.streams.includes(stream);
  return DEFAULT_STREAMS.includes(stream) && (isSignedIn(settings) || !COSTLY_STREAMS.has(stream));
}
