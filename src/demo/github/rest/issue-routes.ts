import { repositoryApi } from './addresses.ts';
import { type Answer, gone, issuesDisabled, movedPermanently, notFound, ok } from './answer.ts';
import { issueEvent } from './events.ts';
import { serialiseIssue } from './issue-cache.ts';
import { issueComment, singleIssue } from './issues.ts';
import { listIssues } from './lists.ts';
import { page } from './pages.ts';
import { listed, pageRequest, type RepositoryRequest } from './repository-request.ts';
import { timelineEntries } from './timeline.ts';

/** `/issues` and what lies below it. */
export function issueRoute(
  request: RepositoryRequest,
  key: string | undefined,
  part: string | undefined,
): Answer {
  const { model, addresses } = request;
  if (!model.features.issues) return issuesDisabled();
  if (key === undefined) return issueList(request);
  if (key === 'comments' && part === undefined) return allComments(request);
  if (key === 'events' && part === undefined) return allEvents(request);
  const number = Number(key);
  const item = model.items.get(number);
  if (!item) return missingItem(request, number, part);
  if (part === undefined) return ok(singleIssue(addresses, item));
  const rest = ['issues', key, part];
  if (part === 'comments') {
    const shown = since(request, item.comments, (one) => one.createdAt);
    return listed(request, rest, shown, (one) => issueComment(addresses, item, one));
  }
  if (part === 'events') {
    const shown = item.events.filter((event) => event.kind !== 'cross_referenced');
    return listed(request, rest, shown, (one) => issueEvent(addresses, model, one));
  }
  if (part === 'timeline') {
    return listed(request, rest, timelineEntries(addresses, item), (entry) => entry.json());
  }
  return notFound();
}

function issueList(request: RepositoryRequest): Answer {
  const found = listIssues(request.model, request.query);
  if ('status' in found) return found;
  const docs = '/issues/issues#list-repository-issues';
  return page(
    found.items,
    (item) => serialiseIssue(request.addresses, item),
    pageRequest(request, ['issues']),
    { ...found, from: request.cursorFrom, docs },
  );
}

/** A transferred issue redirects, a deleted one is gone, and any other was never here. */
function missingItem(request: RepositoryRequest, number: number, part: string | undefined): Answer {
  const left = request.model.gone.get(number);
  if (left === undefined) return notFound('/issues/issues#get-an-issue');
  if (left === 'deleted') return gone();
  const target = `${repositoryApi(request.addresses, left.repository)}/issues/${left.number}`;
  return movedPermanently(part === undefined ? target : `${target}/${part}`);
}

function since<T>(request: RepositoryRequest, items: readonly T[], time: (item: T) => number): readonly T[] {
  const from = Date.parse(request.query.get('since') ?? '');
  return Number.isNaN(from) ? items : items.filter((item) => time(item) >= from);
}

function allComments(request: RepositoryRequest): Answer {
  const found = [...request.model.items.values()].flatMap((item) =>
    item.comments.map((comment) => ({ item, comment })),
  );
  const shown = since(request, found, ({ comment }) => comment.createdAt);
  const sign = request.query.get('direction') === 'desc' ? -1 : 1;
  const inOrder = [...shown].sort((a, b) => sign * (a.comment.createdAt - b.comment.createdAt));
  return listed(request, ['issues', 'comments'], inOrder, ({ item, comment }) =>
    issueComment(request.addresses, item, comment),
  );
}

/** Newest first, each with the issue that it happened to. */
function allEvents(request: RepositoryRequest): Answer {
  const { model, addresses } = request;
  const found = [...model.items.values()].flatMap((item) =>
    item.events.filter((event) => event.kind !== 'cross_referenced'),
  );
  found.sort((a, b) => b.at - a.at || b.id - a.id);
  return listed(request, ['issues', 'events'], found, (event) => ({
    ...issueEvent(addresses, model, event),
    issue: JSON.parse(serialiseIssue(addresses, event.item)),
  }));
}
