import { PAGE } from './arguments.ts';

/** Pull requests, their commits, files and reviews. */
export const PULLS = `
type PullRequest implements Assignable & Closable & Comment & Labelable & Node & UniformResourceLocatable {
  additions: Int!
  assignees(${PAGE}): UserConnection!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  baseRefName: String!
  body: String!
  bodyText: String!
  changedFiles: Int!
  closed: Boolean!
  closedAt: DateTime
  closingIssuesReferences(userLinkedOnly: Boolean = false, ${PAGE}, orderBy: IssueOrder): IssueConnection
  comments(orderBy: IssueCommentOrder, ${PAGE}): IssueCommentConnection!
  commits(${PAGE}): PullRequestCommitConnection!
  createdAt: DateTime!
  databaseId: Int
  deletions: Int!
  files(${PAGE}): PullRequestChangedFileConnection
  fullDatabaseId: BigInt
  headRefName: String!
  headRefOid: GitObjectID!
  baseRefOid: GitObjectID!
  id: ID!
  isCrossRepository: Boolean!
  isDraft: Boolean!
  labels(orderBy: LabelOrder = {field: CREATED_AT, direction: ASC}, ${PAGE}): LabelConnection
  locked: Boolean!
  mergeCommit: Commit
  merged: Boolean!
  mergedAt: DateTime
  mergedBy: Actor
  milestone: Milestone
  number: Int!
  permalink: URI!
  projectItems(includeArchived: Boolean = true, ${PAGE}): ProjectV2ItemConnection!
  publishedAt: DateTime
  repository: Repository!
  resourcePath: URI!
  reviewDecision: PullRequestReviewDecision
  reviews(${PAGE}, states: [PullRequestReviewState!], author: String): PullRequestReviewConnection
  state: PullRequestState!
  timelineItems(since: DateTime, skip: Int, itemTypes: [PullRequestTimelineItemsItemType!], ${PAGE}): PullRequestTimelineItemsConnection!
  title: String!
  totalCommentsCount: Int
  updatedAt: DateTime!
  url: URI!
}

type PullRequestCommit implements Node & UniformResourceLocatable {
  commit: Commit!
  id: ID!
  pullRequest: PullRequest!
  resourcePath: URI!
  url: URI!
}

type PullRequestChangedFile {
  additions: Int!
  changeType: PatchStatus!
  deletions: Int!
  path: String!
}

type PullRequestReview implements Comment & Node {
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  commit: Commit
  createdAt: DateTime!
  databaseId: Int
  fullDatabaseId: BigInt
  id: ID!
  publishedAt: DateTime
  pullRequest: PullRequest!
  repository: Repository!
  resourcePath: URI!
  state: PullRequestReviewState!
  submittedAt: DateTime
  updatedAt: DateTime!
  url: URI!
}

enum PullRequestState { OPEN CLOSED MERGED }

enum PullRequestReviewState { PENDING COMMENTED APPROVED CHANGES_REQUESTED DISMISSED }

enum PullRequestReviewDecision { CHANGES_REQUESTED APPROVED REVIEW_REQUIRED }

enum PatchStatus { ADDED DELETED RENAMED COPIED MODIFIED CHANGED }
`;
