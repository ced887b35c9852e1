import * as z from 'zod';

/** The `jenkins` source's part of the YAML. */
export const settingsSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#]/.test(url), 'an address without `?` and `#`')
      .describe('Address of Jenkins, with its prefix if there is one: `https://acme.example/jenkins`.'),
    user: z.string().trim().min(1).optional().describe('Whose API token it is.'),
    token: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe(
        'API token of the user, who may read the jobs. Without one only what everybody may see is read.',
      ),
    jobs: z
      .array(z.string().regex(/^[^/]+(\/[^/]+)*$/, 'write folder/job, without a slash at either end'))
      .min(1)
      .describe(
        'Jobs by their full name: `web`, `acme/web/main`. It may be a glob: `acme/*`, `acme/web/*` for the branches of a multibranch pipeline, `**` for all.',
      ),
    unstable: z
      .enum(['failed', 'succeeded'])
      .default('failed')
      .describe('What a build counts as that ran to its end and was marked unstable, as for failed tests.'),
    reports: z
      .boolean()
      .default(true)
      .describe('Whether test results and coverage that builds published are read.'),
  })
  .refine(({ user, token }) => (user === undefined) === (token === undefined), {
    path: ['token'],
    message: '`user` and `token` go together',
  });

export type JenkinsSettings = z.infer<typeof settingsSchema>;

/** Without the slash at its end. */
export function baseUrl({ url }: JenkinsSettings): string {
  return url.replace(/\/+$/, '');
}
