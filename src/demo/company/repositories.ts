import { makeSha, nextId, wholeSecond } from './item.ts';
import {
  type Account,
  type Company,
  fullName,
  type Label,
  type Milestone,
  type Release,
  type Repository,
} from './model.ts';

/** Adds a repository to the company. It begins without labels, milestones, issues or releases. */
export function addRepository(
  company: Company,
  entry: {
    readonly name: string;
    readonly description: string;
    readonly language: string;
    readonly at: number;
  },
): Repository {
  const at = wholeSecond(entry.at);
  const repository: Repository = {
    company,
    id: nextId(company),
    owner: company.organization,
    name: entry.name,
    description: entry.description,
    language: entry.language,
    defaultBranch: 'main',
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
    archived: false,
    labels: [],
    milestones: [],
    items: new Map(),
    gone: new Map(),
    releases: [],
    tags: [],
    nextNumber: 1,
  };
  company.repositories.push(repository);
  company.version += 1;
  return repository;
}

/** Gives a repository another name; the former one redirects. */
export function renameRepository(repository: Repository, name: string): void {
  const { company } = repository;
  company.formerNames.set(fullName(repository).toLowerCase(), repository);
  repository.name = name;
  company.formerNames.delete(fullName(repository).toLowerCase());
  for (const item of repository.items.values()) item.version += 1;
  for (const milestone of repository.milestones) milestone.version += 1;
  company.version += 1;
}

/** Deletes a repository: it answers 404 from then on. */
export function deleteRepository(repository: Repository): void {
  const { repositories } = repository.company;
  const index = repositories.indexOf(repository);
  if (index >= 0) repositories.splice(index, 1);
  for (const [name, target] of repository.company.formerNames) {
    if (target === repository) repository.company.formerNames.delete(name);
  }
  repository.company.version += 1;
}

export function addLabel(
  repository: Repository,
  entry: {
    readonly name: string;
    readonly color: string;
    readonly description: string;
    readonly default?: boolean;
  },
): Label {
  const label = { ...entry, id: nextId(repository.company), default: entry.default ?? false };
  repository.labels.push(label);
  repository.company.version += 1;
  return label;
}

export function addMilestone(
  repository: Repository,
  entry: {
    readonly title: string;
    readonly description: string;
    readonly creator: Account;
    readonly at: number;
    readonly dueOn: number | null;
  },
): Milestone {
  const at = wholeSecond(entry.at);
  const milestone: Milestone = {
    id: nextId(repository.company),
    number: repository.milestones.length + 1,
    repository,
    title: entry.title,
    description: entry.description,
    creator: entry.creator,
    createdAt: at,
    dueOn: entry.dueOn,
    updatedAt: at,
    closedAt: null,
    openIssues: 0,
    closedIssues: 0,
    version: 0,
  };
  repository.milestones.push(milestone);
  repository.company.version += 1;
  return milestone;
}

export function closeMilestone(milestone: Milestone, at: number): void {
  milestone.closedAt = wholeSecond(at);
  milestone.updatedAt = milestone.closedAt;
  milestone.version += 1;
  milestone.repository.company.version += 1;
}

/** Adds a release; it is published at once, with its tag, unless it is a draft. */
export function addRelease(
  repository: Repository,
  entry: {
    readonly tag: string;
    readonly author: Account;
    readonly at: number;
    readonly draft?: boolean;
    readonly prerelease?: boolean;
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
    commit: makeSha(repository.company),
  };
  repository.releases.push(release);
  if (draft) repository.company.version += 1;
  else publishRelease(release, at);
  return release;
}

/** Publishes a draft and creates its tag. */
export function publishRelease(release: Release, at: number): void {
  const { repository } = release;
  release.draft = false;
  release.publishedAt = wholeSecond(at);
  release.updatedAt = release.publishedAt;
  repository.tags.push({ name: release.tag, commit: release.commit, at: release.publishedAt });
  repository.company.version += 1;
}
