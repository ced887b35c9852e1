import { fullName, type Issue, type IssueType, type Item, type Pull } from '../../company/model.ts';
import { bodyText } from '../bodies.ts';
import { nodeId, nodeIdIn } from '../node-ids.ts';
import { itemWeb, timestamp, timestampOrNull } from '../rest/addresses.ts';
import { association, itemNodeId } from '../rest/issues.ts';
import { connect, inOrder } from './connection.ts';
import { timelineOf } from './timeline.ts';
import { type Arguments, type CommentNode, type Fields, labelNode } from './types.ts';

function resourcePath(item: Item): string {
  return `/${fullName(item.repository)}/${item.kind === 'pull' ? 'pull' : 'issues'}/${item.number}`;
}

/** What issues and pull requests have in common. */
export const ITEM_FIELDS = {
  id: itemNodeId,
  databaseId: (item) => (item.kind === 'pull' ? item.pullId : item.id),
  fullDatabaseId: (item) => String(item.kind === 'pull' ? item.pullId : item.id),
  number: (item) => item.number,
  title: (item) => item.title,
  body: bodyText,
  bodyText: (item) => bodyText(item).replaceAll(/[#*`[\]]/g, ''),
  author: (item) => item.author,
  authorAssociation: (item) => association(item.repository, item.author),
  createdAt: (item) => timestamp(item.createdAt),
  publishedAt: (item) => timestamp(item.createdAt),
  updatedAt: (item) => timestamp(item.updatedAt),
  closed: (item) => item.state === 'closed',
  closedAt: (item) => timestampOrNull(item.closedAt),
  locked: () => false,
  milestone: (item) => item.milestone,
  assignees: (item, args, _, info) => connect(inOrder(item.assignees), args, info),
  labels: (item, args, _, info) =>
    connect(inOrder(item.labels), args, info, (label) => labelNode(item.repository, label)),
  comments: (item, args, _, info) =>
    connect(inOrder(item.comments), args, info, (comment) => ({ __typename: 'IssueComment', comment, item })),
  projectItems: (item, args, _, info) => connect(inOrder(item.projectItems), args, info),
  timelineItems: (item, args, _, info) => timelineOf(item, args, info),
  repository: (item) => item.repository,
  resourcePath,
  url: (item, _, { addresses }) => itemWeb(addresses, item),
} satisfies Fields<Item>;

/** Those that are open or were merged; a closed one closes nothing. */
function pullsThatClose(one: Issue, args: Arguments): readonly Pull[] {
  const byHand = new Set(
    one.events.filter((event) => event.kind === 'connected').map((event) => event.source),
  );
  return one.linkedPulls.filter(
    (pull) =>
      (args.includeClosedPrs || pull.state === 'open' || pull.mergedAt !== null) &&
      (!args.userLinkedOnly || byHand.has(pull)),
  );
}

const issue: Fields<Issue> = {
  ...ITEM_FIELDS,
  closedByPullRequestsReferences: (one, args, _, info) =>
    connect(inOrder(pullsThatClose(one, args)), args, info),
  state: (one) => one.state.toUpperCase(),
  // Without `enableDuplicate` GitHub tells of duplicates as not planned.
  stateReason: (one, { enableDuplicate }) =>
    one.stateReason === 'duplicate' && !enableDuplicate
      ? 'NOT_PLANNED'
      : (one.stateReason?.toUpperCase() ?? null),
  issueType: (one) => one.type,
  parent: (one) => one.parent,
  subIssues: (one, args, _, info) => connect(inOrder(one.subIssues), args, info),
  subIssuesSummary: (one) => one,
};

function commentPath({ comment, item }: CommentNode): string {
  return `${resourcePath(item)}#issuecomment-${comment.id}`;
}

const comment: Fields<CommentNode> = {
  id: (one) => nodeIdIn('IC', one.item.repository, one.comment.id),
  databaseId: (one) => one.comment.id,
  fullDatabaseId: (one) => String(one.comment.id),
  author: (one) => one.comment.author,
  authorAssociation: (one) => association(one.item.repository, one.comment.author),
  body: (one) => one.comment.body,
  bodyText: (one) => one.comment.body,
  createdAt: (one) => timestamp(one.comment.createdAt),
  publishedAt: (one) => timestamp(one.comment.createdAt),
  updatedAt: (one) => timestamp(one.comment.createdAt),
  issue: (one) => one.item,
  pullRequest: (one) => (one.item.kind === 'pull' ? one.item : null),
  repository: (one) => one.item.repository,
  resourcePath: commentPath,
  url: (one, _, { addresses }) => `${addresses.web}${commentPath(one)}`,
};

const issueType: Fields<IssueType> = {
  id: (one) => nodeId('IT', one.id),
  name: (one) => one.name,
  description: (one) => one.description,
  color: (one) => one.color.toUpperCase(),
  isEnabled: () => true,
  isPrivate: () => false,
};

const summary: Fields<Issue> = {
  total: (one) => one.subIssues.length,
  completed: (one) => one.subIssues.filter((part) => part.state === 'closed').length,
  percentCompleted(one) {
    const completed = one.subIssues.filter((part) => part.state === 'closed').length;
    return one.subIssues.length === 0 ? 0 : Math.floor((100 * completed) / one.subIssues.length);
  },
};

export const ISSUE_FIELDS = { Issue: issue, IssueComment: comment };

/** Of types that only a server of today has. */
export const NEWER_ISSUE_FIELDS = { IssueType: issueType, SubIssuesSummary: summary };
