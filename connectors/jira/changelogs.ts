import pLimit from 'p-limit';
import * as z from 'zod';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { JiraClient } from './client.ts';
import {
  bulkChangelogSchema,
  changelogPageSchema,
  type HistoryEntry,
  type IssueRow,
  issueSchema,
} from './schemas.ts';
import type { Site } from './site.ts';

/** At most these many entries come with a search, where it does not say how many there are: 40 on Cloud, 100 elsewhere. */
const CAPS: ReadonlySet<number> = new Set([40, 100]);
const PAGE = 100;
const BULK_PAGE = 1000;
const AT_ONCE = 4;

const expanded = z.object({ changelog: issueSchema.shape.changelog });

/**
 * The whole changelog of each issue by the issue's id, oldest entry first: what came with the search, and what was
 * cut there by as few requests as there can be. An issue that was deleted meanwhile has none.
 */
export async function completeChangelogs(
  client: JiraClient,
  site: Site,
  issues: readonly IssueRow[],
): Promise<ReadonlyMap<string, readonly HistoryEntry[]>> {
  const complete = new Map<string, readonly HistoryEntry[]>();
  const cut: IssueRow[] = [];
  for (const issue of issues) {
    if (isCut(issue)) cut.push(issue);
    else complete.set(issue.id, oldestFirst(issue.changelog?.histories ?? []));
  }
  if (cut.length === 0) return complete;
  const rest =
    (site.dialect === 'cloud' ? await inBulk(client, cut) : null) ?? (await oneByOne(client, site, cut));
  for (const [id, entries] of rest) complete.set(id, oldestFirst(entries));
  return complete;
}

function isCut({ changelog }: IssueRow): boolean {
  if (changelog === null) return true;
  const { total, histories } = changelog;
  return typeof total === 'number' ? total > histories.length : CAPS.has(histories.length);
}

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post */
async function inBulk(
  client: JiraClient,
  issues: readonly IssueRow[],
): Promise<ReadonlyMap<string, HistoryEntry[]> | null> {
  const found = new Map(issues.map(({ id }) => [id, [] as HistoryEntry[]]));
  const tokens = new Set<string>();
  for (let token: string | null = null; ; ) {
    let answer: Awaited<ReturnType<JiraClient['post']>>;
    try {
      answer = await client.post('/rest/api/3', '/changelog/bulkfetch', {
        issueIdsOrKeys: issues.map(({ id }) => id),
        maxResults: BULK_PAGE,
        ...(token === null ? {} : { nextPageToken: token }),
      });
    } catch (error) {
      // Not offered, or one of the issues is gone: then one by one tells which.
      if (error instanceof ConnectorError && (error.status === 404 || error.status === 400)) return null;
      throw error;
    }
    const page = parseAnswer(bulkChangelogSchema, answer.data, answer.endpoint);
    for (const { issueId, changeHistories } of page.issueChangeLogs)
      found.get(issueId)?.push(...changeHistories);
    token = page.nextPageToken;
    if (token === null || token === '') return found;
    // A token that comes again would bring the same entries for ever.
    if (tokens.has(token)) return null;
    tokens.add(token);
  }
}

async function oneByOne(
  client: JiraClient,
  site: Site,
  issues: readonly IssueRow[],
): Promise<ReadonlyMap<string, readonly HistoryEntry[]>> {
  const limit = pLimit(AT_ONCE);
  const found = new Map<string, readonly HistoryEntry[]>();
  const tasks = issues.map(({ id }) =>
    limit(async () => {
      const entries = await pagesOf(client, site, id);
      if (entries !== null) found.set(id, entries);
    }),
  );
  for (const result of await Promise.allSettled(tasks)) if (result.status === 'rejected') throw result.reason;
  return found;
}

async function pagesOf(client: JiraClient, site: Site, id: string): Promise<readonly HistoryEntry[] | null> {
  const api = site.dialect === 'cloud' ? '/rest/api/3' : '/rest/api/2';
  const entries: HistoryEntry[] = [];
  for (;;) {
    let answer: Awaited<ReturnType<JiraClient['get']>>;
    try {
      const query = { startAt: entries.length, maxResults: PAGE };
      answer = await client.get(api, `/issue/${id}/changelog`, query);
    } catch (error) {
      if (error instanceof ConnectorError && error.status === 404) return wholeOf(client, id);
      throw error;
    }
    const page = parseAnswer(changelogPageSchema, answer.data, answer.endpoint);
    entries.push(...page.values);
    if (page.isLast === true || entries.length >= page.total || page.values.length === 0) return entries;
  }
}

/** Older Servers have no pages of changelogs, and give the whole with the issue itself. */
async function wholeOf(client: JiraClient, id: string): Promise<readonly HistoryEntry[] | null> {
  try {
    const { data, endpoint } = await client.get('/rest/api/2', `/issue/${id}`, {
      fields: 'created',
      expand: 'changelog',
    });
    const { changelog } = parseAnswer(expanded, data, endpoint);
    if (changelog !== null && (changelog.total ?? 0) <= changelog.histories.length)
      return changelog.histories;
    throw new ConnectorError({
      code: 'shape',
      message: 'Jira gives only a part of the changelog, and no way to the rest',
      endpoint,
      remedy: 'Update Jira; this version has no pages of changelogs',
    });
  } catch (error) {
    if (error instanceof ConnectorError && error.status === 404) return null;
    throw error;
  }
}

/** Cloud gives the newest first, the others the oldest. Ids grow, and part what happened in one millisecond. */
function oldestFirst(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const unique = new Map(entries.map((entry) => [entry.id, entry]));
  return [...unique.values()].sort((a, b) => a.created - b.created || Number(a.id) - Number(b.id));
}
