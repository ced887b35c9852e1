import type { IssueType, Repository, TimelineEvent, TimelineKind } from '../../company/model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { authorOrGhost, simpleUserOrNull } from './accounts.ts';
import { type Addresses, repositoryApi, timestamp } from './addresses.ts';

const EVENT_NAMES: Readonly<Record<TimelineKind, string>> = {
  closed: 'closed',
  reopened: 'reopened',
  labeled: 'labeled',
  unlabeled: 'unlabeled',
  milestoned: 'milestoned',
  demilestoned: 'demilestoned',
  assigned: 'assigned',
  unassigned: 'unassigned',
  type_added: 'issue_type_added',
  type_changed: 'issue_type_changed',
  type_removed: 'issue_type_removed',
  // Only the timeline has it, in a form of its own.
  cross_referenced: 'cross-referenced',
  connected: 'connected',
  disconnected: 'disconnected',
  renamed: 'renamed',
  transferred: 'transferred',
  ready_for_review: 'ready_for_review',
  convert_to_draft: 'convert_to_draft',
  merged: 'merged',
};

function typeOf(type: IssueType | null) {
  return type && { id: type.id, name: type.name, color: type.color };
}

/** The schema `issue-event-for-issue`. */
export function issueEvent(addresses: Addresses, repository: Repository, event: TimelineEvent) {
  const api = repositoryApi(addresses, repository);
  const merged = event.kind === 'merged' && event.item.kind === 'pull' ? event.item : event.closer;
  const merge = merged?.mergeCommit ?? null;
  const actor = authorOrGhost(addresses, event.actor);
  return {
    id: event.id,
    node_id: nodeIdIn('EV', repository, event.id),
    url: `${api}/issues/events/${event.id}`,
    actor,
    event: EVENT_NAMES[event.kind],
    commit_id: merge?.sha ?? null,
    commit_url: merge ? `${api}/commits/${merge.sha}` : null,
    created_at: timestamp(event.at),
    performed_via_github_app: null,
    ...(event.kind === 'closed' || event.kind === 'reopened' ? { state_reason: event.reason ?? null } : {}),
    ...(event.label ? { label: { name: event.label.name, color: event.label.color } } : {}),
    ...(event.milestone === undefined ? {} : { milestone: { title: event.milestone } }),
    ...(event.rename ? { rename: event.rename } : {}),
    ...(event.type === undefined ? {} : { issue_type: typeOf(event.type) }),
    ...(event.previousType === undefined ? {} : { prev_issue_type: typeOf(event.previousType) }),
    ...(event.assignee ? { assignee: simpleUserOrNull(addresses, event.assignee), assigner: actor } : {}),
  };
}
