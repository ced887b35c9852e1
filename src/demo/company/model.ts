import type { CodeAlert, DependabotAlert } from './alerts-model.ts';
import type { Deployment, Workflow, WorkflowRun } from './delivery-model.ts';
import type { Project, ProjectItem } from './projects.ts';

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
  readonly projects: Project[];
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
  /** The default branch, oldest first; never empty. Each has the one before it as its parent. */
  readonly commits: Commit[];
  readonly releases: Release[];
  readonly tags: Tag[];
  /** In the order of their creation, as are the runs and the alerts. */
  readonly deployments: Deployment[];
  readonly workflows: Workflow[];
  readonly runs: WorkflowRun[];
  readonly dependabotAlerts: DependabotAlert[];
  readonly codeAlerts: CodeAlert[];
  readonly features: Features;
  nextNumber: number;
}

/** What is switched on in the settings of a repository. */
export interface Features {
  issues: boolean;
  dependabotAlerts: boolean;
  /** `never_run`: switched on, and nothing was analysed yet. */
  codeScanning: 'on' | 'off' | 'never_run';
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
  | 'unassigned'
  | 'renamed'
  | 'type_added'
  | 'type_changed'
  | 'type_removed'
  | 'cross_referenced'
  | 'connected'
  | 'disconnected'
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
  readonly type?: IssueType | null;
  readonly previousType?: IssueType | null;
  /** The pull request that mentions, or was linked to, the issue. */
  readonly source?: Pull;
  /** The mention closes the issue when its source is merged. */
  readonly closes?: boolean;
  /** The pull request whose merge closed the issue. */
  readonly closer?: Pull;
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
  readonly projectItems: ProjectItem[];
  /** Grows by every change of this item. */
  version: number;
}

export interface Issue extends ItemBase {
  readonly kind: 'issue';
  type: IssueType | null;
  stateReason: StateReason | null;
  /** The pull requests that close it when they are merged, or that were linked to it by hand. */
  readonly linkedPulls: Pull[];
  parent: Issue | null;
  readonly subIssues: Issue[];
}

export interface Commit {
  readonly sha: string;
  readonly message: string;
  author: Account | null;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAt: number;
  readonly committedAt: number;
  parent: string;
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
  baseSha: string;
  /** Oldest first; never empty. */
  readonly commits: Commit[];
  readonly files: ChangedFile[];
  readonly reviews: Review[];
  mergedAt: number | null;
  mergedBy: Account | null;
  mergeCommit: Commit | null;
  /** The issues that it is linked to. */
  readonly linkedIssues: Issue[];
}

export type Item = Issue | Pull;

export interface Release {
  readonly id: number;
  readonly repository: Repository;
  readonly tag: string;
  name: string;
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
  /** The object that an annotated tag is; null for a lightweight one, which is no more than a name. */
  readonly annotation: { readonly sha: string; readonly tagger: Account; readonly message: string } | null;
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

/** The newest commit of the default branch. */
export function headOf(repository: Repository): Commit {
  const head = repository.commits.at(-1);
  if (!head) throw new RangeError(`${fullName(repository)} has no commit`);
  return head;
}

/** The newest commit of the default branch that was there at the moment; the first one for an earlier moment. */
export function headAt(repository: Repository, at: number): Commit {
  const { commits } = repository;
  let low = 0;
  let high = commits.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((commits[middle]?.committedAt ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return commits[low] ?? headOf(repository);
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
