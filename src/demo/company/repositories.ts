import { makeSha, nextId, wholeSecond } from './item.ts';
import {
  type Account,
  type Commit,
  type Company,
  fullName,
  type Label,
  type Milestone,
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
    commits: [],
    releases: [],
    tags: [],
    deployments: [],
    workflows: [],
    runs: [],
    dependabotAlerts: [],
    codeAlerts: [],
    features: { issues: true, dependabotAlerts: true, codeScanning: 'on' },
    nextNumber: 1,
  };
  const [founder = company.organization] = company.people;
  pushToMain(repository, { message: 'Initial commit', author: founder, at });
  company.repositories.push(repository);
  company.version += 1;
  return repository;
}

/** Commits to the default branch without a pull request. */
export function pushToMain(
  repository: Repository,
  entry: { readonly message: string; readonly author: Account; readonly at: number },
): Commit {
  const at = wholeSecond(entry.at);
  const commit: Commit = {
    sha: makeSha(repository.company),
    message: entry.message,
    author: entry.author,
    authorName: entry.author.name ?? entry.author.login,
    authorEmail: entry.author.email ?? `${entry.author.login}@acme.example`,
    authoredAt: at,
    committedAt: at,
    parent: repository.commits.at(-1)?.sha ?? '0'.repeat(40),
    additions: 3,
    deletions: 3,
  };
  repository.commits.push(commit);
  repository.pushedAt = Math.max(repository.pushedAt, at);
  repository.company.version += 1;
  return commit;
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
