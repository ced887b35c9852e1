import { type Change, countInMilestone, nextId, record, touch, wholeSecond } from './item.ts';
import type {
  Account,
  Comment,
  Issue,
  IssueType,
  Item,
  Label,
  Milestone,
  Pull,
  Repository,
  StateReason,
} from './model.ts';

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
    linkedPulls: [],
    parent: null,
    subIssues: [],
    ...newItem(repository, entry),
  };
  return begin(issue, entry);
}

/** An item without anything that happened to it. */
export function newItem(
  repository: Repository,
  entry: NewItem,
): Omit<Issue, 'kind' | 'type' | 'stateReason' | 'linkedPulls' | 'parent' | 'subIssues'> {
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
    projectItems: [],
    version: 0,
  };
}

/** Puts a new item where it belongs, with what it is opened with. */
export function begin<T extends Item>(item: T, entry: NewItem): T {
  const change = { at: entry.at, by: entry.author };
  item.repository.items.set(item.number, item);
  for (const label of entry.labels ?? []) addLabel(item, label, change);
  for (const assignee of entry.assignees ?? []) assign(item, assignee, change);
  if (entry.milestone) setMilestone(item, entry.milestone, change);
  touch(item, entry.at);
  return item;
}

/** Closes an issue, or a pull request without merging it. Nothing happens when it is closed already. */
export function closeIssue(
  item: Item,
  change: Change,
  reason: StateReason = 'completed',
  closer?: Pull,
): void {
  if (item.state === 'closed') return;
  countInMilestone(item.milestone, 'open', -1);
  item.state = 'closed';
  item.closedAt = wholeSecond(change.at);
  item.closedBy = change.by;
  if (item.kind === 'issue') item.stateReason = reason;
  countInMilestone(item.milestone, 'closed', 1);
  record(item, 'closed', change, {
    reason: item.kind === 'issue' ? reason : null,
    ...(closer ? { closer } : {}),
  });
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

/** Gives an issue a type, another one, or none. */
export function setType(issue: Issue, type: IssueType | null, change: Change): void {
  const { type: previousType } = issue;
  if (previousType === type) return;
  issue.type = type;
  if (type === null) record(issue, 'type_removed', change, { previousType });
  else if (previousType === null) record(issue, 'type_added', change, { type });
  else record(issue, 'type_changed', change, { type, previousType });
  touch(issue, change.at);
}

/** Makes an issue a part of another, or of none. */
export function setParent(issue: Issue, parent: Issue | null, change: Change): void {
  const { parent: former } = issue;
  if (former === parent) return;
  issue.parent = parent;
  if (former) {
    former.subIssues.splice(former.subIssues.indexOf(issue), 1);
    touch(former, change.at);
  }
  touch(issue, change.at);
  parent?.subIssues.push(issue);
  if (parent) touch(parent, change.at);
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
