import { PAGE } from './arguments.ts';

/** Issues and their comments. */
export const ISSUES = `
type Issue implements Assignable & Closable & Comment & Labelable & Node & UniformResourceLocatable {
  assignees(${PAGE}): UserConnection!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  closed: Boolean!
  closedAt: DateTime
  closedByPullRequestsReferences(includeClosedPrs: Boolean = false, orderByState: Boolean = false, userLinkedOnly: Boolean = false, ${PAGE}): PullRequestConnection
  comments(orderBy: IssueCommentOrder, ${PAGE}): IssueCommentConnection!
  createdAt: DateTime!
  databaseId: Int
  fullDatabaseId: BigInt
  id: ID!
  labels(orderBy: LabelOrder = {field: CREATED_AT, direction: ASC}, ${PAGE}): LabelConnection
  locked: Boolean!
  milestone: Milestone
  number: Int!
  projectItems(includeArchived: Boolean = true, ${PAGE}): ProjectV2ItemConnection!
  publishedAt: DateTime
  repository: Repository!
  resourcePath: URI!
  state: IssueState!
  stateReason: IssueStateReason
  timelineItems(since: DateTime, skip: Int, itemTypes: [IssueTimelineItemsItemType!], ${PAGE}): IssueTimelineItemsConnection!
  title: String!
  updatedAt: DateTime!
  url: URI!
}

type IssueComment implements Comment & Node {
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  createdAt: DateTime!
  databaseId: Int
  fullDatabaseId: BigInt
  id: ID!
  issue: Issue!
  publishedAt: DateTime
  pullRequest: PullRequest
  repository: Repository!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

input IssueOrder {
  field: IssueOrderField!
  direction: OrderDirection!
}

enum IssueOrderField { CREATED_AT UPDATED_AT COMMENTS }

enum IssueState { OPEN CLOSED }

enum IssueStateReason { REOPENED NOT_PLANNED COMPLETED }

input IssueFilters {
  assignee: String
  createdBy: String
  labels: [String!]
  mentioned: String
  milestone: String
  milestoneNumber: String
  since: DateTime
  states: [IssueState!]
  viewerSubscribed: Boolean = false
}

input IssueCommentOrder {
  field: IssueCommentOrderField!
  direction: OrderDirection!
}

enum IssueCommentOrderField { UPDATED_AT }
`;
