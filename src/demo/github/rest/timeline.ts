import type { Item, TimelineEvent } from '../../company/model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { simpleUserOrNull } from './accounts.ts';
import { type Addresses, itemWeb, timestamp } from './addresses.ts';
import { issueEvent } from './events.ts';
import { issue, issueComment } from './issues.ts';
import { commit, review } from './pulls.ts';

interface Entry {
  readonly at: number;
  readonly id: number;
  readonly json: () => unknown;
}

/** The timeline of an issue or pull request, oldest first: events, comments, and of a pull request its commits and reviews. */
export function timelineEntries(addresses: Addresses, item: Item): readonly Entry[] {
  const entries: Entry[] = item.events.map((event) => ({
    at: event.at,
    id: event.id,
    json: () =>
      event.kind === 'cross_referenced'
        ? crossReference(addresses, event)
        : issueEvent(addresses, item.repository, event),
  }));
  for (const comment of item.comments) {
    const json = () => {
      const rendered = issueComment(addresses, item, comment);
      return { ...rendered, event: 'commented', actor: rendered.user };
    };
    entries.push({ at: comment.createdAt, id: comment.id, json });
  }
  if (item.kind === 'pull') {
    for (const one of item.reviews) {
      const json = () => {
        const { state, ...rendered } = review(addresses, one);
        return { ...rendered, event: 'reviewed', state: state.toLowerCase() };
      };
      entries.push({ at: one.submittedAt, id: one.id, json });
    }
    for (const [index, one] of item.commits.entries()) {
      const json = () => {
        const { sha, url, html_url, parents, commit: inner } = commit(addresses, item.repository, one);
        const { author, committer, message, tree, verification } = inner;
        const node_id = nodeIdIn('C', item.repository, one.sha);
        return {
          event: 'committed',
          sha,
          node_id,
          url,
          html_url,
          author,
          committer,
          tree,
          message,
          parents,
          verification,
        };
      };
      entries.push({ at: one.committedAt, id: index, json });
    }
  }
  return entries.sort((a, b) => a.at - b.at || a.id - b.id);
}

/** The schema `timeline-cross-referenced-event`, which has no id. */
function crossReference(addresses: Addresses, event: TimelineEvent) {
  const at = timestamp(event.at);
  return {
    event: 'cross-referenced',
    actor: simpleUserOrNull(addresses, event.actor) ?? undefined,
    created_at: at,
    updated_at: at,
    source: { type: 'issue', ...(event.source ? { issue: issue(addresses, event.source) } : {}) },
    html_url: event.source ? itemWeb(addresses, event.source) : undefined,
  };
}
