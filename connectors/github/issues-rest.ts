import type { GitHubClient } from './client.ts';
import type { IssueReader } from './issues.ts';
import { linkedPages, pagesSince, queryTime } from './listing.ts';
import { issueSchema } from './schemas.ts';
import type { TicketMapper } from './ticket-mapper.ts';

/** Reads issues from the list that pull requests stand in too. Timelines and comments would cost a request each. */
export function restIssues(client: GitHubClient, member: string, map: TicketMapper): IssueReader {
  const list = `/repos/${member}/issues`;
  return {
    async *pages({ phase, from, until }) {
      const state = phase === 'open' ? 'open' : 'all';
      const path = (since: string) =>
        `${list}?state=${state}&sort=updated&direction=asc&since=${since}&per_page=100`;
      for await (const rows of pagesSince(client, path, { from, until }, issueSchema)) {
        const records = rows.filter((row) => !row.pull_request).map((row) => map.fromRow(row));
        yield { records, newest: rows.at(-1)?.updated_at ?? null };
      }
    },
    async *ids({ open, since }) {
      const from = since === null ? '' : `&since=${queryTime(since)}`;
      const path = `${list}?state=${open ? 'open' : 'all'}&sort=created&direction=asc${from}&per_page=100`;
      for await (const rows of linkedPages(client, path, issueSchema)) {
        yield rows
          .filter((row) => !row.pull_request)
          .map((row) => ({ id: row.id, updatedAt: row.updated_at }));
      }
    },
  };
}
