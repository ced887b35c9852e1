import { begin, closeIssue, type NewItem, newItem } from './changes.ts';
import { type Change, makeSha, nextId, record, touch, wholeSecond } from './item.ts';
import { closeLinked } from './links.ts';
import {
  type Account,
  type ChangedFile,
  type Commit,
  headOf,
  type Pull,
  pullSize,
  type Repository,
  type Review,
  type ReviewState,
} from './model.ts';

export interface NewCommit {
  readonly message: string;
  readonly authoredAt: number;
  /** Null: an author whose account was deleted or is not known. */
  readonly author: Account | null;
  readonly additions?: number;
  readonly deletions?: number;
}

export function openPull(
  repository: Repository,
  entry: NewItem & {
    readonly draft?: boolean;
    readonly headBranch: string;
    /** Oldest first, at least one. */
    readonly commits: readonly NewCommit[];
    readonly files: readonly ChangedFile[];
  },
): Pull {
  const { company } = repository;
  const baseSha = headOf(repository).sha;
  const pull: Pull = {
    kind: 'pull',
    ...newItem(repository, entry),
    pullId: nextId(company),
    draft: entry.draft ?? false,
    headBranch: entry.headBranch,
    baseBranch: repository.defaultBranch,
    baseSha,
    commits: [],
    files: [...entry.files],
    reviews: [],
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    linkedIssues: [],
  };
  for (const commit of entry.commits) appendCommit(pull, commit);
  return begin(pull, entry);
}

function appendCommit(pull: Pull, entry: NewCommit): Commit {
  const commit: Commit = {
    sha: makeSha(pull.repository.company),
    message: entry.message,
    author: entry.author,
    authorName: entry.author?.name ?? 'Former colleague',
    authorEmail: entry.author?.email ?? 'former@acme.example',
    authoredAt: wholeSecond(entry.authoredAt),
    committedAt: wholeSecond(entry.authoredAt),
    parent: pull.commits.at(-1)?.sha ?? pull.baseSha,
    additions: entry.additions ?? 0,
    deletions: entry.deletions ?? 0,
  };
  pull.commits.push(commit);
  return commit;
}

export function pushCommit(pull: Pull, entry: NewCommit, at: number): Commit {
  const commit = appendCommit(pull, entry);
  touch(pull, at);
  return commit;
}

export function submitReview(pull: Pull, state: ReviewState, change: Change, body = ''): Review {
  const commit = pull.commits.at(-1)?.sha ?? pull.baseSha;
  const id = nextId(pull.repository.company);
  const review: Review = {
    id,
    pull,
    author: change.by,
    state,
    body,
    submittedAt: wholeSecond(change.at),
    commit,
  };
  pull.reviews.push(review);
  touch(pull, change.at);
  return review;
}

export function markReady(pull: Pull, change: Change): void {
  if (!pull.draft) return;
  pull.draft = false;
  record(pull, 'ready_for_review', change);
  touch(pull, change.at);
}

export function convertToDraft(pull: Pull, change: Change): void {
  if (pull.draft) return;
  pull.draft = true;
  record(pull, 'convert_to_draft', change);
  touch(pull, change.at);
}

/** Squashes the pull request into its base branch, which closes the issues linked to it. Nothing happens unless it is open. */
export function mergePull(pull: Pull, change: Change): void {
  if (pull.state === 'closed') return;
  const { repository } = pull;
  const at = wholeSecond(change.at);
  pull.mergedAt = at;
  pull.mergedBy = change.by;
  pull.mergeCommit = {
    sha: makeSha(repository.company),
    message: `${pull.title} (#${pull.number})`,
    author: pull.author,
    authorName: pull.author?.name ?? 'Former colleague',
    authorEmail: pull.author?.email ?? 'former@acme.example',
    authoredAt: at,
    committedAt: at,
    parent: headOf(repository).sha,
    ...pullSize(pull),
  };
  repository.commits.push(pull.mergeCommit);
  record(pull, 'merged', change);
  closeIssue(pull, change);
  closeLinked(pull, change);
  repository.pushedAt = Math.max(repository.pushedAt, at);
}
