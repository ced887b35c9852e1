import { openIssue } from './changes.ts';
import { type Change, countInMilestone, nextId, touch, wholeSecond } from './item.ts';
import type { Account, Company, Issue, Item, Repository } from './model.ts';

/** Deletes an issue for good: its number answers 410 from then on. */
export function deleteIssue(issue: Issue): void {
  const { repository } = issue;
  repository.items.delete(issue.number);
  repository.gone.set(issue.number, 'deleted');
  for (const part of issue.subIssues) {
    part.parent = null;
    part.version += 1;
  }
  leaveParent(issue);
  for (const pull of issue.linkedPulls) pull.linkedIssues.splice(pull.linkedIssues.indexOf(issue), 1);
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
  moved.parent = issue.parent;
  moved.parent?.subIssues.push(moved);
  leaveParent(issue);
  moved.subIssues.push(...issue.subIssues);
  for (const part of moved.subIssues) {
    part.parent = moved;
    part.version += 1;
  }
  moved.projectItems.push(...issue.projectItems.map((entry) => ({ ...entry, item: moved })));
  for (const pull of issue.linkedPulls) {
    pull.linkedIssues.splice(pull.linkedIssues.indexOf(issue), 1, moved);
    moved.linkedPulls.push(pull);
  }
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

function leaveParent(issue: Issue): void {
  const { parent } = issue;
  if (!parent) return;
  parent.subIssues.splice(parent.subIssues.indexOf(issue), 1);
  parent.version += 1;
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
