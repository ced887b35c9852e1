import * as z from 'zod';

/** https://docs.codecov.com/reference/overview */
const SERVICES = [
  'github',
  'gitlab',
  'bitbucket',
  'github_enterprise',
  'gitlab_enterprise',
  'bitbucket_server',
] as const;

const repository = z.strictObject({
  repository: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'an owner and a name, as in acme/web')
    .describe('Owner and name, as in `acme/web`.'),
  branch: z.string().min(1).optional().describe('The branch. Default: the default branch.'),
  flags: z.array(z.string().min(1)).default([]).describe('Flags to read besides the total.'),
  components: z
    .array(z.string().min(1))
    .default([])
    .describe('Ids of components that are read beside the total.'),
});

export const codecovSettings = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://api.codecov.io')
      .describe('Address of the API; of a self-hosted Codecov its own address.'),
    service: z.enum(SERVICES).default('github').describe('Where the repositories are hosted.'),
    token: z.string().min(1).optional().describe('An API token; public repositories need none.'),
    repositories: z.array(repository).min(1).describe('What is read.'),
  })
  .superRefine(({ repositories }, refinement) => {
    const names = repositories.map((one) => one.repository);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = `\`${name}\` is listed twice`;
      refinement.addIssue({ code: 'custom', path: ['repositories', index, 'repository'], message });
    }
  })
  .describe('Coverage as Codecov keeps it.');

export type CodecovSettings = z.infer<typeof codecovSettings>;
export type CodecovRepository = CodecovSettings['repositories'][number];
