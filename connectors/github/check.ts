import pLimit from 'p-limit';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import type { GitHubClient } from './client.ts';
import { REACH_QUERY } from './queries.ts';
import { members } from './repositories.ts';
import type { GitHubSettings } from './settings.ts';

const AT_ONCE = 6;

/**
 * Verifies the token, and that each repository and each list that the streams read can be read with it. Without a
 * token only the repositories themselves are looked at, to spare the few requests there are.
 */
export async function check(context: PullContext<GitHubSettings>): Promise<void> {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const withToken = context.settings.token !== undefined;
  if (withToken) await checkToken(client);
  const limit = pLimit(AT_ONCE);
  const tasks: Promise<unknown>[] = [];
  for await (const { id } of members(context)) {
    const lists = withToken ? ['', '/issues?per_page=1', '/pulls?per_page=1', '/releases?per_page=1'] : [''];
    tasks.push(limit(() => checkLists(client, id, lists)));
  }
  const results = await Promise.allSettled(tasks);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  if (withToken) await client.graphql(REACH_QUERY, {});
}

/** Asking for the quota costs none of it. */
async function checkToken(client: GitHubClient): Promise<void> {
  try {
    await client.get('/rate_limit');
  } catch (error) {
    // An Enterprise Server without rate limits has no such page; a wrong token would be a 401 all the same.
    if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
  }
}

async function checkLists(client: GitHubClient, repository: string, lists: readonly string[]): Promise<void> {
  for (const list of lists) {
    try {
      await client.get(`/repos/${repository}${list}`);
    } catch (error) {
      // Issues may be switched off; there are none to read then.
      if (!(error instanceof ConnectorError) || error.status !== 410) throw error;
    }
  }
}
