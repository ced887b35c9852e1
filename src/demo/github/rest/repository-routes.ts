import type { Item, Pull, Repository } from '../../company/model.ts';
import { repositoryApi } from './addresses.ts';
import { type Answer, gone, movedPermanently, notFound, ok } from './answer.ts';
import { issueEvent } from './events.ts';
import { serialiseIssue } from './issue-cache.ts';
import { issueComment, label, milestone, singleIssue } from './issues.ts';
import { listIssues, listPulls } from './lists.ts';
import { page } from './pages.ts';
import { commit, diffEntry, pull, review, singlePull } from './pulls.ts';
import { release, repository as renderRepository, tag } from './repositories.ts';
import type { RestRequest } from './routes.ts';

interface RepositoryRequest extends RestRequest {
  readonly model: Repository;
}

/** GitHub lists no more of a pull request than this. */
const MOST_COMMITS = 250;
const MOST_FILES = 3000;

/** What lies below a repository: `rest` is the path from there on. */
export function repositoryRoute(request: RepositoryRequest, rest: readonly string[]): Answer {
  const [collection, key, part] = rest;
  if (rest.length > 3) return notFound();
  if (collection === 'issues') return issueRoute(request, key, part);
  if (collection === 'pulls') return pullRoute(request, key, part);
  if (key !== undefined) return collection === 'releases' ? releaseRoute(request, key) : notFound();
  const { model, addresses } = request;
  if (collection === 'releases')
    return listed(request, rest, visibleReleases(request), (one) => release(addresses, one));
  if (collection === 'tags')
    return listed(request, rest, [...model.tags].reverse(), (one) => tag(addresses, model, one));
  if (collection === 'labels')
    return listed(request, rest, model.labels, (one) => label(addresses, model, one));
  if (collection === 'milestones') {
    const state = request.query.get('state') ?? 'open';
    const shown = model.milestones.filter(
      (one) => state === 'all' || (state === 'open') === (one.closedAt === null),
    );
    return listed(request, rest, shown, (one) => milestone(addresses, one));
  }
  return notFound();
}

function listed<T>(
  request: RepositoryRequest,
  rest: readonly string[],
  items: readonly T[],
  render: (item: T) => unknown,
): Answer {
  return page(items, (item) => JSON.stringify(render(item)), pageRequest(request, rest));
}

function pageRequest(request: RepositoryRequest, rest: readonly string[]) {
  const address = [request.addresses.api, 'repositories', request.model.id, ...rest].join('/');
  return { query: request.query, address };
}

function issueRoute(request: RepositoryRequest, key: string | undefined, part: string | undefined): Answer {
  const { model, addresses, query } = request;
  if (key === undefined) {
    const found = listIssues(model, query);
    if ('status' in found) return found;
    const docs = '/issues/issues#list-repository-issues';
    return page(found.items, (item) => serialiseIssue(addresses, item), pageRequest(request, ['issues']), {
      ...found,
      from: request.cursorFrom,
      docs,
    });
  }
  if (key === 'comments' && part === undefined) return allComments(request);
  if (key === 'events' && part === undefined) return allEvents(request);
  const number = Number(key);
  const item = model.items.get(number);
  if (!item) return missingItem(request, number, part);
  if (part === undefined) return ok(singleIssue(addresses, item));
  if (part === 'comments') {
    const since = Date.parse(query.get('since') ?? '');
    const shown = item.comments.filter((one) => Number.isNaN(since) || one.createdAt >= since);
    return listed(request, ['issues', key, part], shown, (one) => issueComment(addresses, item, one));
  }
  if (part === 'events') {
    return listed(request, ['issues', key, part], item.events, (one) => issueEvent(addresses, model, one));
  }
  return notFound();
}

/** A transferred issue redirects, a deleted one is gone, and any other was never here. */
function missingItem(request: RepositoryRequest, number: number, part: string | undefined): Answer {
  const left = request.model.gone.get(number);
  if (left === undefined) return notFound('/issues/issues#get-an-issue');
  if (left === 'deleted') return gone();
  const target = `${repositoryApi(request.addresses, left.repository)}/issues/${left.number}`;
  return movedPermanently(part === undefined ? target : `${target}/${part}`);
}

function byDirection<T>(request: RepositoryRequest, items: readonly T[], time: (item: T) => number): T[] {
  const sign = request.query.get('direction') === 'desc' ? -1 : 1;
  return [...items].sort((a, b) => sign * (time(a) - time(b)));
}

function allComments(request: RepositoryRequest): Answer {
  const since = Date.parse(request.query.get('since') ?? '');
  const found = [...request.model.items.values()].flatMap((item) =>
    item.comments.map((comment) => ({ item, comment })),
  );
  const shown = found.filter(({ comment }) => Number.isNaN(since) || comment.createdAt >= since);
  const inOrder = byDirection(request, shown, ({ comment }) => comment.createdAt);
  return listed(request, ['issues', 'comments'], inOrder, ({ item, comment }) =>
    issueComment(request.addresses, item, comment),
  );
}

/** Newest first, each with the issue that it happened to. */
function allEvents(request: RepositoryRequest): Answer {
  const { model, addresses } = request;
  const found = [...model.items.values()].flatMap((item) => item.events);
  found.sort((a, b) => b.at - a.at || b.id - a.id);
  return listed(request, ['issues', 'events'], found, (event) => ({
    ...issueEvent(addresses, model, event),
    issue: JSON.parse(serialiseIssue(addresses, event.item)),
  }));
}

function pullRoute(request: RepositoryRequest, key: string | undefined, part: string | undefined): Answer {
  const { model, addresses, query } = request;
  if (key === undefined) {
    const inRepository = renderRepository(addresses, model);
    return listed(request, ['pulls'], listPulls(model, query).items, (one) =>
      pull(addresses, one, inRepository),
    );
  }
  const item: Item | undefined = model.items.get(Number(key));
  if (item?.kind !== 'pull') return notFound('/pulls/pulls#get-a-pull-request');
  if (part === undefined) return ok(singlePull(addresses, item));
  return pullPart(request, item, part);
}

function pullPart(request: RepositoryRequest, model: Pull, part: string): Answer {
  const { addresses } = request;
  const rest = ['pulls', String(model.number), part];
  if (part === 'reviews') return listed(request, rest, model.reviews, (one) => review(addresses, one));
  if (part === 'commits') {
    return listed(request, rest, model.commits.slice(0, MOST_COMMITS), (one) =>
      commit(addresses, model, one),
    );
  }
  if (part === 'files') {
    return listed(request, rest, model.files.slice(0, MOST_FILES), (one) => diffEntry(addresses, model, one));
  }
  // Remarks on lines are no part of this company's history.
  if (part === 'comments') return listed(request, rest, [], (one) => one);
  return notFound();
}

/** Newest first; drafts are for those alone who may push. */
function visibleReleases(request: RepositoryRequest) {
  const { model, viewer } = request;
  return model.releases
    .filter((one) => !one.draft || viewer !== null)
    .sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
}

function releaseRoute(request: RepositoryRequest, key: string): Answer {
  const releases = visibleReleases(request);
  const found =
    key === 'latest'
      ? releases.find((one) => !one.draft && !one.prerelease)
      : releases.find((one) => String(one.id) === key);
  return found ? ok(release(request.addresses, found)) : notFound('/releases/releases#get-a-release');
}
