import type { Item, Pull, Repository } from '../../company/model.ts';
import { comparePlaces, type Place } from '../cursors.ts';
import { type Answer, validationFailed } from './answer.ts';

export interface Listed<T> {
  readonly items: readonly T[];
  readonly place: (item: T) => Place;
  readonly descending: boolean;
}

const ISSUE_DOCS = '/issues/issues#list-repository-issues';

const ISSUE_SORTS: Readonly<Record<string, (item: Item) => number>> = {
  created: (item) => item.createdAt,
  updated: (item) => item.updatedAt,
  comments: (item) => item.comments.length,
};

const PULL_SORTS: Readonly<Record<string, (pull: Pull) => number>> = {
  created: (pull) => pull.createdAt,
  updated: (pull) => pull.updatedAt,
  popularity: (pull) => pull.comments.length,
  'long-running': (pull) => pull.createdAt,
};

/** Sorts by a value and, where equal, by what no two share. */
export function sorted<T>(
  items: readonly T[],
  value: (item: T) => number,
  descending: boolean,
  unique: (item: T) => number,
): Listed<T> {
  const place = (item: T): Place => [value(item), unique(item)];
  const sign = descending ? -1 : 1;
  return { items: [...items].sort((a, b) => sign * comparePlaces(place(a), place(b))), place, descending };
}

interface Kept {
  readonly version: number;
  readonly lists: Map<string, Listed<Item>>;
}

/** Lists in their order, so that not every page of one sorts it again. */
const kept = new WeakMap<Repository, Kept>();

/** The issues of a repository, pull requests among them, as the query asks; or why it cannot be answered. */
export function listIssues(repository: Repository, query: URLSearchParams): Listed<Item> | Answer {
  const { version } = repository.company;
  const known = kept.get(repository);
  const current = known?.version === version ? known : { version, lists: new Map<string, Listed<Item>>() };
  kept.set(repository, current);
  const key = FILTERS.map((name) => query.get(name) ?? '').join('\n');
  const list = current.lists.get(key);
  if (list) return list;
  const made = makeIssueList(repository, query);
  if (!('status' in made)) current.lists.set(key, made);
  return made;
}

const FILTERS = ['state', 'since', 'labels', 'creator', 'assignee', 'milestone', 'sort', 'direction'];

function makeIssueList(repository: Repository, query: URLSearchParams): Listed<Item> | Answer {
  const state = query.get('state') ?? 'open';
  if (!['open', 'closed', 'all'].includes(state)) return validationFailed('state', state, ISSUE_DOCS);
  const since = query.get('since');
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(from)) return validationFailed('since', since ?? '', ISSUE_DOCS);

  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const creator = query.get('creator');
  const assignee = query.get('assignee');
  const milestone = query.get('milestone');
  const found = [...repository.items.values()].filter(
    (item) =>
      (state === 'all' || item.state === state) &&
      // At or after: a client that asks from its last item's own time gets that item again.
      item.updatedAt >= from &&
      labels.every((name) => item.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())) &&
      (creator === null || item.author?.login === creator.replace(/\[bot\]$/, '')) &&
      meets(assignee, item.assignees.length > 0, (wanted) =>
        item.assignees.some((one) => one.login === wanted),
      ) &&
      meets(milestone, item.milestone !== null, (wanted) => String(item.milestone?.number) === wanted),
  );
  const sort = ISSUE_SORTS[query.get('sort') ?? 'created'] ?? ((item: Item) => item.createdAt);
  return sorted(found, sort, query.get('direction') !== 'asc', (item) => item.id);
}

/** A filter that takes several words with commas between. */
export function byWords(wanted: string | null, value: string): boolean {
  return wanted === null || wanted.split(',').includes(value);
}

/** A filter that knows `none` and `*` beside a value. */
function meets(wanted: string | null, any: boolean, equals: (wanted: string) => boolean): boolean {
  if (wanted === null) return true;
  if (wanted === '*') return any;
  return wanted === 'none' ? !any : equals(wanted);
}

/** The pull requests of a repository as the query asks. */
export function listPulls(repository: Repository, query: URLSearchParams): Listed<Pull> {
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  const found: Pull[] = [];
  for (const item of repository.items.values()) {
    if (item.kind !== 'pull') continue;
    if (state !== 'all' && item.state !== state) continue;
    if (base !== null && item.baseBranch !== base) continue;
    if (head !== null && `${repository.owner.login}:${item.headBranch}` !== head) continue;
    found.push(item);
  }
  const name = query.get('sort') ?? 'created';
  const sort = PULL_SORTS[name] ?? ((pull: Pull) => pull.createdAt);
  // Newest first by default when sorted by creation, oldest first otherwise: so the documentation, and so it is.
  const descending = (query.get('direction') ?? (name === 'created' ? 'desc' : 'asc')) !== 'asc';
  return sorted(found, sort, descending, (pull) => pull.id);
}
