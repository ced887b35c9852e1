import {
  type ChangedFile,
  fullName,
  type Pull,
  pullSize,
  pullsOf,
  type Review,
} from '../../company/model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { GHOST } from '../rest/accounts.ts';
import { avatarUrl, itemWeb, repositoryWeb, timestamp, timestampOrNull } from '../rest/addresses.ts';
import { lineTo } from '../rest/compare.ts';
import { association } from '../rest/issues.ts';
import { connect, inOrder } from './connection.ts';
import { deploymentListing } from './delivery.ts';
import { ITEM_FIELDS } from './items.ts';
import { pullState } from './repositories.ts';
import { type CommitNode, commitNode, type Fields, type PullCommitNode } from './types.ts';

/** The newest verdict of each reviewer decides. */
function reviewDecision(pull: Pull): 'CHANGES_REQUESTED' | 'APPROVED' | null {
  const verdicts = new Map<Review['author'], Review['state']>();
  for (const review of pull.reviews) {
    if (review.state !== 'COMMENTED') verdicts.set(review.author, review.state);
  }
  const states = [...verdicts.values()];
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  return states.includes('APPROVED') ? 'APPROVED' : null;
}

const pullRequest: Fields<Pull> = {
  ...ITEM_FIELDS,
  state: pullState,
  isDraft: (pull) => pull.draft,
  merged: (pull) => pull.mergedAt !== null,
  mergedAt: (pull) => timestampOrNull(pull.mergedAt),
  mergedBy: (pull) => pull.mergedBy,
  mergeCommit: (pull) => commitNode(pull.repository, pull.mergeCommit),
  additions: (pull) => pullSize(pull).additions,
  deletions: (pull) => pullSize(pull).deletions,
  changedFiles: (pull) => pull.files.length,
  baseRefName: (pull) => pull.baseBranch,
  headRefName: (pull) => pull.headBranch,
  baseRefOid: (pull) => pull.baseSha,
  headRefOid: (pull) => pull.commits.at(-1)?.sha ?? pull.baseSha,
  isCrossRepository: () => false,
  permalink: (pull, _, { addresses }) => itemWeb(addresses, pull),
  reviewDecision,
  totalCommentsCount: (pull) => pull.comments.length,
  closingIssuesReferences: (pull, args, _, info) => connect(inOrder(pull.linkedIssues), args, info),
  commits: (pull, args, _, info) =>
    connect(inOrder(pull.commits), args, info, (commit) => ({
      __typename: 'PullRequestCommit',
      commit,
      pull,
    })),
  files: (pull, args, _, info) => connect(inOrder(pull.files), args, info),
  reviews(pull, args, _, info) {
    const shown = pull.reviews.filter(
      (review) =>
        (!args.states?.length || args.states.includes(review.state)) &&
        (args.author == null || review.author?.login === args.author),
    );
    return connect(inOrder(shown), args, info);
  },
};

function commitPath(pull: Pull, sha: string): string {
  return `/${fullName(pull.repository)}/pull/${pull.number}/commits/${sha}`;
}

const pullRequestCommit: Fields<PullCommitNode> = {
  id: (one) => nodeIdIn('PURC', one.pull.repository, one.commit.sha),
  commit: (one) => commitNode(one.pull.repository, one.commit),
  pullRequest: (one) => one.pull,
  resourcePath: (one) => commitPath(one.pull, one.commit.sha),
  url: (one, _, { addresses }) => `${addresses.web}${commitPath(one.pull, one.commit.sha)}`,
};

const CHANGE_TYPES: Readonly<Record<ChangedFile['status'], string>> = {
  added: 'ADDED',
  modified: 'MODIFIED',
  removed: 'DELETED',
};

const changedFile: Fields<ChangedFile> = {
  path: (file) => file.path,
  additions: (file) => file.additions,
  deletions: (file) => file.deletions,
  changeType: (file) => CHANGE_TYPES[file.status],
};

function reviewPath(review: Review): string {
  const { repository, number } = review.pull;
  return `/${fullName(repository)}/pull/${number}#pullrequestreview-${review.id}`;
}

const review: Fields<Review> = {
  id: (one) => nodeIdIn('PRR', one.pull.repository, one.id),
  databaseId: (one) => one.id,
  fullDatabaseId: (one) => String(one.id),
  author: (one) => one.author,
  authorAssociation: (one) => association(one.pull.repository, one.author),
  body: (one) => one.body,
  bodyText: (one) => one.body,
  commit: (one) =>
    commitNode(one.pull.repository, one.pull.commits.find((commit) => commit.sha === one.commit) ?? null),
  createdAt: (one) => timestamp(one.submittedAt),
  publishedAt: (one) => timestamp(one.submittedAt),
  submittedAt: (one) => timestamp(one.submittedAt),
  updatedAt: (one) => timestamp(one.submittedAt),
  pullRequest: (one) => one.pull,
  repository: (one) => one.pull.repository,
  resourcePath: reviewPath,
  state: (one) => one.state,
  url: (one, _, { addresses }) => `${addresses.web}${reviewPath(one)}`,
};

function gitActor(one: CommitNode, at: number) {
  return { name: one.commit.authorName, email: one.commit.authorEmail, account: one.commit.author, at };
}

const commit: Fields<CommitNode> = {
  id: (one) => nodeIdIn('C', one.repository, one.commit.sha),
  oid: (one) => one.commit.sha,
  abbreviatedOid: (one) => one.commit.sha.slice(0, 7),
  message: (one) => one.commit.message,
  messageHeadline: (one) => one.commit.message.split('\n', 1)[0],
  authoredDate: (one) => timestamp(one.commit.authoredAt),
  committedDate: (one) => timestamp(one.commit.committedAt),
  authoredByCommitter: () => true,
  author: (one) => gitActor(one, one.commit.authoredAt),
  committer: (one) => gitActor(one, one.commit.committedAt),
  additions: (one) => one.commit.additions,
  deletions: (one) => one.commit.deletions,
  changedFilesIfAvailable: () => null,
  associatedPullRequests(one, args, _, info) {
    const found = pullsOf(one.repository).filter(
      (pull) => pull.mergeCommit === one.commit || pull.commits.includes(one.commit),
    );
    return connect(inOrder(found), args, info);
  },
  deployments: (one, args, _, info) =>
    connect(
      deploymentListing(
        one.repository.deployments.filter((entry) => entry.sha === one.commit.sha),
        args,
      ),
      args,
      info,
    ),
  history(one, args, _, info) {
    const since = args.since == null ? Number.NEGATIVE_INFINITY : Date.parse(args.since);
    const until = args.until == null ? Number.POSITIVE_INFINITY : Date.parse(args.until);
    const line = (lineTo(one.repository, one.commit.sha) ?? [one.commit]).filter(
      ({ committedAt }) => committedAt >= since && committedAt <= until,
    );
    return connect(inOrder([...line].reverse()), args, info, (commit) => commitNode(one.repository, commit));
  },
  parents(one, args, _, info) {
    const line = lineTo(one.repository, one.commit.sha) ?? [];
    const parent = line.filter((commit) => commit.sha === one.commit.parent);
    return connect(inOrder(parent), args, info, (commit) => commitNode(one.repository, commit));
  },
  repository: (one) => one.repository,
  resourcePath: (one) => `/${fullName(one.repository)}/commit/${one.commit.sha}`,
  url: (one, _, { addresses }) => `${repositoryWeb(addresses, one.repository)}/commit/${one.commit.sha}`,
  commitResourcePath: (one) => `/${fullName(one.repository)}/commit/${one.commit.sha}`,
  commitUrl: (one, _, { addresses }) =>
    `${repositoryWeb(addresses, one.repository)}/commit/${one.commit.sha}`,
};

const actor: Fields<ReturnType<typeof gitActor>> = {
  name: (one) => one.name,
  email: (one) => one.email,
  date: (one) => timestamp(one.at),
  user: (one) => (one.account?.type === 'User' ? one.account : null),
  avatarUrl: (one, _, { addresses }) => avatarUrl(addresses, one.account ?? GHOST),
};

export const PULL_FIELDS = {
  PullRequest: pullRequest,
  PullRequestCommit: pullRequestCommit,
  PullRequestChangedFile: changedFile,
  PullRequestReview: review,
  Commit: commit,
  GitActor: actor,
};
