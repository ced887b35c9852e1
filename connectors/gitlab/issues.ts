import type { Change, Instant, Ticket } from '../../src/domain/records.ts';
import { botTeller, isSameAccount } from './accounts.ts';
import { pullChanges } from './changes.ts';
import { historyOf, labelChanges, milestoneChanges, stateChanges, weightChanges } from './history.ts';
import {
  closerSchema,
  type IssueRow,
  issueSchema,
  labelEventSchema,
  milestoneEventSchema,
  noteSchema,
  stateEventSchema,
  weightEventSchema,
} from './schemas.ts';
import { type Pull, projectStream } from './stream.ts';

/** Issues, incidents and tasks with their dated changes. */
export const issues = projectStream({
  name: 'issues',
  yields: ['ticket'],
  version: 1,
  pull: (pull) =>
    pullChanges<IssueRow>(pull, {
      path: `${pull.project}/issues?scope=all&`,
      row: issueSchema,
      recordType: 'ticket',
      open: 'state=opened',
      reconciles: true,
      record: (row) => toTicket(pull, row),
    }),
});

async function toTicket(pull: Pull, row: IssueRow): Promise<Ticket> {
  const { settings } = pull.context;
  const { member } = pull;
  const isBot = botTeller(settings);
  const isClosed = row.state === 'closed';
  const [history, firstResponseAt, closedBy] = await Promise.all([
    settings.histories ? readHistory(pull, row) : null,
    firstResponse(pull, row),
    isClosed ? closersOf(pull, row) : [],
  ]);
  const resolvedAt = history?.findLast(({ field }) => field === 'statusCategory')?.at ?? row.closed_at;
  return {
    recordType: 'ticket',
    id: row.id,
    key: `${member}#${row.iid}`,
    title: row.title,
    url: row.web_url,
    repository: member,
    project: null,
    type: row.issue_type,
    status: isClosed ? 'closed' : 'open',
    statusCategory: isClosed ? 'done' : 'new',
    resolution: isClosed && row.moved_to_id ? 'moved' : null,
    subtask: row.issue_type === 'task',
    labels: row.labels,
    milestone: row.milestone,
    versions: [],
    components: [],
    sprint: null,
    estimate: row.weight,
    parent: row.epic && epicKey(row.epic),
    author: row.author?.username ?? null,
    authorIsBot: isBot(row.author),
    assignee: row.assignee?.username ?? row.assignees?.[0]?.username ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    firstResponseAt,
    responsesRead: true,
    closedBy,
    resolvedAt: isClosed ? resolvedAt : null,
    history,
  };
}

async function readHistory({ client, project }: Pull, row: IssueRow): Promise<readonly Change[]> {
  const closed = row.state === 'closed' ? { at: row.closed_at ?? row.updated_at } : null;
  // What nobody touched since it was opened has no events.
  if (row.updated_at === row.created_at) return historyOf(stateChanges([], closed, row.updated_at));
  const path = `${project}/issues/${row.iid}`;
  const [states, labels, milestones, weights] = await Promise.all([
    client.all(`${path}/resource_state_events?per_page=100`, stateEventSchema),
    client.all(`${path}/resource_label_events?per_page=100`, labelEventSchema),
    client.all(`${path}/resource_milestone_events?per_page=100`, milestoneEventSchema),
    // A paid feature: without it there is no weight, and on some servers no such list.
    row.weight === null ? [] : client.all(`${path}/resource_weight_events?per_page=100`, weightEventSchema),
  ]);
  return historyOf(
    stateChanges(states, closed, row.updated_at),
    labelChanges(labels, row.labels),
    milestoneChanges(milestones, row.milestone),
    weightChanges(weights, row.weight),
  );
}

/** The first comment by somebody who is neither the author nor an automation. */
async function firstResponse(pull: Pull, row: IssueRow): Promise<Instant | null> {
  if (row.user_notes_count === 0) return null;
  const isBot = botTeller(pull.context.settings);
  const path = `${pull.project}/issues/${row.iid}/notes?sort=asc&order_by=created_at&activity_filter=only_comments&per_page=100`;
  for await (const notes of pull.client.pages(path, noteSchema)) {
    const found = notes.find(
      (note) => !note.system && !isBot(note.author) && !isSameAccount(note.author, row.author),
    );
    if (found) return found.created_at;
  }
  return null;
}

/** The merge requests whose merge closed it. */
async function closersOf({ client, project, member }: Pull, row: IssueRow): Promise<readonly string[]> {
  if (row.merge_requests_count === 0) return [];
  const found = await client.all(`${project}/issues/${row.iid}/closed_by?per_page=100`, closerSchema);
  const merged = found.filter(({ state }) => state === 'merged');
  return [...new Set(merged.map(({ iid, references }) => references?.full ?? `${member}!${iid}`))].sort();
}

/** `/groups/acme/-/epics/5` as `acme&5`, which is how GitLab refers to it. */
function epicKey({ iid, url }: { readonly iid: number; readonly url?: string | null | undefined }): string {
  const group = /\/groups\/(.+?)\/(?:-\/)?epics\//.exec(url ?? '')?.[1];
  return `${group ?? ''}&${iid}`;
}
