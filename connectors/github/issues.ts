import * as z from 'zod';
import type { Instant, Ticket } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { botTeller, loginOf } from './bots.ts';
import type { GitHubClient } from './client.ts';
import { guardSchema, lookForChange, OVERLAP_MS, pagesSince, readCursor } from './listing.ts';
import { members } from './repositories.ts';
import { type IssueRow, issueSchema } from './schemas.ts';
import type { GitHubSettings } from './settings.ts';

const cursorSchema = z.object({
  /** Everything updated before this is stored; what was updated at this very moment perhaps. */
  reached: z.number().nullable(),
  /** Only of a pull that ended complete. */
  guard: guardSchema.nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** Issues without pull requests, which the same list holds. */
export const issues: Stream<GitHubSettings> = {
  yields: ['ticket'],
  version: 1,
  memberField: 'repository',
  members,
  async *pull(context, member, cursor) {
    const { openClient } = await import('./client.ts');
    try {
      yield* pullIssues(context, openClient(context), member, readCursor(cursorSchema, cursor));
    } catch (error) {
      // A repository without an issue tracker has no issues, and that is complete.
      if (error instanceof ConnectorError && error.status === 410 && /switched off/.test(error.message))
        return;
      throw error;
    }
  },
};

async function* pullIssues(
  context: PullContext<GitHubSettings>,
  client: GitHubClient,
  member: string,
  known: Cursor | null,
): AsyncGenerator<Batch> {
  const list = `/repos/${member}/issues`;
  const change = await lookForChange(
    client,
    `${list}?state=all&sort=updated&direction=desc&per_page=1`,
    known?.guard ?? null,
  );
  if (change === 'unchanged') return;

  const toTicket = ticketMapper(member, context.settings);
  let reached = known?.reached ?? 0;
  const batch = (rows: readonly IssueRow[]): Batch => ({
    records: rows.filter((row) => !row.pull_request).map(toTicket),
    cursor: encode({ reached, guard: null }),
  });

  // Issues that nobody touched since the start count in the stock of open ones too; they come first, so that one
  // time, which only grows, is the whole position.
  if (reached < context.start) {
    const open = (since: string) =>
      `${list}?state=open&sort=updated&direction=asc&since=${since}&per_page=100`;
    const span = { from: before(reached), until: context.start };
    for await (const rows of pagesSince(client, open, span, issueSchema)) {
      reached = Math.max(reached, rows.at(-1)?.updated_at ?? 0);
      yield batch(rows);
    }
    reached = context.start;
  }

  const all = (since: string) => `${list}?state=all&sort=updated&direction=asc&since=${since}&per_page=100`;
  const span = { from: Math.max(context.start, before(reached)) };
  for await (const rows of pagesSince(client, all, span, issueSchema)) {
    reached = Math.max(reached, rows.at(-1)?.updated_at ?? 0);
    yield batch(rows);
  }

  // Where the list lagged behind the guard, the guard would hide from the next pull what this one did not see.
  const sawAll = change.newest === null || change.newest <= reached;
  yield { records: [], cursor: encode({ reached, guard: sawAll ? change.guard : null }) };
}

function before(reached: Instant): Instant {
  return Math.max(0, reached - OVERLAP_MS);
}

function ticketMapper(member: string, settings: GitHubSettings): (row: IssueRow) => Ticket {
  const isBot = botTeller(settings.bots);
  return (row) => ({
    recordType: 'ticket',
    id: row.id,
    key: `${member}#${row.number}`,
    title: row.title,
    url: row.html_url,
    repository: member,
    project: null,
    type: row.type,
    status: row.state,
    statusCategory: row.state === 'open' ? 'new' : 'done',
    resolution: row.state === 'closed' ? row.state_reason : null,
    subtask: false,
    labels: row.labels,
    milestone: row.milestone,
    versions: [],
    components: [],
    sprint: null,
    estimate: null,
    parent: parentKey(row.parent_issue_url),
    author: loginOf(row.user),
    authorIsBot: isBot(row.user),
    assignee: null,
    firstResponseAt: null,
    responsesRead: false,
    closedBy: [],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.state === 'closed' ? row.closed_at : null,
    history: null,
  });
}

/** `https://api.github.com/repos/acme/web/issues/12` as `acme/web#12`. */
function parentKey(url: string | null): string | null {
  const found = /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(url ?? '');
  return found ? `${found[1]}#${found[2]}` : null;
}

function encode(cursor: Cursor): string {
  return JSON.stringify(cursor);
}
