import * as z from 'zod';

const report = z.strictObject({
  path: z.string().min(1).describe('A report file in JSON, or a glob.'),
  subject: z
    .string()
    .min(1)
    .optional()
    .describe('What was measured. Default: the URL that the run was asked for.'),
});

export const lighthouseSettings = z
  .strictObject({ reports: z.array(report).min(1) })
  .describe(
    'Lighthouse report files (`--output json`, or the lhr-*.json of Lighthouse CI), versions 5 to 13.',
  );

export type LighthouseSettings = z.infer<typeof lighthouseSettings>;
export type LighthouseReport = LighthouseSettings['reports'][number];
