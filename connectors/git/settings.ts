import * as z from 'zod';
import { addressFault } from './address.ts';

const text = z.string().min(1);

export const gitSettings = z
  .strictObject({
    path: text
      .optional()
      .describe('A local clone: a work tree, a linked one, or a bare repository. It is only read.'),
    url: text
      .check((context) => {
        const fault = addressFault(context.value);
        if (fault) context.issues.push({ code: 'custom', message: fault, input: '' });
      })
      .optional()
      .describe(
        'In place of `path`: where to fetch from, by https, ssh, git or file. A bare mirror of it is kept.',
      ),
    mirror: text
      .meta({ path: true })
      .optional()
      .describe(
        'The folder of that mirror. Default: a folder of its own in `.krsync/mirrors`, beside the file that names the source.',
      ),
    token: text.optional().describe('Password or token for an https `url`.'),
    user: text
      .optional()
      .describe(
        'The user that goes with the token. Default: `x-access-token`; of bitbucket.org `x-token-auth`.',
      ),
    branch: text
      .optional()
      .describe(
        "The branch to read. Default: the remote's own default branch; of a clone what origin/HEAD points at, else HEAD.",
      ),
    repository: text
      .optional()
      .describe('What to call it. Default: `owner/name` out of the address, else the name of the folder.'),
    bots: z
      .array(text)
      .optional()
      .describe(
        'Names or e-mail addresses of automations, beside those that end in `[bot]` and the usual ones.',
      ),
  })
  .check((context) => {
    const { path, url, mirror, token, user } = context.value;
    function fault(key: string, message: string): void {
      context.issues.push({ code: 'custom', path: [key], message, input: '' });
    }
    if (path === undefined && url === undefined) {
      context.issues.push({ code: 'custom', message: 'give `path` or `url`', input: '' });
    }
    if (path !== undefined && url !== undefined) fault('url', 'give `path` or `url`, not both');
    if (url === undefined && mirror !== undefined) fault('mirror', 'only what has a `url` is mirrored');
    if (token !== undefined && !/^https?:/i.test(url ?? '')) {
      fault('token', 'a token only goes with an https `url`');
    }
    if (user !== undefined && token === undefined) fault('user', 'a user goes with a `token`');
  })
  .describe('A git repository: commits with their line counts, and tags.');

export type GitSettings = z.infer<typeof gitSettings>;
