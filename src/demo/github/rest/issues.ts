import type { Account, Comment, Issue, Item, Label, Milestone, Repository } from '../../company/model.ts';
import { bodyText } from '../bodies.ts';
import { nodeId, nodeIdIn } from '../node-ids.ts';
import { authorOrGhost, simpleUser, simpleUserOrNull } from './accounts.ts';
import {
  type Addresses,
  itemWeb,
  repositoryApi,
  repositoryWeb,
  timestamp,
  timestampOrNull,
} from './addresses.ts';

/** How somebody stands to the repository. */
export function association(repository: Repository, account: Account | null): string {
  if (account === null) return 'NONE';
  return repository.company.people.includes(account) ? 'MEMBER' : 'CONTRIBUTOR';
}

/** The schema `label`. */
export function label(addresses: Addresses, repository: Repository, model: Label) {
  return {
    id: model.id,
    node_id: nodeIdIn('LA', repository, model.id),
    url: `${repositoryApi(addresses, repository)}/labels/${encodeURIComponent(model.name)}`,
    name: model.name,
    color: model.color,
    default: model.default,
    description: model.description,
  };
}

/** The schema `milestone`. */
export function milestone(addresses: Addresses, model: Milestone) {
  const url = `${repositoryApi(addresses, model.repository)}/milestones/${model.number}`;
  return {
    url,
    html_url: `${repositoryWeb(addresses, model.repository)}/milestone/${model.number}`,
    labels_url: `${url}/labels`,
    id: model.id,
    node_id: nodeIdIn('MI', model.repository, model.id),
    number: model.number,
    title: model.title,
    description: model.description,
    creator: simpleUser(addresses, model.creator),
    open_issues: model.openIssues,
    closed_issues: model.closedIssues,
    state: model.closedAt === null ? 'open' : 'closed',
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    due_on: timestampOrNull(model.dueOn),
    closed_at: timestampOrNull(model.closedAt),
  };
}

function reactions(url: string) {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}

/** The schema `issue` as a list has it: of an issue, and of a pull request, which is one too. */
export function issue(addresses: Addresses, model: Item) {
  const { repository } = model;
  const api = repositoryApi(addresses, repository);
  const url = issueApi(addresses, model);
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: itemWeb(addresses, model),
    id: model.id,
    node_id: itemNodeId(model),
    number: model.number,
    title: model.title,
    user: authorOrGhost(addresses, model.author),
    labels: model.labels.map((one) => label(addresses, repository, one)),
    state: model.state,
    locked: false,
    assignee: simpleUserOrNull(addresses, model.assignees[0] ?? null),
    assignees: model.assignees.map((one) => simpleUser(addresses, one)),
    milestone: model.milestone === null ? null : milestone(addresses, model.milestone),
    comments: model.comments.length,
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    closed_at: timestampOrNull(model.closedAt),
    author_association: association(repository, model.author),
    active_lock_reason: null,
    ...(model.kind === 'pull' ? pullRequestOf(addresses, model) : issueOnly(addresses, model)),
    body: bodyText(model),
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: model.kind === 'issue' ? model.stateReason : null,
  };
}

/** The schema `issue` as a single one has it. */
export function singleIssue(addresses: Addresses, model: Item) {
  return { ...issue(addresses, model), closed_by: simpleUserOrNull(addresses, model.closedBy) };
}

function pullRequestOf(addresses: Addresses, model: Extract<Item, { kind: 'pull' }>) {
  const web = itemWeb(addresses, model);
  return {
    draft: model.draft,
    pull_request: {
      url: `${repositoryApi(addresses, model.repository)}/pulls/${model.number}`,
      html_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: timestampOrNull(model.mergedAt),
    },
  };
}

function issueApi(addresses: Addresses, { repository, number }: Item): string {
  return `${repositoryApi(addresses, repository)}/issues/${number}`;
}

function issueOnly(addresses: Addresses, model: Issue) {
  const { type } = model;
  const completed = model.subIssues.filter((one) => one.state === 'closed').length;
  const total = model.subIssues.length;
  const percent_completed = total === 0 ? 0 : Math.floor((100 * completed) / total);
  const parts = {
    sub_issues_summary: { total, completed, percent_completed },
    ...(model.parent === null ? {} : { parent_issue_url: issueApi(addresses, model.parent) }),
  };
  if (type === null) return { ...parts, type: null };
  return {
    ...parts,
    type: {
      id: type.id,
      node_id: nodeId('IT', type.id),
      name: type.name,
      description: type.description,
      color: type.color,
      is_enabled: true,
    },
  };
}

export function itemNodeId(model: Item): string {
  return model.kind === 'pull'
    ? nodeIdIn('PR', model.repository, model.pullId)
    : nodeIdIn('I', model.repository, model.id);
}

/** The schema `issue-comment`. */
export function issueComment(addresses: Addresses, item: Item, model: Comment) {
  const api = repositoryApi(addresses, item.repository);
  const url = `${api}/issues/comments/${model.id}`;
  return {
    url,
    html_url: `${itemWeb(addresses, item)}#issuecomment-${model.id}`,
    issue_url: `${api}/issues/${item.number}`,
    id: model.id,
    node_id: nodeIdIn('IC', item.repository, model.id),
    user: simpleUserOrNull(addresses, model.author),
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.createdAt),
    body: model.body,
    author_association: association(item.repository, model.author),
    reactions: reactions(url),
    performed_via_github_app: null,
  };
}
