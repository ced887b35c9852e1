import { createHash } from 'node:crypto';
import type {
  Account,
  ChangedFile,
  Comment,
  Commit,
  Company,
  Issue,
  IssueType,
  Item,
  Label,
  Milestone,
  Pull,
  Repository,
  Review,
  ReviewState,
  StateReason,
  TimelineEvent,
  TimelineKind,
} from './model.ts';

/** When a change happens and who makes it; a null actor is a deleted account. */
export interface Change {
  readonly at: number;
  readonly by: Account | null;
}

/** Time as GitHub keeps it: whole seconds. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

export function nextId(company: Company): number {
  company.nextId += 1;
  return company.nextId;
}

/** A commit id that no other has, the same for the same seed and history. */
export function makeSha(company: Company): string {
  return createHash('sha1')
    .update(`${company.seed}:${nextId(company)}`)
    .digest('hex');
}

function touch(item: Item, at: number): void {
  item.updatedAt = Math.max(item.updatedAt, wholeSecond(at));
  item.version += 1;
  const { repository } = item;
  repository.updatedAt = Math.max(repository.updatedAt, item.updatedAt);
  repository.company.version += 1;
}

function record(
  item: Item,
  kind: TimelineKind,
  change: Change,
  details: Partial<Pick<TimelineEvent, 'label' | 'milestone' | 'assignee' | 'reason' | 'rename'>> = {},
): void {
  const id = nextId(item.repository.company);
  item.events.push({ id, kind, item, at: wholeSecond(change.at), actor: change.by, ...details });
}

function countInMilestone(milestone: Milestone | null, state: Item['state'], by: 1 | -1): void {
  if (!milestone) return;
  if (state === 'open') milestone.openIssues += by;
  else milestone.closedIssues += by;
  milestone.version += 1;
}

export interface NewItem {
  readonly title: string;
  readonly author: Account | null;
  readonly at: number;
  readonly labels?: readonly Label[];
  readonly milestone?: Milestone | null;
  readonly assignees?: readonly Account[];
}

export function openIssue(
  repository: Repository,
  entry: NewItem & { readonly type?: IssueType | null },
): Issue {
  const issue: Issue = {
    kind: 'issue',
    type: entry.type ?? null,
    stateReason: null,
    ...newItem(repository, entry),
  };
  return begin(issue, entry);
}

export interface NewCommit {
  readonly message: string;
  readonly authoredAt: number;
  /** Null: an author whose account was deleted or is not known. */
  readonly author: Account | null;
  readonly additions?: number;
  readonly deletions?: number;
}

export function openPull(
  repository: Repository,
  entry: NewItem & {
    readonly draft?: boolean;
    readonly headBranch: string;
    /** Oldest first, at least one. */
    readonly commits: readonly NewCommit[];
    readonly files: readonly ChangedFile[];
  },
): Pull {
  const { company } = repository;
  const baseSha = makeSha(company);
  const pull: Pull = {
    kind: 'pull',
    ...newItem(repository, entry),
    pullId: nextId(company),
    draft: entry.draft ?? false,
    headBranch: entry.headBranch,
    baseBranch: repository.defaultBranch,
    baseSha,
    commits: [],
    files: [...entry.files],
    reviews: [],
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
  };
  for (const commit of entry.commits) appendCommit(pull, commit);
  return begin(pull, entry);
}

function newItem(repository: Repository, entry: NewItem): Omit<Issue, 'kind' | 'type' | 'stateReason'> {
  const at = wholeSecond(entry.at);
  const number = repository.nextNumber;
  repository.nextNumber += 1;
  return {
    id: nextId(repository.company),
    number,
    repository,
    title: entry.title,
    author: entry.author,
    assignees: [],
    labels: [],
    milestone: null,
    state: 'open',
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    comments: [],
    events: [],
    version: 0,
  };
}

function begin<T extends Item>(item: T, entry: NewItem): T {
  const change = { at: entry.at, by: entry.author };
  item.repository.items.set(item.number, item);
  for (const label of entry.labels ?? []) addLabel(item, label, change);
  for (const assignee of entry.assignees ?? []) assign(item, assignee, change);
  if (entry.milestone) setMilestone(item, entry.milestone, change);
  touch(item, entry.at);
  return item;
}

/** Closes an issue, or a pull request without merging it. Nothing happens when it is closed already. */
export function closeIssue(item: Item, change: Change, reason: StateReason = 'completed'): void {
  if (item.state === 'closed') return;
  countInMilestone(item.milestone, 'open', -1);
  item.state = 'closed';
  item.closedAt = wholeSecond(change.at);
  item.closedBy = change.by;
  if (item.kind === 'issue') item.stateReason = reason;
  countInMilestone(item.milestone, 'closed', 1);
  record(item, 'closed', change, { reason: item.kind === 'issue' ? reason : null });
  touch(item, change.at);
}

/** Opens a closed issue or pull request again; a merged one stays merged. */
export function reopenIssue(item: Item, change: Change): void {
  if (item.state === 'open' || (item.kind === 'pull' && item.mergedAt !== null)) return;
  countInMilestone(item.milestone, 'closed', -1);
  item.state = 'open';
  item.closedAt = null;
  item.closedBy = null;
  if (item.kind === 'issue') item.stateReason = 'reopened';
  countInMilestone(item.milestone, 'open', 1);
  record(item, 'reopened', change, { reason: item.kind === 'issue' ? 'reopened' : null });
  touch(item, change.at);
}

function addLabel(item: Item, label: Label, change: Change): void {
  if (item.labels.some((one) => one.id === label.id)) return;
  item.labels.push(label);
  record(item, 'labeled', change, { label });
}

/** Adds labels and takes others away, each as a dated event. */
export function editLabels(
  item: Item,
  edit: { readonly add?: readonly Label[]; readonly remove?: readonly Label[] },
  change: Change,
): void {
  for (const label of edit.remove ?? []) {
    const index = item.labels.findIndex((one) => one.id === label.id);
    if (index < 0) continue;
    item.labels.splice(index, 1);
    record(item, 'unlabeled', change, { label });
  }
  for (const label of edit.add ?? []) addLabel(item, label, change);
  touch(item, change.at);
}

/** Moves an item to a milestone, or out of its present one with null. */
export function setMilestone(item: Item, milestone: Milestone | null, change: Change): void {
  if (item.milestone === milestone) return;
  if (item.milestone) record(item, 'demilestoned', change, { milestone: item.milestone.title });
  countInMilestone(item.milestone, item.state, -1);
  item.milestone = milestone;
  countInMilestone(milestone, item.state, 1);
  if (milestone) record(item, 'milestoned', change, { milestone: milestone.title });
  touch(item, change.at);
}

export function assign(item: Item, assignee: Account, change: Change): void {
  if (item.assignees.includes(assignee)) return;
  item.assignees.push(assignee);
  record(item, 'assigned', change, { assignee });
  touch(item, change.at);
}

export function renameItem(item: Item, title: string, change: Change): void {
  record(item, 'renamed', change, { rename: { from: item.title, to: title } });
  item.title = title;
  touch(item, change.at);
}

export function commentOn(item: Item, body: string, change: Change): Comment {
  const id = nextId(item.repository.company);
  const comment = { id, author: change.by, body, createdAt: wholeSecond(change.at) };
  item.comments.push(comment);
  touch(item, change.at);
  return comment;
}

function appendCommit(pull: Pull, entry: NewCommit): Commit {
  const commit: Commit = {
    sha: makeSha(pull.repository.company),
    message: entry.message,
    author: entry.author,
    authorName: entry.author?.name ?? 'Former colleague',
    authorEmail: entry.author?.email ?? 'former@acme.example',
    authoredAt: wholeSecond(entry.authoredAt),
    committedAt: wholeSecond(entry.authoredAt),
    parent: pull.commits.at(-1)?.sha ?? pull.baseSha,
    additions: entry.additions ?? 0,
    deletions: entry.deletions ?? 0,
  };
  pull.commits.push(commit);
  return commit;
}

export function pushCommit(pull: Pull, entry: NewCommit, at: number): Commit {
  const commit = appendCommit(pull, entry);
  touch(pull, at);
  return commit;
}

export function submitReview(pull: Pull, state: ReviewState, change: Change, body = ''): Review {
  const commit = pull.commits.at(-1)?.sha ?? pull.baseSha;
  const id = nextId(pull.repository.company);
  const review: Review = {
    id,
    pull,
    author: change.by,
    state,
    body,
    submittedAt: wholeSecond(change.at),
    commit,
  };
  pull.reviews.push(review);
  touch(pull, change.at);
  return review;
}

export function markReady(pull: Pull, change: Change): void {
  if (!pull.draft) return;
  pull.draft = false;
  record(pull, 'ready_for_review', change);
  touch(pull, change.at);
}

export function convertToDraft(pull: Pull, change: Change): void {
  if (pull.draft) return;
  pull.draft = true;
  record(pull, 'convert_to_draft', change);
  touch(pull, change.at);
}

/** Squashes the pull request into its base branch. Nothing happens unless it is open. */
export function mergePull(pull: Pull, change: Change): void {
  if (pull.state === 'closed') return;
  const { repository } = pull;
  const at = wholeSecond(change.at);
  pull.mergedAt = at;
  pull.mergedBy = change.by;
  pull.mergeCommit = {
    sha: makeSha(repository.company),
    message: `${pull.title} (#${pull.number})`,
    author: pull.author,
    authorName: pull.author?.name ?? 'Former colleague',
    authorEmail: pull.author?.email ?? 'former@acme.example',
    authoredAt: at,
    committedAt: at,
    parent: pull.baseSha,
    additions: 0,
    deletions: 0,
  };
  record(pull, 'merged', change);
  closeIssue(pull, change);
  repository.pushedAt = Math.max(repository.pushedAt, at);
}

/** Deletes an issue for good: its number answers 410 from then on. */
export function deleteIssue(issue: Issue): void {
  const { repository } = issue;
  repository.items.delete(issue.number);
  repository.gone.set(issue.number, 'deleted');
  countInMilestone(issue.milestone, issue.state, -1);
  repository.company.version += 1;
}

/**
 * Moves an issue to another repository, where it gets a new id and number and loses its labels and milestone,
 * unless the other has those of the same name. The old address redirects to the new one.
 */
export function transferIssue(issue: Issue, to: Repository, change: Change): Issue {
  const { repository: from } = issue;
  const moved = openIssue(to, {
    title: issue.title,
    author: issue.author,
    at: issue.createdAt,
    type: issue.type,
    labels: to.labels.filter((label) => issue.labels.some((one) => one.name === label.name)),
  });
  moved.events.length = 0;
  moved.events.push(...issue.events.map((event) => ({ ...event, item: moved })));
  moved.comments.push(...issue.comments);
  moved.assignees.push(...issue.assignees);
  moved.state = issue.state;
  moved.stateReason = issue.stateReason;
  moved.closedAt = issue.closedAt;
  moved.closedBy = issue.closedBy;
  moved.events.push({
    id: nextId(to.company),
    kind: 'transferred',
    item: moved,
    at: wholeSecond(change.at),
    actor: change.by,
    fromRepository: from,
  });
  from.items.delete(issue.number);
  from.gone.set(issue.number, moved);
  countInMilestone(issue.milestone, issue.state, -1);
  touch(moved, change.at);
  return moved;
}

/** Turns an account's contributions over to the ghost, as deleting it does. Nothing's `updated_at` moves. */
export function deleteAccount(company: Company, account: Account): void {
  for (const repository of company.repositories) {
    for (const item of repository.items.values()) forgetAccount(item, account);
  }
  const index = company.people.indexOf(account);
  if (index >= 0) company.people.splice(index, 1);
  company.version += 1;
}

function forgetAccount(item: Item, account: Account): void {
  if (item.author === account) item.author = null;
  if (item.closedBy === account) item.closedBy = null;
  const assigned = item.assignees.indexOf(account);
  if (assigned >= 0) item.assignees.splice(assigned, 1);
  for (const comment of item.comments) if (comment.author === account) comment.author = null;
  for (const event of item.events) if (event.actor === account) event.actor = null;
  if (item.kind === 'pull') {
    if (item.mergedBy === account) item.mergedBy = null;
    for (const review of item.reviews) if (review.author === account) review.author = null;
    for (const commit of item.commits) if (commit.author === account) commit.author = null;
  }
  item.version += 1;
}
