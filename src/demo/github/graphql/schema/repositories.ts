import { PAGE } from './arguments.ts';

/** A repository and what it holds beside issues and pull requests. */
export const REPOSITORIES = `
type Repository implements Node & UniformResourceLocatable {
  createdAt: DateTime!
  databaseId: Int
  defaultBranchRef: Ref
  deployments(environments: [String!], orderBy: DeploymentOrder = {field: CREATED_AT, direction: ASC}, ${PAGE}): DeploymentConnection!
  description: String
  diskUsage: Int
  forkCount: Int!
  hasIssuesEnabled: Boolean!
  homepageUrl: URI
  id: ID!
  isArchived: Boolean!
  isDisabled: Boolean!
  isEmpty: Boolean!
  isFork: Boolean!
  isPrivate: Boolean!
  issue(number: Int!): Issue
  issueOrPullRequest(number: Int!): IssueOrPullRequest
  issues(orderBy: IssueOrder, labels: [String!], states: [IssueState!], filterBy: IssueFilters, ${PAGE}): IssueConnection!
  label(name: String!): Label
  labels(orderBy: LabelOrder = {field: CREATED_AT, direction: ASC}, ${PAGE}, query: String): LabelConnection
  latestRelease: Release
  milestone(number: Int!): Milestone
  milestones(${PAGE}, states: [MilestoneState!], orderBy: MilestoneOrder, query: String): MilestoneConnection
  name: String!
  nameWithOwner: String!
  owner: RepositoryOwner!
  pullRequest(number: Int!): PullRequest
  pullRequests(states: [PullRequestState!], labels: [String!], headRefName: String, baseRefName: String, orderBy: IssueOrder, ${PAGE}): PullRequestConnection!
  pushedAt: DateTime
  ref(qualifiedName: String!): Ref
  refs(query: String, ${PAGE}, refPrefix: String!, direction: OrderDirection, orderBy: RefOrder): RefConnection
  release(tagName: String!): Release
  releases(${PAGE}, orderBy: ReleaseOrder): ReleaseConnection!
  resourcePath: URI!
  stargazerCount: Int!
  updatedAt: DateTime!
  url: URI!
  visibility: RepositoryVisibility!
}

type Ref implements Node {
  compare(headRef: String!): Comparison
  id: ID!
  name: String!
  prefix: String!
  repository: Repository!
  target: GitObject
}

type Commit implements GitObject & Node & UniformResourceLocatable {
  abbreviatedOid: String!
  additions: Int!
  author: GitActor
  authoredByCommitter: Boolean!
  associatedPullRequests(${PAGE}, orderBy: PullRequestOrder = {field: CREATED_AT, direction: ASC}): PullRequestConnection
  authoredDate: DateTime!
  changedFilesIfAvailable: Int
  commitResourcePath: URI!
  commitUrl: URI!
  committedDate: DateTime!
  committer: GitActor
  deletions: Int!
  deployments(environments: [String!], orderBy: DeploymentOrder = {field: CREATED_AT, direction: ASC}, ${PAGE}): DeploymentConnection
  history(${PAGE}, path: String, author: CommitAuthor, since: GitTimestamp, until: GitTimestamp): CommitHistoryConnection!
  id: ID!
  message: String!
  messageHeadline: String!
  oid: GitObjectID!
  parents(${PAGE}): CommitConnection!
  repository: Repository!
  resourcePath: URI!
  url: URI!
}

type GitActor {
  avatarUrl(size: Int): URI!
  date: GitTimestamp
  email: String
  name: String
  user: User
}

type Label implements Node {
  color: String!
  createdAt: DateTime
  description: String
  id: ID!
  isDefault: Boolean!
  name: String!
  resourcePath: URI!
  repository: Repository!
  updatedAt: DateTime
  url: URI!
}

type Milestone implements Closable & Node & UniformResourceLocatable {
  closed: Boolean!
  closedAt: DateTime
  createdAt: DateTime!
  creator: Actor
  description: String
  dueOn: DateTime
  id: ID!
  issues(orderBy: IssueOrder, labels: [String!], states: [IssueState!], filterBy: IssueFilters, ${PAGE}): IssueConnection!
  number: Int!
  progressPercentage: Float!
  pullRequests(states: [PullRequestState!], labels: [String!], headRefName: String, baseRefName: String, orderBy: IssueOrder, ${PAGE}): PullRequestConnection!
  repository: Repository!
  resourcePath: URI!
  state: MilestoneState!
  title: String!
  updatedAt: DateTime!
  url: URI!
}

type Release implements Node & UniformResourceLocatable {
  author: User
  createdAt: DateTime!
  databaseId: Int
  description: String
  id: ID!
  isDraft: Boolean!
  isLatest: Boolean!
  isPrerelease: Boolean!
  name: String
  publishedAt: DateTime
  repository: Repository!
  resourcePath: URI!
  tagCommit: Commit
  tagName: String!
  updatedAt: DateTime!
  url: URI!
}

union IssueOrPullRequest = Issue | PullRequest

enum RepositoryPrivacy { PUBLIC PRIVATE }

enum RepositoryVisibility { PRIVATE PUBLIC INTERNAL }

input RepositoryOrder {
  field: RepositoryOrderField!
  direction: OrderDirection!
}

enum RepositoryOrderField { CREATED_AT UPDATED_AT PUSHED_AT NAME STARGAZERS }

enum RepositoryAffiliation { OWNER COLLABORATOR ORGANIZATION_MEMBER }

input LabelOrder {
  field: LabelOrderField!
  direction: OrderDirection!
}

enum LabelOrderField { NAME CREATED_AT }

enum MilestoneState { OPEN CLOSED }

input MilestoneOrder {
  field: MilestoneOrderField!
  direction: OrderDirection!
}

enum MilestoneOrderField { DUE_DATE CREATED_AT UPDATED_AT NUMBER }

input RefOrder {
  field: RefOrderField!
  direction: OrderDirection!
}

enum RefOrderField { TAG_COMMIT_DATE ALPHABETICAL }

input ReleaseOrder {
  field: ReleaseOrderField!
  direction: OrderDirection!
}

enum ReleaseOrderField { CREATED_AT NAME }
`;
