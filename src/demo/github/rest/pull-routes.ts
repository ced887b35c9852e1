import type { Item, Pull } from '../../company/model.ts';
import { type Answer, notFound, ok } from './answer.ts';
import { listPulls } from './lists.ts';
import { commit, diffEntry, pull, review, singlePull } from './pulls.ts';
import { repository as renderRepository } from './repositories.ts';
import { listed, type RepositoryRequest } from './repository-request.ts';

/** GitHub lists no more of a pull request than this. */
const MOST_COMMITS = 250;
const MOST_FILES = 3000;

/** `/pulls` and what lies below it. */
export function pullRoute(
  request: RepositoryRequest,
  key: string | undefined,
  part: string | undefined,
): Answer {
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
      commit(addresses, model.repository, one),
    );
  }
  if (part === 'files') {
    return listed(request, rest, model.files.slice(0, MOST_FILES), (one) => diffEntry(addresses, model, one));
  }
  // Remarks on lines are no part of this company's history.
  if (part === 'comments') return listed(request, rest, [], (one) => one);
  return notFound();
}
