import * as z from 'zod';
import { ConnectorError } from '../../../connectors/errors.ts';
import { type Answer, type GitHubClient, openClient } from '../../../connectors/github/client.ts';
import { settingsSchema } from '../../../connectors/github/settings.ts';
import { parseAnswer } from '../../../connectors/http.ts';
import type { Message } from '../../report/message.ts';
import type { ChannelContext, Receipt } from '../contract.ts';
import { cutToFit } from '../layout.ts';
import { endMark, messageMark, splitAt, startMark } from './block.ts';
import { messageMarkdown } from './markdown.ts';
import type { GitHubChannelSettings } from './settings.ts';

type GitHubContext = ChannelContext<GitHubChannelSettings>;

/** The text of an issue or a comment: "body is too long (maximum is 65536 characters)". */
const LONGEST_BODY = 65_536;
/** Clocks differ, and a message waits in the outbox: comments are looked through from this long before it. */
const MARGIN_MS = 3_600_000;
const MOST_PAGES = 50;

const issueSchema = z.object({
  url: z.string(),
  comments_url: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
});
const commentSchema = z.object({
  url: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
  author_association: z.string().nullish(),
  user: z.object({ type: z.string().nullish() }).nullish(),
});
type Comment = z.infer<typeof commentSchema>;

export async function deliverToIssue(context: GitHubContext, message: Message): Promise<Receipt> {
  return telling(context, async (client) => {
    const issue = await readIssue(context, client);
    if (context.settings.as === 'body') return inBody(context, client, issue, message);
    return context.settings.as === 'comment'
      ? asOneComment(context, client, issue.comments_url, message)
      : asNewComment(client, issue.comments_url, message);
  });
}

/** The issue, and whether the token may write: a comment without a text is refused for that alone by who may. */
export async function checkIssue(context: GitHubContext): Promise<void> {
  await telling(context, async (client) => {
    const issue = await readIssue(context, client);
    if (context.settings.as === 'body') splitBody(context, issue.body ?? '');
    try {
      await client.send('POST', issue.comments_url, { body: '' });
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.status !== 422) throw error;
    }
  });
}

async function readIssue({ settings }: GitHubContext, client: GitHubClient) {
  const { data, endpoint } = await client.get(`/repos/${settings.repository}/issues/${settings.issue}`);
  return parseAnswer(issueSchema, data, endpoint);
}

async function asNewComment(client: GitHubClient, comments: string, message: Message): Promise<Receipt> {
  const mark = messageMark(message.id);
  const since = new Date(Date.parse(message.asOf) - MARGIN_MS).toISOString();
  const known = await findComment(client, `${comments}?per_page=100&since=${since}`, mark);
  if (known !== null) return { reference: known.html_url };
  const body = bodyOf(message, `${mark}\n`, '');
  return receiptOf(await client.send('POST', comments, { body }));
}

async function asOneComment(
  { settings }: GitHubContext,
  client: GitHubClient,
  comments: string,
  message: Message,
): Promise<Receipt> {
  const known = await findComment(client, `${comments}?per_page=100`, startMark(settings.block));
  const body = bodyOf(
    message,
    `${startMark(settings.block)}\n${messageMark(message.id)}\n`,
    `\n${endMark(settings.block)}`,
  );
  return receiptOf(
    known === null
      ? await client.send('POST', comments, { body })
      : await client.send('PATCH', known.url, { body }),
  );
}

async function inBody(
  context: GitHubContext,
  client: GitHubClient,
  issue: z.infer<typeof issueSchema>,
  message: Message,
): Promise<Receipt> {
  const { block } = context.settings;
  const { before, after } = splitBody(context, issue.body ?? '');
  const head = `${before}${startMark(block)}\n${messageMark(message.id)}\n`;
  const body = bodyOf(message, head, `\n${endMark(block)}${after}`);
  return receiptOf(await client.send('PATCH', issue.url, { body }));
}

function splitBody({ settings }: GitHubContext, body: string) {
  const split = splitAt(body, settings.block);
  if (split !== null) return split;
  throw new ConnectorError({
    code: 'input',
    message: `The text of the issue has one of the marks ${startMark(settings.block)} and ${endMark(settings.block)} without the other`,
    endpoint: `${settings.repository}#${settings.issue}`,
    remedy: 'Restore the missing mark, or take the other one out: then the block is added at the end',
  });
}

/** The message between two texts, cut to what fits with them. */
function bodyOf(message: Message, before: string, after: string): string {
  const room = LONGEST_BODY - before.length - after.length;
  try {
    const text = cutToFit(message, messageMarkdown, (markdown) => markdown.length <= room);
    return `${before}${text}${after}`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConnectorError({
      code: 'input',
      message: 'The text of the issue leaves no room for the block',
      endpoint: 'the issue',
      remedy: 'Shorten the text of the issue, or set `as: comment`',
    });
  }
}

/** The first that holds the mark and is by somebody of the repository or an app: a stranger's is not taken for ours. */
async function findComment(client: GitHubClient, path: string, mark: string): Promise<Comment | null> {
  let next: string | null = path;
  for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
    const answer: Answer = await client.get(next);
    const comments = parseAnswer(z.array(commentSchema), answer.data, answer.endpoint);
    const found = comments.find((comment) => comment.body?.includes(mark) && isOurs(comment));
    if (found) return found;
    next = answer.next;
  }
  return null;
}

function isOurs({ author_association: association, user }: Comment): boolean {
  return user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(association ?? '');
}

function receiptOf({ data, endpoint }: Answer): Receipt {
  return { reference: parseAnswer(z.object({ html_url: z.string() }), data, endpoint).html_url };
}

/** Errors of the client speak of sources; these speak of the channel. */
async function telling<T>(context: GitHubContext, work: (client: GitHubClient) => Promise<T>): Promise<T> {
  const { settings, signal, fetch, now, logger } = context;
  const { url, token, app, repository, issue } = settings;
  const pull = {
    settings: settingsSchema.parse({ url, token, app, repositories: [repository] }),
    start: 0,
    signal,
    fetch,
    now,
    logger,
    storedIds: async () => [],
    directory: '',
  };
  // The outbox tries again, and knows for how long.
  const client = openClient(pull, { retries: 0 });
  try {
    return await work(client);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.transient || error.code === 'aborted') throw error;
    const { code, endpoint, status } = error;
    const remedy = {
      auth: 'Give the channel a valid `token`, or check its `app`',
      forbidden:
        'Let the token write issues of the repository (`Issues: read and write`, or the scope `repo`), and see that the issue is not locked',
      not_found: 'Check `repository` and `issue`, and that the token may see them',
    }[code as string];
    const message =
      code === 'not_found'
        ? `${repository}#${issue} does not exist or the token cannot see it`
        : error.message;
    throw new ConnectorError({
      code,
      message,
      endpoint,
      remedy: remedy ?? error.remedy,
      ...(status === undefined ? {} : { status }),
    });
  }
}
