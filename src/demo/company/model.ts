/**
 * A small company as its code host knows it: mutable, in memory, and free of any protocol.
 * Times are whole seconds in milliseconds since the epoch, as GitHub keeps no finer ones.
 */
export interface Company {
  readonly seed: number;
  /** The moment the history was generated up to. */
  readonly now: number;
  /** How many weeks of history it was given. */
  readonly weeks: number;
  readonly organization: Account;
  /** People and machine users; a plain-named reviewer is one of them. */
  readonly people: Account[];
  readonly bots: Account[];
  readonly issueTypes: readonly IssueType[];
  readonly repositories: Repository[];
  /** Former `owner/name`, in lower case, to the repository that bears another name now. */
  readonly formerNames: Map<string, Repository>;
  /** Grows by every change, so that a cache can tell whether it is still true. */
  version: number;
  nextId: number;
}

export interface Account {
  readonly id: number;
  /** Without the suffix `[bot]`, which is GitHub's way of writing a bot in REST alone. */
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly name: string | null;
  readonly email: string | null;
  readonly createdAt: number;
}

export interface IssueType {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly color: 'red' | 'blue' | 'yellow';
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string;
  readonly default: boolean;
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly title: string;
  readonly description: string;
  readonly creator: Account;
  readonly createdAt: number;
  readonly dueOn: number | null;
  updatedAt: number;
  closedAt: number | null;
  openIssues: number;
  closedIssues: number;
  version: number;
}

export interface Repository {
  readonly company: Company;
  readonly id: number;
  readonly owner: Account;
  name: string;
  readonly description: string;
  readonly language: string;
  readonly defaultBranch: string;
  readonly createdAt: number;
  updatedAt: number;
  pushedAt: number;
  archived: boolean;
  readonly labels: Label[];
  readonly milestones: Milestone[];
  /** Issues and pull requests share one numbering. */
  readonly items: Map<number, Item>;
  /** Numbers that are no longer here. */
  readonly gone: Map<number, 'deleted' | Issue>;
  readonly releases: Release[];
  readonly tags: Tag[];
  nextNumber: number;
}

export interface Comment {
  readonly id: number;
  author: Account | null;
  readonly body: string;
  readonly createdAt: number;
}

export type StateReason = 'completed' | 'reopened' | 'not_planned' | 'duplicate';

export type TimelineKind =
  | 'closed'
  | 'reopened'
  | 'labeled'
  | 'unlabeled'
  | 'milestoned'
  | 'demilestoned'
  | 'assigned'
  | 'renamed'
  | 'transferred'
  | 'ready_for_review'
  | 'convert_to_draft'
  | 'merged';

/** One dated change of an issue or pull request; which of the details are set depends on its kind. */
export interface TimelineEvent {
  readonly id: number;
  readonly kind: TimelineKind;
  readonly item: Item;
  readonly at: number;
  actor: Account | null;
  readonly label?: Label;
  readonly milestone?: string;
  readonly assignee?: Account;
  readonly reason?: StateReason | null;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly fromRepository?: Repository;
}

interface ItemBase {
  /** The id that `/issues` gives; a pull request has another one beside it. */
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  title: string;
  /** Null for a ghost: the account was deleted. */
  author: Account | null;
  readonly assignees: Account[];
  readonly labels: Label[];
  milestone: Milestone | null;
  state: 'open' | 'closed';
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: Account | null;
  readonly comments: Comment[];
  /** Oldest first. */
  readonly events: TimelineEvent[];
  /** Grows by every change of this item. */
  version: number;
}

export interface Issue extends ItemBase {
  readonly kind: 'issue';
  type: IssueType | null;
  stateReason: StateReason | null;
}

export interface Commit {
  readonly sha: string;
  readonly message: string;
  author: Account | null;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAt: number;
  readonly committedAt: number;
  readonly parent: string;
  readonly additions: number;
  readonly deletions: number;
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly pull: Pull;
  author: Account | null;
  state: ReviewState;
  readonly body: string;
  readonly submittedAt: number;
  readonly commit: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed';
  readonly additions: number;
  readonly deletions: number;
}

export interface Pull extends ItemBase {
  readonly kind: 'pull';
  /** The id that `/pulls` gives. */
  readonly pullId: number;
  draft: boolean;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly baseSha: string;
  /** Oldest first; never empty. */
  readonly commits: Commit[];
  readonly files: ChangedFile[];
  readonly reviews: Review[];
  mergedAt: number | null;
  mergedBy: Account | null;
  mergeCommit: Commit | null;
}

export type Item = Issue | Pull;

export interface Release {
  readonly id: number;
  readonly repository: Repository;
  readonly tag: string;
  readonly name: string;
  readonly author: Account;
  draft: boolean;
  prerelease: boolean;
  readonly createdAt: number;
  publishedAt: number | null;
  updatedAt: number;
  readonly commit: string;
}

export interface Tag {
  readonly name: string;
  readonly commit: string;
  readonly at: number;
}

/** `owner/name`. */
export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** The repository of that name, or the one that once bore it. Names ignore case. */
export function findRepository(company: Company, name: string): Repository | undefined {
  const wanted = name.toLowerCase();
  const named = company.repositories.find((repository) => fullName(repository).toLowerCase() === wanted);
  return named ?? company.formerNames.get(wanted);
}

export function issuesOf(repository: Repository): Issue[] {
  return [...repository.items.values()].filter((item): item is Issue => item.kind === 'issue');
}

export function pullsOf(repository: Repository): Pull[] {
  return [...repository.items.values()].filter((item): item is Pull => item.kind === 'pull');
}

/** Lines added and removed over all files. */
export function pullSize(pull: Pull): { additions: number; deletions: number } {
  let additions = 0;
  let deletions = 0;
  for (const file of pull.files) {
    additions += file.additions;
    deletions += file.deletions;
  }
  return { additions, deletions };
}
