import * as z from 'zod';

/** The `teams` channel's part of the YAML. */
export const teamsSettings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => !/(^|\.)webhook\.office\.com$/.test(new URL(url).hostname), {
      error:
        'is of an Office 365 connector, which Microsoft has retired: make a workflow "Post to a channel when a webhook request is received" and give its address',
    })
    .meta({ secret: true })
    .describe('Address that the workflow gives. It is a secret.'),
});

export type TeamsSettings = z.infer<typeof teamsSettings>;
