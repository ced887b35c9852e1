import type { GraphQLResolveInfo } from 'graphql';
import { fullName, type Item, type TimelineEvent } from '../../company/model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { timestamp } from '../rest/addresses.ts';
import { connect, listing } from './connection.ts';
import { type Arguments, commitNode, type Fields, labelNode, type Node, typenameOf } from './types.ts';

interface Entry {
  readonly at: number;
  readonly id: number;
  readonly node: Node;
}

/** `CLOSED_EVENT` for `ClosedEvent`: the enum's name for a type. */
function itemTypeOf(node: Node): string {
  return typenameOf(node)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();
}

function entriesOf(item: Item): Entry[] {
  const entries: Entry[] = item.events.map((event) => ({ at: event.at, id: event.id, node: event }));
  for (const comment of item.comments) {
    const node = { __typename: 'IssueComment', comment, item } as const;
    entries.push({ at: comment.createdAt, id: comment.id, node });
  }
  if (item.kind !== 'pull') return entries;
  for (const review of item.reviews) entries.push({ at: review.submittedAt, id: review.id, node: review });
  for (const [index, commit] of item.commits.entries()) {
    const node = { __typename: 'PullRequestCommit', commit, pull: item } as const;
    entries.push({ at: commit.committedAt, id: index, node });
  }
  return entries;
}

/** What happened to an item, oldest first, as the arguments narrow it. */
export function timelineOf(item: Item, args: Arguments, info: GraphQLResolveInfo) {
  const since = args.since == null ? Number.NEGATIVE_INFINITY : Date.parse(args.since);
  const wanted = args.itemTypes;
  const isKnown = (node: Node) => info.schema.getType(typenameOf(node)) !== undefined;
  const shown = entriesOf(item).filter(
    (entry) =>
      entry.at >= since &&
      isKnown(entry.node) &&
      (!wanted?.length || wanted.includes(itemTypeOf(entry.node))),
  );
  const listed = listing(shown, (entry) => [entry.at, entry.id]);
  const skipped = { ...listed, items: listed.items.slice(args.skip ?? 0) };
  const page = connect(skipped, args, info, (entry) => entry.node);
  return { ...page, updatedAt: timestamp(item.updatedAt) };
}

function pathOf(event: TimelineEvent): string {
  const { item } = event;
  return `/${fullName(item.repository)}/${item.kind === 'pull' ? 'pull' : 'issues'}/${item.number}#event-${event.id}`;
}

const base = {
  id: (event) => nodeIdIn('EV', event.item.repository, event.id),
  actor: (event) => event.actor,
  createdAt: (event) => timestamp(event.at),
} satisfies Fields<TimelineEvent>;

const located = {
  ...base,
  resourcePath: pathOf,
  url: (event, _, { addresses }) => `${addresses.web}${pathOf(event)}`,
} satisfies Fields<TimelineEvent>;

const item = (event: TimelineEvent) => event.item;
const reason = (event: TimelineEvent) =>
  event.reason === 'duplicate' ? 'NOT_PLANNED' : (event.reason?.toUpperCase() ?? null);
const crosses = ({ source, item: target }: TimelineEvent) => source?.repository !== target.repository;
const label = (event: TimelineEvent) => event.label && labelNode(event.item.repository, event.label);

export const TIMELINE_FIELDS = {
  ClosedEvent: {
    ...located,
    closable: item,
    stateReason: reason,
    closer: (event) => event.closer ?? null,
  },
  ReopenedEvent: { ...base, closable: item, stateReason: reason },
  LabeledEvent: { ...base, label, labelable: item },
  UnlabeledEvent: { ...base, label, labelable: item },
  MilestonedEvent: { ...base, milestoneTitle: (event) => event.milestone, subject: item },
  DemilestonedEvent: { ...base, milestoneTitle: (event) => event.milestone, subject: item },
  AssignedEvent: { ...base, assignable: item, assignee: (event) => event.assignee ?? null },
  UnassignedEvent: { ...base, assignable: item, assignee: (event) => event.assignee ?? null },
  CrossReferencedEvent: {
    ...located,
    isCrossRepository: crosses,
    referencedAt: (event) => timestamp(event.at),
    source: (event) => event.source,
    target: item,
    willCloseTarget: (event) => event.closes ?? false,
  },
  ConnectedEvent: { ...base, isCrossRepository: crosses, source: item, subject: (event) => event.source },
  DisconnectedEvent: { ...base, isCrossRepository: crosses, source: item, subject: (event) => event.source },
  RenamedTitleEvent: {
    ...base,
    currentTitle: (event) => event.rename?.to,
    previousTitle: (event) => event.rename?.from,
    subject: item,
  },
  TransferredEvent: { ...base, fromRepository: (event) => event.fromRepository ?? null, issue: item },
  ReadyForReviewEvent: { ...located, pullRequest: item },
  ConvertToDraftEvent: { ...located, pullRequest: item },
  MergedEvent: {
    ...located,
    pullRequest: item,
    mergeRefName: (event) => event.item.repository.defaultBranch,
    commit: (event) =>
      event.item.kind === 'pull' ? commitNode(event.item.repository, event.item.mergeCommit) : null,
  },
} satisfies Readonly<Record<string, Fields<TimelineEvent>>>;

/** Of types that only a server of today has. */
export const NEWER_TIMELINE_FIELDS = {
  IssueTypeAddedEvent: { ...base, issueType: (event) => event.type ?? null },
  IssueTypeChangedEvent: {
    ...base,
    issueType: (event) => event.type ?? null,
    prevIssueType: (event) => event.previousType ?? null,
  },
  IssueTypeRemovedEvent: { ...base, issueType: (event) => event.previousType ?? null },
} satisfies Readonly<Record<string, Fields<TimelineEvent>>>;
