import { makeSha, nextId, wholeSecond } from './item.ts';
import { type Account, headAt, type Release, type Repository } from './model.ts';

/** Adds a release; it is published at once, with its tag, unless it is a draft. */
export function addRelease(
  repository: Repository,
  entry: {
    readonly tag: string;
    readonly author: Account;
    readonly at: number;
    readonly draft?: boolean;
    readonly prerelease?: boolean;
    /** What the tag says; without it the tag is a lightweight one, as GitHub itself makes them. */
    readonly annotation?: string;
  },
): Release {
  const at = wholeSecond(entry.at);
  const draft = entry.draft ?? false;
  const release: Release = {
    id: nextId(repository.company),
    repository,
    tag: entry.tag,
    name: entry.tag,
    author: entry.author,
    draft,
    prerelease: entry.prerelease ?? false,
    createdAt: at,
    publishedAt: null,
    updatedAt: at,
    commit: headAt(repository, at).sha,
  };
  repository.releases.push(release);
  if (draft) repository.company.version += 1;
  else publishRelease(release, at, entry.annotation);
  return release;
}

/** Publishes a draft and creates its tag. */
function publishRelease(release: Release, at: number, annotation?: string): void {
  const { repository, author } = release;
  release.draft = false;
  release.publishedAt = wholeSecond(at);
  release.updatedAt = release.publishedAt;
  repository.tags.push({
    name: release.tag,
    commit: release.commit,
    at: release.publishedAt,
    annotation:
      annotation === undefined
        ? null
        : { sha: makeSha(repository.company), tagger: author, message: annotation },
  });
  repository.company.version += 1;
}

/** Changes what a release says. Lists are in the order of creation, so that an old one stays where it is. */
export function editRelease(
  release: Release,
  edit: { readonly name?: string; readonly prerelease?: boolean },
  at: number,
): void {
  release.name = edit.name ?? release.name;
  release.prerelease = edit.prerelease ?? release.prerelease;
  release.updatedAt = Math.max(release.updatedAt, wholeSecond(at));
  release.repository.company.version += 1;
}

/** Deletes a release; its tag stays, as on GitHub. */
export function deleteRelease(release: Release): void {
  const { releases, company } = release.repository;
  const index = releases.indexOf(release);
  if (index < 0) return;
  releases.splice(index, 1);
  company.version += 1;
}
