import * as z from 'zod';

export const webhookSettings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ secret: true })
    .describe('Where each message is posted.'),
  secret: z
    .string()
    .min(16, { error: 'must have at least 16 characters: whoever guesses it can forge messages' })
    .optional()
    .describe('Signs each message (HMAC-SHA256), so that the receiver knows who sent it.'),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]+$/, { error: 'must be the name of a header' }),
      z.string().meta({ secret: true }),
    )
    .optional()
    .describe('Further headers, such as one that the receiver asks for.'),
});

export type WebhookSettings = z.infer<typeof webhookSettings>;
