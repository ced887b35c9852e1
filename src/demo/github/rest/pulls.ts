import { createHash } from 'node:crypto';
import {
  type ChangedFile,
  type Commit,
  fullName,
  type Pull,
  pullSize,
  type Repository,
  type Review,
} from '../../company/model.ts';
import { bodyText } from '../bodies.ts';
import { nodeIdIn } from '../node-ids.ts';
import { authorOrGhost, simpleUser, simpleUserOrNull } from './accounts.ts';
import {
  type Addresses,
  itemWeb,
  repositoryApi,
  repositoryWeb,
  timestamp,
  timestampOrNull,
} from './addresses.ts';
import { association, itemNodeId, label, milestone } from './issues.ts';
import { repository as renderRepository, UNSIGNED } from './repositories.ts';

/** What git writes where there is no parent. */
const NO_COMMIT = /^0+$/;

/** What is the same for every pull request of a list, rendered once. */
export type RenderedRepository = ReturnType<typeof renderRepository>;

/** The schema `pull-request-simple`, as a list has it. */
export function pull(addresses: Addresses, model: Pull, inRepository?: RenderedRepository) {
  const { repository } = model;
  const api = repositoryApi(addresses, repository);
  const web = itemWeb(addresses, model);
  const url = `${api}/pulls/${model.number}`;
  const issueUrl = `${api}/issues/${model.number}`;
  const head = model.commits.at(-1)?.sha ?? model.baseSha;
  const repo = inRepository ?? renderRepository(addresses, repository);
  const owner = simpleUser(addresses, repository.owner);
  return {
    url,
    id: model.pullId,
    node_id: itemNodeId(model),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issueUrl,
    number: model.number,
    state: model.state,
    locked: false,
    title: model.title,
    user: authorOrGhost(addresses, model.author),
    body: bodyText(model),
    created_at: timestamp(model.createdAt),
    updated_at: timestamp(model.updatedAt),
    closed_at: timestampOrNull(model.closedAt),
    merged_at: timestampOrNull(model.mergedAt),
    merge_commit_sha: model.mergeCommit?.sha ?? null,
    assignee: simpleUserOrNull(addresses, model.assignees[0] ?? null),
    assignees: model.assignees.map((one) => simpleUser(addresses, one)),
    requested_reviewers: [],
    requested_teams: [],
    labels: model.labels.map((one) => label(addresses, repository, one)),
    milestone: model.milestone === null ? null : milestone(addresses, model.milestone),
    draft: model.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${api}/statuses/${head}`,
    head: { label: `acme:${model.headBranch}`, ref: model.headBranch, sha: head, user: owner, repo },
    base: { label: `acme:${model.baseBranch}`, ref: model.baseBranch, sha: model.baseSha, user: owner, repo },
    _links: {
      self: { href: url },
      html: { href: web },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${api}/statuses/${head}` },
    },
    author_association: association(repository, model.author),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** The schema `pull-request`: a single one also tells its size. */
export function singlePull(addresses: Addresses, model: Pull) {
  return {
    ...pull(addresses, model),
    merged: model.mergedAt !== null,
    mergeable: model.state === 'open' ? true : null,
    rebaseable: model.state === 'open' ? true : null,
    mergeable_state: model.state === 'open' ? 'clean' : 'unknown',
    merged_by: simpleUserOrNull(addresses, model.mergedBy),
    comments: model.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: model.commits.length,
    ...pullSize(model),
    changed_files: model.files.length,
  };
}

/** The schema `pull-request-review`. */
export function review(addresses: Addresses, model: Review) {
  const web = `${itemWeb(addresses, model.pull)}#pullrequestreview-${model.id}`;
  const pullUrl = `${repositoryApi(addresses, model.pull.repository)}/pulls/${model.pull.number}`;
  return {
    id: model.id,
    node_id: nodeIdIn('PRR', model.pull.repository, model.id),
    user: simpleUserOrNull(addresses, model.author),
    body: model.body,
    state: model.state,
    html_url: web,
    pull_request_url: pullUrl,
    author_association: association(model.pull.repository, model.author),
    _links: { html: { href: web }, pull_request: { href: pullUrl } },
    submitted_at: timestamp(model.submittedAt),
    commit_id: model.commit,
  };
}

/** The schema `commit`. */
export function commit(addresses: Addresses, repository: Repository, entry: Commit) {
  const api = repositoryApi(addresses, repository);
  const person = { name: entry.authorName, email: entry.authorEmail };
  const tree = createHash('sha1').update(`tree ${entry.sha}`).digest('hex');
  const account = simpleUserOrNull(addresses, entry.author);
  return {
    sha: entry.sha,
    node_id: nodeIdIn('C', repository, entry.sha),
    commit: {
      author: { ...person, date: timestamp(entry.authoredAt) },
      committer: { ...person, date: timestamp(entry.committedAt) },
      message: entry.message,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      url: `${api}/git/commits/${entry.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url: `${api}/commits/${entry.sha}`,
    html_url: `${repositoryWeb(addresses, repository)}/commit/${entry.sha}`,
    comments_url: `${api}/commits/${entry.sha}/comments`,
    author: account,
    committer: account,
    parents: NO_COMMIT.test(entry.parent)
      ? []
      : [
          {
            sha: entry.parent,
            url: `${api}/commits/${entry.parent}`,
            html_url: `${repositoryWeb(addresses, repository)}/commit/${entry.parent}`,
          },
        ],
  };
}

/** The schema `git-commit`. */
export function gitCommit(addresses: Addresses, repository: Repository, entry: Commit) {
  const { commit: inner, html_url, parents, sha, node_id } = commit(addresses, repository, entry);
  const { url, author, committer, message, tree, verification } = inner;
  return { sha, node_id, url, html_url, author, committer, message, tree, parents, verification };
}

/** The schema `diff-entry`, without the patch: GitHub leaves it out where it is long. */
export function diffEntry(addresses: Addresses, model: Pull, file: ChangedFile) {
  const head = model.commits.at(-1)?.sha ?? model.baseSha;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const web = repositoryWeb(addresses, model.repository);
  return {
    sha: createHash('sha1')
      .update(`${fullName(model.repository)}/${file.path}@${head}`)
      .digest('hex'),
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${web}/blob/${head}/${path}`,
    raw_url: `${web}/raw/${head}/${path}`,
    contents_url: `${repositoryApi(addresses, model.repository)}/contents/${path}?ref=${head}`,
  };
}
