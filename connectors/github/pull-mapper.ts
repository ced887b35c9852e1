import type { Instant, PullRequest, Review } from '../../src/domain/records.ts';
import { countsForImpact, isTestFile } from '../generated-files.ts';
import { type Account, botTeller, loginOf } from './bots.ts';
import { historyOf } from './history.ts';
import type { ChangedFile, CommentNode, PullNode, TimelineNode } from './nodes.ts';
import type { PullRow, ReviewRow } from './schemas.ts';
import type { GitHubSettings } from './settings.ts';

/** What REST brings of a pull request beside its row in the list. */
export interface PullDetail {
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly firstCommitAt: Instant | null;
  readonly reviews: readonly ReviewRow[];
}

/** What of a pull request may take further pages of GraphQL. */
export interface PullParts {
  readonly reviews: readonly ReviewRow[] | null;
  readonly comments: readonly CommentNode[];
  readonly timeline: readonly TimelineNode[];
  readonly files: readonly ChangedFile[] | null;
}

/** Makes records of one repository's pull requests, whichever API brought them. */
export interface PullMapper {
  fromNode(node: PullNode, parts: PullParts): PullRequest;
  fromRow(row: PullRow, detail: PullDetail): PullRequest;
}

const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

const REVIEW_STATES: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

export function pullMapper(member: string, settings: GitHubSettings): PullMapper {
  const isBot = botTeller(settings.bots, settings.people);
  const authorOf = (account: Account | null) => ({ author: loginOf(account), bot: isBot(account) });
  return {
    fromNode: (node, { reviews, comments, timeline, files }) => ({
      recordType: 'pull_request',
      id: node.fullDatabaseId,
      key: `${member}#${node.number}`,
      title: node.title,
      url: node.url,
      repository: member,
      number: node.number,
      state: STATES[node.state],
      draft: node.isDraft,
      labels: node.labels?.nodes.map((label) => label.name) ?? [],
      milestone: node.milestone?.title ?? null,
      baseBranch: node.baseRefName,
      ...authorOf(node.author),
      createdAt: node.createdAt,
      updatedAt: node.updatedAt,
      readyAt: readyAt(timeline),
      firstCommitAt: node.commits.nodes[0]?.commit.authoredDate ?? null,
      mergedAt: node.mergedAt,
      closedAt: node.closedAt,
      mergeCommit: node.state === 'MERGED' ? (node.mergeCommit?.oid ?? null) : null,
      additions: node.additions,
      deletions: node.deletions,
      changedFiles: node.changedFiles,
      lineImpact: files && lineImpact(files),
      testsTouched: files?.some((file) => isTestFile(file.path)) ?? null,
      reviews: reviews && inOrder([...submitted(reviews, isBot), ...spoken(comments, isBot)]),
      history: historyOf(timeline, {
        labels: node.labels?.nodes.map((label) => label.name) ?? [],
        milestone: node.milestone?.title ?? null,
        draft: node.isDraft,
        updatedAt: node.updatedAt,
      }),
    }),
    fromRow: (row, detail) => ({
      recordType: 'pull_request',
      id: row.id,
      key: `${member}#${row.number}`,
      title: row.title,
      url: row.html_url,
      repository: member,
      number: row.number,
      state: row.merged_at === null ? row.state : 'merged',
      draft: row.draft,
      labels: row.labels,
      milestone: row.milestone,
      baseBranch: row.base.ref,
      ...authorOf(row.user),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      readyAt: null,
      firstCommitAt: detail.firstCommitAt,
      mergedAt: row.merged_at,
      closedAt: row.closed_at,
      // Of an open pull request REST names the commit of a trial merge.
      mergeCommit: row.merged_at === null ? null : row.merge_commit_sha,
      additions: detail.additions,
      deletions: detail.deletions,
      changedFiles: detail.changedFiles,
      lineImpact: null,
      testsTouched: null,
      reviews: inOrder(submitted(detail.reviews, isBot)),
      history: null,
    }),
  };
}

function lineImpact(files: readonly ChangedFile[]): number {
  let lines = 0;
  for (const file of files) if (countsForImpact(file.path)) lines += file.additions + file.deletions;
  return lines;
}

/** When it last left draft; a later return to draft leaves it standing. */
function readyAt(timeline: readonly TimelineNode[]): Instant | null {
  let last: Instant | null = null;
  for (const { __typename, createdAt } of timeline) {
    if (__typename === 'ReadyForReviewEvent' && createdAt !== undefined)
      last = Math.max(last ?? 0, createdAt);
  }
  return last;
}

/** Reviews that were submitted: a pending one is seen by its author only. */
function submitted(
  rows: readonly ReviewRow[],
  isBot: (account: Account | null) => boolean,
): readonly Review[] {
  const reviews: Review[] = [];
  for (const row of rows) {
    const state = REVIEW_STATES[row.state.toUpperCase()];
    if (!state || row.submitted_at === null) continue;
    reviews.push({
      id: row.id,
      author: loginOf(row.user),
      authorIsBot: isBot(row.user),
      submittedAt: row.submitted_at,
      state,
      url: row.html_url,
    });
  }
  return reviews;
}

/** Comments in the conversation, whose ids are numbered apart from those of reviews. */
function spoken(
  comments: readonly CommentNode[],
  isBot: (account: Account | null) => boolean,
): readonly Review[] {
  return comments.map((comment) => ({
    id: `comment-${comment.fullDatabaseId}`,
    author: loginOf(comment.author),
    authorIsBot: isBot(comment.author),
    submittedAt: comment.createdAt,
    state: 'conversation',
    url: comment.url,
  }));
}

/** Oldest first. */
function inOrder(reviews: readonly Review[]): readonly Review[] {
  return reviews.toSorted((a, b) => a.submittedAt - b.submittedAt);
}
