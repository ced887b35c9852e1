import { type Commit, fullName, type Repository } from '../../company/model.ts';
import { type Addresses, repositoryApi, repositoryWeb } from './addresses.ts';
import { type Answer, missing, ok } from './answer.ts';
import { linksFor, type PageRequest, pageSizeOf } from './pages.ts';
import { commit } from './pulls.ts';

const DOCS = '/commits/commits#compare-two-commits';
/** Without paging GitHub shows the newest of them. */
const MOST_UNPAGED = 250;

/** What lies between two commits. */
export interface Compared {
  readonly base: Commit;
  readonly head: Commit;
  readonly shared: Commit | null;
  /** What only the head has, oldest first: what `git log base..head` shows. */
  readonly ahead: readonly Commit[];
  readonly behindBy: number;
  readonly status: 'ahead' | 'behind' | 'diverged' | 'identical';
}

/** Compares two commits, tags or branches; null where one of them is none. */
export function comparedOf(repository: Repository, base: string, head: string): Compared | null {
  const from = lineTo(repository, base);
  const to = lineTo(repository, head);
  const [start, end] = [from?.at(-1), to?.at(-1)];
  if (!from || !to || !start || !end) return null;
  let shared = 0;
  while (shared < Math.min(from.length, to.length) && from[shared] === to[shared]) shared += 1;
  const ahead = to.slice(shared);
  const behindBy = from.length - shared;
  const status = statusOf(ahead.length, behindBy);
  return { base: start, head: end, shared: from[shared - 1] ?? null, ahead, behindBy, status };
}

/** The schema `commit-comparison`. */
export function compare(
  addresses: Addresses,
  repository: Repository,
  basehead: string,
  request: PageRequest,
): Answer {
  const [base = '', head = ''] = basehead.split('...');
  const found = comparedOf(repository, base, head);
  if (!found) return missing('Not Found', DOCS);
  const { ahead, behindBy, status } = found;
  const web = `${repositoryWeb(addresses, repository)}/compare`;
  const owner = repository.owner.login;
  const shown = shownCommits(ahead, request);
  const render = (one: Commit) => commit(addresses, repository, one);
  const body = {
    url: `${repositoryApi(addresses, repository)}/compare/${basehead}`,
    html_url: `${web}/${basehead}`,
    permalink_url: `${web}/${owner}:${found.base.sha.slice(0, 7)}...${owner}:${found.head.sha.slice(0, 7)}`,
    diff_url: `${web}/${basehead}.diff`,
    patch_url: `${web}/${basehead}.patch`,
    base_commit: render(found.base),
    merge_base_commit: render(found.shared ?? found.base),
    status,
    ahead_by: ahead.length,
    behind_by: behindBy,
    total_commits: ahead.length,
    commits: shown.commits.map(render),
    // Changed files are on the first page alone, and this company keeps them by pull request only.
    files: [],
  };
  return ok(body, shown.links.length > 0 ? { link: shown.links.join(', ') } : {});
}

function statusOf(ahead: number, behind: number): Compared['status'] {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

function shownCommits(ahead: readonly Commit[], request: PageRequest) {
  if (!request.query.has('page') && !request.query.has('per_page')) {
    return { commits: ahead.slice(-MOST_UNPAGED), links: [] };
  }
  const { size, number } = pageSizeOf(request);
  const start = (number - 1) * size;
  return {
    commits: ahead.slice(start, start + size),
    links: linksFor(request, { number, last: Math.max(1, Math.ceil(ahead.length / size)) }),
  };
}

/** All commits up to the one that is named, oldest first; null for a name that leads nowhere. */
export function lineTo(repository: Repository, named: string): readonly Commit[] | null {
  const { commits } = repository;
  const name = named.replace(`${repository.owner.login}:`, '').replace(`${fullName(repository)}:`, '');
  if (name === repository.defaultBranch || name === 'HEAD') return commits;
  const sha = repository.tags.find((tag) => tag.name === name)?.commit ?? name;
  const index = commits.findIndex((one) => one.sha === sha);
  if (index >= 0) return commits.slice(0, index + 1);
  for (const item of repository.items.values()) {
    if (item.kind !== 'pull') continue;
    const isIt = (one: Commit) =>
      one.sha === sha || (item.headBranch === name && one === item.commits.at(-1));
    const last = item.commits.findIndex(isIt);
    if (last < 0) continue;
    const base = commits.findIndex((one) => one.sha === item.baseSha);
    return [...commits.slice(0, base + 1), ...item.commits.slice(0, last + 1)];
  }
  return null;
}
