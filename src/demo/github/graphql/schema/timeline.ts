/** What happened to issues and pull requests, one dated event each. */
export const TIMELINE = `
type ClosedEvent implements Node & UniformResourceLocatable {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  closable: Closable!
  closer: Closer
  resourcePath: URI!
  stateReason: IssueStateReason
  url: URI!
}

type ReopenedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  closable: Closable!
  stateReason: IssueStateReason
}

type LabeledEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  label: Label!
  labelable: Labelable!
}

type UnlabeledEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  label: Label!
  labelable: Labelable!
}

type MilestonedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  milestoneTitle: String!
  subject: MilestoneItem!
}

type DemilestonedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  milestoneTitle: String!
  subject: MilestoneItem!
}

type TransferredEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  fromRepository: Repository
  issue: Issue!
}

type ReadyForReviewEvent implements Node & UniformResourceLocatable {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  pullRequest: PullRequest!
  resourcePath: URI!
  url: URI!
}

type ConvertToDraftEvent implements Node & UniformResourceLocatable {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  pullRequest: PullRequest!
  resourcePath: URI!
  url: URI!
}

type MergedEvent implements Node & UniformResourceLocatable {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  commit: Commit
  mergeRefName: String!
  pullRequest: PullRequest!
  resourcePath: URI!
  url: URI!
}

type AssignedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  assignable: Assignable!
  assignee: Assignee
}

type UnassignedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  assignable: Assignable!
  assignee: Assignee
}

type CrossReferencedEvent implements Node & UniformResourceLocatable {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  isCrossRepository: Boolean!
  referencedAt: DateTime!
  resourcePath: URI!
  source: ReferencedSubject!
  target: ReferencedSubject!
  url: URI!
  willCloseTarget: Boolean!
}

type ConnectedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  isCrossRepository: Boolean!
  source: ReferencedSubject!
  subject: ReferencedSubject!
}

type DisconnectedEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  isCrossRepository: Boolean!
  source: ReferencedSubject!
  subject: ReferencedSubject!
}

type RenamedTitleEvent implements Node {
  id: ID!
  actor: Actor
  createdAt: DateTime!
  currentTitle: String!
  previousTitle: String!
  subject: RenamedTitleSubject!
}

enum IssueTimelineItemsItemType {
  ISSUE_COMMENT CROSS_REFERENCED_EVENT ADDED_TO_PROJECT_EVENT ASSIGNED_EVENT CLOSED_EVENT
  COMMENT_DELETED_EVENT CONNECTED_EVENT CONVERTED_NOTE_TO_ISSUE_EVENT CONVERTED_TO_DISCUSSION_EVENT
  DEMILESTONED_EVENT DISCONNECTED_EVENT LABELED_EVENT LOCKED_EVENT MARKED_AS_DUPLICATE_EVENT
  MENTIONED_EVENT MILESTONED_EVENT MOVED_COLUMNS_IN_PROJECT_EVENT PINNED_EVENT REFERENCED_EVENT
  REMOVED_FROM_PROJECT_EVENT RENAMED_TITLE_EVENT REOPENED_EVENT SUBSCRIBED_EVENT TRANSFERRED_EVENT
  UNASSIGNED_EVENT UNLABELED_EVENT UNLOCKED_EVENT USER_BLOCKED_EVENT UNMARKED_AS_DUPLICATE_EVENT
  UNPINNED_EVENT UNSUBSCRIBED_EVENT
}

enum PullRequestTimelineItemsItemType {
  PULL_REQUEST_COMMIT PULL_REQUEST_COMMIT_COMMENT_THREAD PULL_REQUEST_REVIEW
  PULL_REQUEST_REVIEW_THREAD PULL_REQUEST_REVISION_MARKER AUTOMATIC_BASE_CHANGE_FAILED_EVENT
  AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT AUTO_MERGE_DISABLED_EVENT AUTO_MERGE_ENABLED_EVENT
  AUTO_REBASE_ENABLED_EVENT AUTO_SQUASH_ENABLED_EVENT BASE_REF_CHANGED_EVENT
  BASE_REF_FORCE_PUSHED_EVENT BASE_REF_DELETED_EVENT DEPLOYED_EVENT
  DEPLOYMENT_ENVIRONMENT_CHANGED_EVENT HEAD_REF_DELETED_EVENT HEAD_REF_FORCE_PUSHED_EVENT
  HEAD_REF_RESTORED_EVENT MERGED_EVENT REVIEW_DISMISSED_EVENT REVIEW_REQUESTED_EVENT
  REVIEW_REQUEST_REMOVED_EVENT READY_FOR_REVIEW_EVENT CONVERT_TO_DRAFT_EVENT
  ADDED_TO_MERGE_QUEUE_EVENT REMOVED_FROM_MERGE_QUEUE_EVENT ISSUE_COMMENT CROSS_REFERENCED_EVENT
  ADDED_TO_PROJECT_EVENT ASSIGNED_EVENT CLOSED_EVENT COMMENT_DELETED_EVENT CONNECTED_EVENT
  CONVERTED_NOTE_TO_ISSUE_EVENT CONVERTED_TO_DISCUSSION_EVENT DEMILESTONED_EVENT DISCONNECTED_EVENT
  LABELED_EVENT LOCKED_EVENT MARKED_AS_DUPLICATE_EVENT MENTIONED_EVENT MILESTONED_EVENT
  MOVED_COLUMNS_IN_PROJECT_EVENT PINNED_EVENT REFERENCED_EVENT REMOVED_FROM_PROJECT_EVENT
  RENAMED_TITLE_EVENT REOPENED_EVENT SUBSCRIBED_EVENT TRANSFERRED_EVENT UNASSIGNED_EVENT
  UNLABELED_EVENT UNLOCKED_EVENT USER_BLOCKED_EVENT UNMARKED_AS_DUPLICATE_EVENT UNPINNED_EVENT
  UNSUBSCRIBED_EVENT
}

union MilestoneItem = Issue | PullRequest

union Assignee = Bot | Mannequin | Organization | User

union RenamedTitleSubject = Issue | PullRequest

union ReferencedSubject = Issue | PullRequest

union Closer = Commit | ProjectV2 | PullRequest

union IssueTimelineItems =
  | AssignedEvent
  | ClosedEvent
  | ConnectedEvent
  | CrossReferencedEvent
  | DemilestonedEvent
  | DisconnectedEvent
  | IssueComment
  | LabeledEvent
  | MilestonedEvent
  | RenamedTitleEvent
  | ReopenedEvent
  | TransferredEvent
  | UnassignedEvent
  | UnlabeledEvent

union PullRequestTimelineItems =
  | AssignedEvent
  | ClosedEvent
  | ConnectedEvent
  | ConvertToDraftEvent
  | CrossReferencedEvent
  | DemilestonedEvent
  | DisconnectedEvent
  | IssueComment
  | LabeledEvent
  | MergedEvent
  | MilestonedEvent
  | PullRequestCommit
  | PullRequestReview
  | ReadyForReviewEvent
  | RenamedTitleEvent
  | ReopenedEvent
  | TransferredEvent
  | UnassignedEvent
  | UnlabeledEvent
`;
