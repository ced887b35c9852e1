import pLimit from 'p-limit';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import { type botTeller, identityOf } from './people.ts';
import { type CommentRow, commentPageSchema, type IssueRow } from './schemas.ts';
import type { Site } from './site.ts';
import type { Responses } from './tickets.ts';

type IsBot = ReturnType<typeof botTeller>;

const PAGE = 100;
const AT_ONCE = 4;
const UNREAD: Responses = { firstResponseAt: null, responsesRead: false };

/**
 * The first comment on each issue by someone who is neither its author nor a bot, by the issue's id. Comments come
 * with the issue; only where they are cut before the first answer are more of them asked for.
 */
export async function responsesTo(
  client: JiraClient,
  site: Site,
  issues: readonly IssueRow[],
  isBot: IsBot,
): Promise<ReadonlyMap<string, Responses>> {
  const limit = pLimit(AT_ONCE);
  const found = new Map<string, Responses>();
  const tasks = issues.map((issue) =>
    limit(async () => void found.set(issue.id, await responseTo(client, site, issue, isBot))),
  );
  for (const result of await Promise.allSettled(tasks)) if (result.status === 'rejected') throw result.reason;
  return found;
}

async function responseTo(client: JiraClient, site: Site, issue: IssueRow, isBot: IsBot): Promise<Responses> {
  const { comment, reporter, creator } = issue.fields;
  if (comment === null) return UNREAD;
  const author = identityOf(reporter ?? creator);
  const first = (comments: readonly CommentRow[]) =>
    comments
      .filter((one) => identityOf(one.author) !== author && !isBot(one.author))
      .reduce<number | null>((earliest, { created }) => Math.min(earliest ?? created, created), null);

  const { comments, total } = comment;
  const inOrder = (comments[0]?.created ?? 0) <= (comments.at(-1)?.created ?? 0);
  const early = comments.length >= total || inOrder ? first(comments) : null;
  if (early !== null || comments.length >= total) return { firstResponseAt: early, responsesRead: true };

  const api = site.dialect === 'cloud' ? '/rest/api/3' : '/rest/api/2';
  for (let startAt = inOrder ? comments.length : 0; ; ) {
    const query = { startAt, maxResults: PAGE, orderBy: 'created' };
    const { data, endpoint } = await client.get(api, `/issue/${issue.id}/comment`, query);
    const page = parseAnswer(commentPageSchema, data, endpoint);
    const found = first(page.comments);
    startAt += page.comments.length;
    if (found !== null || page.comments.length === 0 || startAt >= page.total) {
      return { firstResponseAt: found, responsesRead: true };
    }
  }
}
