import type { Repository, TimelineEvent, TimelineKind } from '../../company/model.ts';
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
  renamed: 'renamed',
  transferred: 'transferred',
  ready_for_review: 'ready_for_review',
  convert_to_draft: 'convert_to_draft',
  merged: 'merged',
};

/** The schema `issue-event-for-issue`. */
export function issueEvent(addresses: Addresses, repository: Repository, event: TimelineEvent) {
  const api = repositoryApi(addresses, repository);
  const merge = event.kind === 'merged' && event.item.kind === 'pull' ? event.item.mergeCommit : null;
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
    ...(event.assignee ? { assignee: simpleUserOrNull(addresses, event.assignee), assigner: actor } : {}),
  };
}
