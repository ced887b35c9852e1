import * as z from 'zod';

const ADDRESS = /^(?:[^\r\n<>]*<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/;
const address = z
  .string()
  .trim()
  .regex(ADDRESS, 'an address such as `ana@acme.dev` or `OKRs <okrs@acme.dev>`');

/** The `email` channel's part of the YAML. */
export const emailSettings = z
  .strictObject({
    host: z.string().trim().min(1).describe('Name of the SMTP server.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Default 587; 465 with `security: tls`, 25 with `security: none`.'),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe(
        '`starttls` demands encryption after the greeting, `tls` from the first byte; `none` is for a relay on the same machine.',
      ),
    user: z.string().min(1).optional().describe('With `password`, where the server asks for it.'),
    password: z.string().min(1).optional(),
    from: address.describe('Sender, as in `OKRs <okrs@acme.dev>`.'),
    to: z
      .union([address, z.array(address).min(1).max(50)])
      .describe('Who gets it: an address or a list of them. They see each other.'),
    charts: z.boolean().default(true).describe('Whether the message shows charts.'),
  })
  .superRefine(({ user, password }, context) => {
    if ((user === undefined) === (password === undefined)) return;
    const path = [user === undefined ? 'password' : 'user'];
    context.addIssue({ code: 'custom', path, message: '`user` and `password` go together' });
  });

export type EmailSettings = z.infer<typeof emailSettings>;

export function portOf({ port, security }: EmailSettings): number {
  return port ?? { starttls: 587, tls: 465, none: 25 }[security];
}
