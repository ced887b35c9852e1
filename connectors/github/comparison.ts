import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { GitHubClient } from './client.ts';
import { comparisonSchema } from './schemas.ts';

/** Beyond this a range is no deployment any more, but a new beginning. */
const MOST_COMMITS = 2_000;

/** Reads which commits one commit has and another lacks, each pair once. */
export function comparer(client: GitHubClient, member: string) {
  const known = new Map<string, Promise<readonly string[] | null>>();

  async function read(base: string, head: string): Promise<readonly string[] | null> {
    const commits: string[] = [];
    try {
      let next: string | null = `/repos/${member}/compare/${base}...${head}?per_page=100`;
      while (next !== null) {
        const answer = await client.get(next);
        const page = parseAnswer(comparisonSchema, answer.data, answer.endpoint);
        if (page.total_commits > MOST_COMMITS) return null;
        commits.push(...page.commits.map((commit) => commit.sha));
        next = answer.next;
        // A list that breaks off would pass for the whole.
        if (next === null && commits.length !== page.total_commits) return null;
      }
      return commits;
    } catch (error) {
      // A force-push may have taken one of them away, or left them without a common root.
      if (error instanceof ConnectorError && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** Hashes of the commits after `base` up to `head`; null when GitHub cannot tell. */
  return (base: string, head: string): Promise<readonly string[] | null> => {
    if (base === head) return Promise.resolve([]);
    const key = `${base} ${head}`;
    const found = known.get(key) ?? read(base, head);
    known.set(key, found);
    return found;
  };
}
