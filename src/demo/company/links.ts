import { closeIssue } from './changes.ts';
import { type Change, record, touch } from './item.ts';
import type { Issue, Pull } from './model.ts';

/**
 * Links a pull request to an issue: by a keyword in its text, such as `Fixes #12`, or by hand in the sidebar.
 * Nothing happens when they are linked already.
 */
export function linkPull(pull: Pull, issue: Issue, change: Change, by: 'keyword' | 'hand' = 'keyword'): void {
  if (issue.linkedPulls.includes(pull)) return;
  issue.linkedPulls.push(pull);
  pull.linkedIssues.push(issue);
  if (by === 'keyword') record(issue, 'cross_referenced', change, { source: pull, closes: true });
  else record(issue, 'connected', change, { source: pull });
  touch(issue, change.at);
}

/** Takes a link away that was made by hand. */
export function unlinkPull(pull: Pull, issue: Issue, change: Change): void {
  const index = issue.linkedPulls.indexOf(pull);
  if (index < 0) return;
  issue.linkedPulls.splice(index, 1);
  pull.linkedIssues.splice(pull.linkedIssues.indexOf(issue), 1);
  record(issue, 'disconnected', change, { source: pull });
  touch(issue, change.at);
}

/** Closes what a merge into the default branch closes. */
export function closeLinked(pull: Pull, change: Change): void {
  for (const issue of pull.linkedIssues) closeIssue(issue, change, 'completed', pull);
}
