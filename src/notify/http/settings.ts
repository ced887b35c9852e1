import * as z from 'zod';

const HEADER = /^[A-Za-z0-9-]+$/;

/** The `http` channel's part of the YAML. */
export const httpSettings = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^https?:\/\/[^/{}\s]+(?:\/|$)/,
        'an address whose server is written out: https://api.acme.dev/…',
      )
      .meta({ secret: true })
      .describe('Where it is sent; a template behind the server’s name, each value of it percent-encoded.'),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    each: z
      .enum(['message', 'keyResult'])
      .default('message')
      .describe('One request for each message, or one for each of its key results that has a value.'),
    ids: z
      .record(z.string().min(1), z.union([z.string().min(1), z.number()]))
      .optional()
      .describe(
        'With `each: keyResult`: what the other side calls each key result, by `objective/key-result` or `key-result`. Those that are not listed are left out. Templates see it as `id`.',
      ),
    headers: z
      .record(z.string().regex(HEADER, 'must be the name of a header'), z.string().meta({ secret: true }))
      .optional()
      .describe('Further headers, each value a template.'),
    body: z.string().min(1).describe('What is sent, as a template.'),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(?:; *[\w-]+=[\w-]+)*$/)
      .default('application/json')
      .describe('Of the body. It says how values are escaped: JSON, XML, HTML and form fields know how.'),
    token: z.string().min(1).optional().describe('Sent as `Authorization: Bearer …`.'),
    user: z.string().min(1).optional().describe('With `password`, HTTP basic authentication.'),
    password: z.string().min(1).optional(),
  })
  .superRefine(({ token, user, password, each, ids }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((user === undefined) !== (password === undefined))
      fault(user === undefined ? 'password' : 'user', '`user` and `password` go together');
    if (token !== undefined && user !== undefined)
      fault('token', 'give `token`, or `user` and `password`, not both');
    if (ids !== undefined && each === 'message') fault('ids', 'goes with `each: keyResult`');
  });

export type HttpSettings = z.infer<typeof httpSettings>;
