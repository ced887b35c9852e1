import {
  fullName,
  headOf,
  type Issue,
  issuesOf,
  type Milestone,
  type Pull,
  pullsOf,
  type Release,
  type Repository,
} from '../../company/model.ts';
import { nodeId, nodeIdIn } from '../node-ids.ts';
import { repositoryWeb, timestamp, timestampOrNull } from '../rest/addresses.ts';
import { connect, inOrder, type Listing, listing, typedError } from './connection.ts';
import { comparison, deploymentListing } from './delivery.ts';
import {
  type Arguments,
  type CommitNode,
  commitNode,
  type Fields,
  type LabelNode,
  labelNode,
  type Order,
  type RefNode,
  tagNode,
} from './types.ts';

function numbered<T>(found: T | undefined, called: string, number: number): T {
  if (found !== undefined) return found;
  throw typedError('NOT_FOUND', `Could not resolve to ${called} with the number of ${number}.`);
}

function orderedItems<T extends Issue | Pull>(
  items: readonly T[],
  order: Order | null | undefined,
): Listing<T> {
  const value = (item: T): number => {
    if (order?.field === 'UPDATED_AT') return item.updatedAt;
    return order?.field === 'COMMENTS' ? item.comments.length : item.createdAt;
  };
  return listing(items, (item) => [value(item), item.id], order?.direction === 'DESC');
}

function hasLabels(item: Issue | Pull, names: readonly string[] | null | undefined): boolean {
  // Any of them, where REST wants all.
  return !names?.length || names.some((name) => item.labels.some((label) => label.name === name));
}

/** The issues of a repository or milestone as the arguments narrow them. */
function issueListing(issues: readonly Issue[], args: Arguments): Listing<Issue> {
  const filter = args.filterBy ?? {};
  const states = args.states ?? filter.states;
  const since = filter.since == null ? Number.NEGATIVE_INFINITY : Date.parse(filter.since);
  const found = issues.filter(
    (issue) =>
      (!states?.length || states.includes(issue.state.toUpperCase())) &&
      hasLabels(issue, args.labels) &&
      hasLabels(issue, filter.labels) &&
      issue.updatedAt >= since &&
      (filter.createdBy == null || issue.author?.login === filter.createdBy) &&
      (filter.assignee == null || issue.assignees.some((one) => one.login === filter.assignee)) &&
      (filter.milestoneNumber == null || String(issue.milestone?.number) === filter.milestoneNumber),
  );
  return orderedItems(found, args.orderBy);
}

export function pullState(pull: Pull): 'OPEN' | 'CLOSED' | 'MERGED' {
  if (pull.mergedAt !== null) return 'MERGED';
  return pull.state === 'open' ? 'OPEN' : 'CLOSED';
}

function pullListing(pulls: readonly Pull[], args: Arguments): Listing<Pull> {
  const found = pulls.filter(
    (pull) =>
      (!args.states?.length || args.states.includes(pullState(pull))) &&
      hasLabels(pull, args.labels) &&
      (args.baseRefName == null || pull.baseBranch === args.baseRefName) &&
      (args.headRefName == null || pull.headBranch === args.headRefName),
  );
  return orderedItems(found, args.orderBy);
}

function branch(repository: Repository): RefNode {
  const { defaultBranch: name, pushedAt: at } = repository;
  return { __typename: 'Ref', prefix: 'refs/heads/', name, sha: headOf(repository).sha, at, repository };
}

function latestRelease(repository: Repository): Release | null {
  const published = repository.releases.filter((one) => !one.draft && !one.prerelease);
  return published.sort((a, b) => b.createdAt - a.createdAt)[0] ?? null;
}

const repository: Fields<Repository> = {
  id: (one) => nodeId('R', one.id),
  databaseId: (one) => one.id,
  name: (one) => one.name,
  nameWithOwner: fullName,
  owner: (one) => one.owner,
  description: (one) => one.description,
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.updatedAt),
  pushedAt: (one) => timestamp(one.pushedAt),
  defaultBranchRef: branch,
  deployments: (one, args, _, info) => connect(deploymentListing(one.deployments, args), args, info),
  diskUsage: () => 1024,
  forkCount: () => 0,
  stargazerCount: () => 0,
  hasIssuesEnabled: (one) => one.features.issues,
  homepageUrl: () => null,
  isArchived: (one) => one.archived,
  isDisabled: () => false,
  isEmpty: () => false,
  isFork: () => false,
  isPrivate: () => false,
  visibility: () => 'PUBLIC',
  resourcePath: (one) => `/${fullName(one)}`,
  url: (one, _, { addresses }) => repositoryWeb(addresses, one),
  issue: (one, { number = 0 }) =>
    numbered(
      issuesOf(one).find((issue) => issue.number === number),
      'an Issue',
      number,
    ),
  pullRequest: (one, { number = 0 }) =>
    numbered(
      pullsOf(one).find((pull) => pull.number === number),
      'a PullRequest',
      number,
    ),
  issueOrPullRequest: (one, { number = 0 }) =>
    numbered(one.items.get(number), 'an issue or pull request', number),
  issues: (one, args, _, info) => connect(issueListing(issuesOf(one), args), args, info),
  pullRequests: (one, args, _, info) => connect(pullListing(pullsOf(one), args), args, info),
  label(one, { name }) {
    const found = one.labels.find((label) => label.name.toLowerCase() === name?.toLowerCase());
    return found ? labelNode(one, found) : null;
  },
  labels: (one, args, _, info) => connect(inOrder(one.labels), args, info, (label) => labelNode(one, label)),
  milestone: (one, { number }) => one.milestones.find((milestone) => milestone.number === number) ?? null,
  milestones(one, args, _, info) {
    const shown = one.milestones.filter(
      (milestone) => !args.states?.length || args.states.includes(stateOf(milestone)),
    );
    return connect(inOrder(shown), args, info);
  },
  latestRelease,
  release: (one, { tagName }) => one.releases.find((release) => release.tag === tagName) ?? null,
  releases: (one, args, _, info) =>
    connect(
      listing(one.releases, (release) => [release.createdAt, release.id], args.orderBy?.direction !== 'ASC'),
      args,
      info,
    ),
  ref(one, { qualifiedName = '' }) {
    const name = qualifiedName.replace(/^refs\/(?:heads|tags)\//, '');
    if (name === one.defaultBranch) return branch(one);
    const tag = one.tags.find((candidate) => candidate.name === name);
    return tag ? tagNode(one, tag) : null;
  },
  refs(one, args, _, info) {
    const refs = args.refPrefix === 'refs/tags/' ? one.tags.map((tag) => tagNode(one, tag)) : [branch(one)];
    const direction = args.orderBy?.direction ?? 'ASC';
    return connect(
      listing(refs, (ref) => [ref.at, 0], direction === 'DESC'),
      args,
      info,
    );
  },
};

function stateOf(one: Milestone): 'OPEN' | 'CLOSED' {
  return one.closedAt === null ? 'OPEN' : 'CLOSED';
}

const milestone: Fields<Milestone> = {
  id: (one) => nodeIdIn('MI', one.repository, one.id),
  number: (one) => one.number,
  title: (one) => one.title,
  description: (one) => one.description,
  creator: (one) => one.creator,
  state: stateOf,
  closed: (one) => one.closedAt !== null,
  closedAt: (one) => timestampOrNull(one.closedAt),
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.updatedAt),
  dueOn: (one) => timestampOrNull(one.dueOn),
  progressPercentage(one) {
    const all = one.openIssues + one.closedIssues;
    return all === 0 ? 0 : (100 * one.closedIssues) / all;
  },
  issues: (one, args, _, info) =>
    connect(
      issueListing(
        issuesOf(one.repository).filter((issue) => issue.milestone === one),
        args,
      ),
      args,
      info,
    ),
  pullRequests: (one, args, _, info) =>
    connect(
      pullListing(
        pullsOf(one.repository).filter((pull) => pull.milestone === one),
        args,
      ),
      args,
      info,
    ),
  repository: (one) => one.repository,
  resourcePath: (one) => `/${fullName(one.repository)}/milestone/${one.number}`,
  url: (one, _, { addresses }) => `${repositoryWeb(addresses, one.repository)}/milestone/${one.number}`,
};

const label: Fields<LabelNode> = {
  id: (one) => nodeIdIn('LA', one.repository, one.label.id),
  name: (one) => one.label.name,
  color: (one) => one.label.color,
  description: (one) => one.label.description,
  isDefault: (one) => one.label.default,
  createdAt: (one) => timestamp(one.repository.createdAt),
  updatedAt: (one) => timestamp(one.repository.createdAt),
  repository: (one) => one.repository,
  resourcePath: (one) => `/${fullName(one.repository)}/labels/${encodeURIComponent(one.label.name)}`,
  url: (one, _, { addresses }) =>
    `${repositoryWeb(addresses, one.repository)}/labels/${encodeURIComponent(one.label.name)}`,
};

const release: Fields<Release> = {
  id: (one) => nodeIdIn('RE', one.repository, one.id),
  databaseId: (one) => one.id,
  name: (one) => one.name,
  tagName: (one) => one.tag,
  author: (one) => one.author,
  description: (one) => `What is new in ${one.tag}`,
  isDraft: (one) => one.draft,
  isPrerelease: (one) => one.prerelease,
  isLatest: (one) => latestRelease(one.repository) === one,
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.updatedAt),
  publishedAt: (one) => timestampOrNull(one.publishedAt),
  repository: (one) => one.repository,
  resourcePath: (one) => `/${fullName(one.repository)}/releases/tag/${one.tag}`,
  url: (one, _, { addresses }) => `${repositoryWeb(addresses, one.repository)}/releases/tag/${one.tag}`,
  tagCommit: (one) => (one.draft ? null : commitOfSha(one.repository, one.commit, one.createdAt)),
};

function commitOfSha(one: Repository, sha: string, at: number): CommitNode | null {
  const known = one.commits.find((commit) => commit.sha === sha);
  return known ? commitNode(one, known) : loneCommit(one, sha, at);
}

/** A commit of which only its id and time are known. */
function loneCommit(one: Repository, sha: string, at: number): CommitNode | null {
  const author = one.company.people[0] ?? null;
  return commitNode(one, {
    sha,
    message: 'Release',
    author,
    authorName: author?.name ?? 'Release manager',
    authorEmail: author?.email ?? 'release@acme.example',
    authoredAt: at,
    committedAt: at,
    parent: '0'.repeat(40),
    additions: 0,
    deletions: 0,
  });
}

const ref: Fields<RefNode> = {
  compare: (one, { headRef = '' }) => comparison(one, headRef),
  id: (one) => nodeIdIn('REF', one.repository, `${one.prefix}${one.name}`),
  name: (one) => one.name,
  prefix: (one) => one.prefix,
  repository: (one) => one.repository,
  target(one) {
    const isTag = one.prefix === 'refs/tags/';
    const tag = isTag ? one.repository.tags.find((entry) => entry.name === one.name) : undefined;
    if (tag?.annotation) {
      return { __typename: 'Tag', tag, annotation: tag.annotation, repository: one.repository };
    }
    return commitOfSha(one.repository, one.sha, one.at);
  },
};

export const REPOSITORY_FIELDS = {
  Repository: repository,
  Milestone: milestone,
  Label: label,
  Release: release,
  Ref: ref,
};
