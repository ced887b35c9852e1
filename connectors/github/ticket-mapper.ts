import type { Change, Instant, Ticket } from '../../src/domain/records.ts';
import { type Account, botTeller, loginOf } from './bots.ts';
import { estimateChanges, historyOf } from './history.ts';
import type { CommentNode, IssueNode, TimelineNode } from './nodes.ts';
import type { IssueRow } from './schemas.ts';
import type { GitHubSettings } from './settings.ts';
import { pointsReader } from './story-points.ts';

/** What of an issue may take further pages. */
export interface IssueDetail {
  readonly timeline: readonly TimelineNode[];
  readonly firstResponseAt: Instant | null;
  /** What the repository is called now, which keys of its own issues and pull requests are not told by. */
  readonly nameWithOwner: string;
}

/** Makes records of one repository's issues, whichever API brought them. */
export interface TicketMapper {
  fromRow(row: IssueRow): Ticket;
  fromNode(node: IssueNode, more: IssueDetail): Ticket;
  /** Whether a comment is a response: by somebody who is neither the author nor an automation. */
  isResponse(comment: CommentNode, author: Account | null): boolean;
}

export function ticketMapper(member: string, settings: GitHubSettings): TicketMapper {
  const isBot = botTeller(settings.bots, settings.people);
  const pointsOf = pointsReader(settings.storyPoints);
  const common = {
    recordType: 'ticket',
    repository: member,
    project: null,
    subtask: false,
    versions: [],
    components: [],
    sprint: null,
  } as const;

  return {
    fromRow: (row) => ({
      ...common,
      id: row.id,
      key: `${member}#${row.number}`,
      title: row.title,
      url: row.html_url,
      type: row.type,
      status: row.state,
      statusCategory: row.state === 'open' ? 'new' : 'done',
      resolution: row.state === 'closed' ? row.state_reason : null,
      labels: row.labels,
      milestone: row.milestone,
      estimate: pointsOf?.(row.labels) ?? null,
      parent: parentKey(row.parent_issue_url),
      author: loginOf(row.user),
      authorIsBot: isBot(row.user),
      assignee: loginOf(row.assignee),
      firstResponseAt: null,
      responsesRead: false,
      closedBy: [],
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      resolvedAt: row.state === 'closed' ? row.closed_at : null,
      history: null,
    }),

    fromNode(node, { timeline, firstResponseAt, nameWithOwner }) {
      const keyOf = keyTeller(member, nameWithOwner);
      const labels = node.labels?.nodes.map((label) => label.name) ?? [];
      const milestone = node.milestone?.title ?? null;
      const isClosed = node.state === 'CLOSED';
      const dated = historyOf(timeline, {
        labels,
        milestone,
        type: node.issueType?.name ?? null,
        closed: isClosed ? { at: node.closedAt } : null,
        updatedAt: node.updatedAt,
      });
      const history = pointsOf ? [...dated, ...estimateChanges(dated, pointsOf)] : dated;
      return {
        ...common,
        id: node.fullDatabaseId,
        key: `${member}#${node.number}`,
        title: node.title,
        url: node.url,
        type: node.issueType?.name ?? null,
        status: isClosed ? 'closed' : 'open',
        statusCategory: isClosed ? 'done' : 'new',
        resolution: isClosed ? (node.stateReason?.toLowerCase() ?? null) : null,
        labels,
        milestone,
        estimate: pointsOf ? pointsOf(labels) : projectPoints(node),
        parent: node.parent ? keyOf(node.parent) : null,
        author: loginOf(node.author),
        authorIsBot: isBot(node.author),
        assignee: node.assignees.nodes[0]?.login ?? null,
        firstResponseAt,
        responsesRead: true,
        closedBy: isClosed ? closersOf(node, timeline, keyOf) : [],
        createdAt: node.createdAt,
        updatedAt: node.updatedAt,
        resolvedAt: isClosed ? lastResolution(dated) : null,
        history: history.sort((a, b) => a.at - b.at),
      };
    },

    isResponse(comment, author) {
      if (isBot(comment.author)) return false;
      // Of two deleted accounts nobody can tell whether they were one.
      return comment.author?.login.toLowerCase() !== author?.login.toLowerCase();
    },
  };
}

function lastResolution(history: readonly Change[]): Instant | null {
  return history.findLast((change) => change.field === 'statusCategory')?.at ?? null;
}

/** The pull requests whose merge closed it, and those linked to it that were merged. */
function closersOf(
  node: IssueNode,
  timeline: readonly TimelineNode[],
  keyOf: (item: Numbered) => string,
): readonly string[] {
  const keys = new Set<string>();
  for (const { closer } of timeline) {
    if (closer?.__typename !== 'PullRequest') continue;
    const { number, repository } = closer;
    if (number !== undefined && repository !== undefined) keys.add(keyOf({ number, repository }));
  }
  for (const pull of node.closedByPullRequestsReferences?.nodes ?? []) {
    if (pull?.state === 'MERGED') keys.add(keyOf(pull));
  }
  return [...keys].sort();
}

function projectPoints(node: IssueNode): number | null {
  for (const item of node.projectItems?.nodes ?? []) {
    const number = item?.fieldValueByName?.number;
    if (typeof number === 'number') return number;
  }
  return null;
}

interface Numbered {
  readonly number: number;
  readonly repository: { readonly nameWithOwner: string };
}

/** Keys as the records have them: under the name in the settings, though the repository may be renamed. */
function keyTeller(member: string, nameWithOwner: string): (item: Numbered) => string {
  return ({ number, repository }) => {
    const isOwn = repository.nameWithOwner.toLowerCase() === nameWithOwner.toLowerCase();
    return `${isOwn ? member : repository.nameWithOwner}#${number}`;
  };
}

/** `https://api.github.com/repos/acme/web/issues/12` as `acme/web#12`. */
function parentKey(url: string | null): string | null {
  const found = /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(url ?? '');
  return found ? `${found[1]}#${found[2]}` : null;
}
