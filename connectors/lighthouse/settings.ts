import * as z from 'zod';
import { DURATION } from '../durations.ts';

const subject = z.string().min(1).optional();
const page = z.url({ protocol: /^https?$/ });
const every = z
  .string()
  .regex(DURATION, 'a duration such as `12h` or `1d`')
  .default('1d')
  .describe('How often at most.');

const report = z.strictObject({
  path: z.string().min(1).describe('A report file in JSON, or a glob.'),
  subject: subject.describe('What was measured. Default: the URL that the run was asked for.'),
});

const server = z
  .strictObject({
    url: page.describe('Address of the Lighthouse CI server.'),
    project: z
      .string()
      .min(1)
      .optional()
      .describe('Id, slug or name of the project. Default: that of `token`.'),
    token: z
      .string()
      .min(1)
      .optional()
      .describe('The build token of the project, where `project` is not given. Reading needs no other.'),
    username: z.string().min(1).optional().describe('Where the server asks for basic authentication.'),
    password: z.string().min(1).optional().describe('Of that user.'),
    branch: z.string().min(1).optional().describe('Only builds of this branch. Default: of all.'),
  })
  .superRefine(({ project, token, username, password }, refinement) => {
    const fault = (path: string, message: string) =>
      refinement.addIssue({ code: 'custom', path: [path], message });
    if (project === undefined && token === undefined) fault('project', 'give `project`, or `token`');
    if (username !== undefined && password === undefined) fault('username', 'also needs `password`');
  })
  .describe('A Lighthouse CI server.');

const pagespeed = z.strictObject({
  url: page.describe('The page.'),
  strategy: z.enum(['mobile', 'desktop']).default('mobile').describe('The device that is emulated.'),
  key: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe('An API key of Google Cloud; without one few runs are allowed.'),
  subject: subject.describe('What the page is called. Default: its URL.'),
  field: z
    .boolean()
    .default(true)
    .describe('Whether what Chrome users had on this page is kept too, as samples of `crux-…`.'),
  endpoint: page
    .default('https://www.googleapis.com/pagespeedonline/v5/runPagespeed')
    .describe('Where PageSpeed Insights answers.'),
  every,
});

const run = z.strictObject({
  url: page.describe('The page.'),
  runs: z.int().min(1).max(25).default(3).describe('How often it is measured each time. Runs vary.'),
  subject: subject.describe('What the page is called. Default: its URL.'),
  preset: z.enum(['mobile', 'desktop']).default('mobile').describe('The device that is emulated.'),
  command: z
    .string()
    .min(1)
    .default('lighthouse')
    .describe('The Lighthouse executable: a name, looked for in node_modules/.bin and PATH, or a path.'),
  chrome: z
    .string()
    .min(1)
    .optional()
    .describe('The Chrome executable. Default: CHROME_PATH, else the usual names in PATH.'),
  sandbox: z
    .boolean()
    .default(true)
    .describe('False switches off the sandbox of Chrome, as root in a container needs it.'),
  timeout: z
    .string()
    .regex(DURATION, 'a duration such as `90s` or `3m`')
    .default('3m')
    .describe('How long one run may take.'),
  every,
});

export const lighthouseSettings = z
  .strictObject({
    reports: z
      .array(report)
      .min(1)
      .optional()
      .describe('Report files (`--output json`, or the lhr-*.json of Lighthouse CI), versions 5 to 13.'),
    server: server.optional(),
    pagespeed: z.array(pagespeed).min(1).optional().describe('Pages that PageSpeed Insights measures.'),
    run: z
      .array(run)
      .min(1)
      .optional()
      .describe('Pages that are measured here, by the Lighthouse and the Chrome of this machine.'),
  })
  .superRefine((settings, refinement) => {
    const ways = [settings.reports, settings.server, settings.pagespeed, settings.run];
    if (ways.every((way) => way === undefined)) {
      const message = 'give `reports`, `server`, `pagespeed` or `run`';
      refinement.addIssue({ code: 'custom', path: [], message });
    }
    for (const key of ['pagespeed', 'run'] as const) {
      const seen = new Set<string>();
      for (const [index, entry] of (settings[key] ?? []).entries()) {
        const name = subjectOf(entry);
        // Two devices under one name would be one series that jumps.
        if (seen.has(name)) {
          const message = `\`${name}\` is measured twice: give one of them a \`subject\` of its own`;
          refinement.addIssue({ code: 'custom', path: [key, index, 'subject'], message });
        }
        seen.add(name);
      }
    }
  })
  .describe('Page speed in the laboratory: what Lighthouse measured.');

export type LighthouseSettings = z.infer<typeof lighthouseSettings>;
export type LighthouseReport = NonNullable<LighthouseSettings['reports']>[number];
export type LighthouseServer = NonNullable<LighthouseSettings['server']>;
export type PagespeedPage = NonNullable<LighthouseSettings['pagespeed']>[number];
export type RunPage = NonNullable<LighthouseSettings['run']>[number];

/** What a page is called in samples, and its stream member. */
export function subjectOf({ subject, url }: { subject?: string | undefined; url: string }): string {
  return subject ?? url;
}
