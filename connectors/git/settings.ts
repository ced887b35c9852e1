import * as z from 'zod';

export const gitSettings = z
  .strictObject({
    path: z.string().min(1).describe('A local clone: a work tree or a bare repository.'),
    branch: z
      .string()
      .min(1)
      .optional()
      .describe('The branch to read. Default: what origin/HEAD points at, else HEAD.'),
    repository: z
      .string()
      .min(1)
      .optional()
      .describe('What to call it. Default: `owner/name` out of the origin URL, else the name of the folder.'),
    bots: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Names or e-mail addresses of automations, beside those that end in `[bot]` and the usual ones.',
      ),
  })
  .describe('A local git clone: commits with their line counts, and tags.');

export type GitSettings = z.infer<typeof gitSettings>;
