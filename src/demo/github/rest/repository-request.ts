import type { Repository } from '../../company/model.ts';
import type { Answer } from './answer.ts';
import { page } from './pages.ts';
import type { RestRequest } from './routes.ts';

export interface RepositoryRequest extends RestRequest {
  readonly model: Repository;
}

/** One page of a list that lies at `rest` below the repository. */
export function listed<T>(
  request: RepositoryRequest,
  rest: readonly string[],
  items: readonly T[],
  render: (item: T) => unknown,
): Answer {
  return page(items, (item) => JSON.stringify(render(item)), pageRequest(request, rest));
}

export function pageRequest(request: RepositoryRequest, rest: readonly string[]) {
  const address = [request.addresses.api, 'repositories', request.model.id, ...rest].join('/');
  return { query: request.query, address, largestPage: request.largestPage };
}
