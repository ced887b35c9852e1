import type { GraphQLResolveInfo } from 'graphql';
import type { Deployment } from '../../company/delivery-model.ts';
import type {
  Account,
  Comment,
  Commit,
  Company,
  Issue,
  Item,
  Label,
  Milestone,
  Pull,
  Release,
  Repository,
  Review,
  Tag,
  TimelineEvent,
} from '../../company/model.ts';
import type { Project, ProjectItem } from '../../company/projects.ts';
import type { Bucket } from '../limits.ts';
import type { Access } from '../permissions.ts';
import type { Addresses } from '../rest/addresses.ts';
import type { Compared } from '../rest/compare.ts';

/** What resolvers share within one request. */
export interface Context {
  readonly company: Company;
  readonly addresses: Addresses;
  readonly access: Access;
  readonly bucket: Bucket;
  readonly cost: { readonly points: number; readonly nodes: number };
}

export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

/** Every argument that a field of the schema takes; the schema says which ones each has. */
export interface Arguments {
  readonly after?: string | null;
  readonly before?: string | null;
  readonly first?: number | null;
  readonly last?: number | null;
  readonly orderBy?: Order | null;
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly filterBy?: IssueFilters | null;
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
  readonly skip?: number | null;
  readonly author?: string | null;
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
  readonly refPrefix?: string;
  readonly qualifiedName?: string;
  readonly tagName?: string;
  readonly query?: string | null;
  readonly number?: number;
  readonly environments?: readonly string[] | null;
  readonly headRef?: string;
  readonly until?: string | null;
  readonly enableDuplicate?: boolean | null;
  readonly includeClosedPrs?: boolean | null;
  readonly userLinkedOnly?: boolean | null;
  readonly owner?: string;
  readonly name?: string;
  readonly login?: string;
  readonly id?: string;
  readonly ids?: readonly string[];
}

export interface IssueFilters {
  readonly assignee?: string | null;
  readonly createdBy?: string | null;
  readonly labels?: readonly string[] | null;
  readonly milestoneNumber?: string | null;
  readonly since?: string | null;
  readonly states?: readonly string[] | null;
}

export type Fields<Source> = Readonly<
  Record<string, (source: Source, args: Arguments, context: Context, info: GraphQLResolveInfo) => unknown>
>;

/** Parts that do not know what they belong to are handed on together with it. */
export interface LabelNode {
  readonly __typename: 'Label';
  readonly label: Label;
  readonly repository: Repository;
}
export interface CommentNode {
  readonly __typename: 'IssueComment';
  readonly comment: Comment;
  readonly item: Item;
}
export interface CommitNode {
  readonly __typename: 'Commit';
  readonly commit: Commit;
  readonly repository: Repository;
}
export interface PullCommitNode {
  readonly __typename: 'PullRequestCommit';
  readonly commit: Commit;
  readonly pull: Pull;
}
export interface ComparisonNode {
  readonly __typename: 'Comparison';
  readonly repository: Repository;
  readonly line: Compared;
}
export interface NumberValueNode {
  readonly __typename: 'ProjectV2ItemFieldNumberValue';
  readonly entry: ProjectItem;
  readonly value: NonNullable<ProjectItem['value']>;
}
export interface TextValueNode {
  readonly __typename: 'ProjectV2ItemFieldTextValue';
  readonly entry: ProjectItem;
}
export interface ProjectFieldNode {
  readonly __typename: 'ProjectV2Field';
  readonly project: Project;
  readonly id: number;
  readonly name: string;
  readonly dataType: 'NUMBER' | 'TITLE';
}
export interface TagNode {
  readonly __typename: 'Tag';
  readonly tag: Tag;
  readonly annotation: NonNullable<Tag['annotation']>;
  readonly repository: Repository;
}
export interface RefNode {
  readonly __typename: 'Ref';
  readonly prefix: string;
  readonly name: string;
  readonly sha: string;
  readonly at: number;
  readonly repository: Repository;
}

export type Node =
  | LabelNode
  | CommentNode
  | CommitNode
  | PullCommitNode
  | RefNode
  | TagNode
  | ComparisonNode
  | NumberValueNode
  | TextValueNode
  | ProjectFieldNode
  | Account
  | Repository
  | Issue
  | Pull
  | Milestone
  | Release
  | Review
  | TimelineEvent
  | Deployment;

const EVENT_TYPES: Readonly<Record<TimelineEvent['kind'], string>> = {
  closed: 'ClosedEvent',
  reopened: 'ReopenedEvent',
  labeled: 'LabeledEvent',
  unlabeled: 'UnlabeledEvent',
  milestoned: 'MilestonedEvent',
  demilestoned: 'DemilestonedEvent',
  assigned: 'AssignedEvent',
  unassigned: 'UnassignedEvent',
  cross_referenced: 'CrossReferencedEvent',
  connected: 'ConnectedEvent',
  disconnected: 'DisconnectedEvent',
  type_added: 'IssueTypeAddedEvent',
  type_changed: 'IssueTypeChangedEvent',
  type_removed: 'IssueTypeRemovedEvent',
  renamed: 'RenamedTitleEvent',
  transferred: 'TransferredEvent',
  ready_for_review: 'ReadyForReviewEvent',
  convert_to_draft: 'ConvertToDraftEvent',
  merged: 'MergedEvent',
};

/** The schema's name for what a value is. */
export function typenameOf(node: Node): string {
  if ('__typename' in node) return node.__typename;
  if ('login' in node) return node.type;
  if ('items' in node) return 'Repository';
  if ('statuses' in node) return 'Deployment';
  if ('dueOn' in node) return 'Milestone';
  if ('prerelease' in node) return 'Release';
  if ('submittedAt' in node) return 'PullRequestReview';
  if ('item' in node) return EVENT_TYPES[node.kind];
  return node.kind === 'pull' ? 'PullRequest' : 'Issue';
}

export function labelNode(repository: Repository, label: Label): LabelNode {
  return { __typename: 'Label', label, repository };
}

export function commitNode(repository: Repository, commit: Commit | null): CommitNode | null {
  return commit === null ? null : { __typename: 'Commit', commit, repository };
}

export function tagNode(repository: Repository, tag: Tag): RefNode {
  return { __typename: 'Ref', prefix: 'refs/tags/', name: tag.name, sha: tag.commit, at: tag.at, repository };
}
