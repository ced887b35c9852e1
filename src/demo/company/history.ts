import { headAt, pullsOf, type Repository } from './model.ts';

/**
 * Puts the default branch in the order of its commits' times and ties each to the one before it, and each pull
 * request to where it branched off. Pull requests are made up one after the other, so that their merges are not.
 */
export function straighten(repository: Repository): void {
  const { commits } = repository;
  commits.sort((a, b) => a.committedAt - b.committedAt);
  for (const [index, commit] of commits.entries()) {
    commit.parent = commits[index - 1]?.sha ?? '0'.repeat(40);
  }
  for (const pull of pullsOf(repository)) {
    pull.baseSha = headAt(repository, pull.createdAt).sha;
    const [first] = pull.commits;
    if (first) first.parent = pull.baseSha;
  }
}
