import {
  type Account,
  type Company,
  findRepository,
  fullName,
  type Repository,
} from '../../company/model.ts';
import { type Access, refusalOf } from '../permissions.ts';
import { organization, publicUser } from './accounts.ts';
import { type Addresses, restLogin } from './addresses.ts';
import { type Answer, forbidden, movedPermanently, notFound, ok, requiresAuthentication } from './answer.ts';
import { sorted } from './lists.ts';
import { page } from './pages.ts';
import { repository as renderRepository } from './repositories.ts';
import { repositoryRoute } from './repository-routes.ts';

export interface RestRequest {
  readonly company: Company;
  readonly addresses: Addresses;
  /** Without the prefix of an enterprise server. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Null without a token. */
  readonly access: Access | null;
  /** From so many items on, issues are paged by cursor alone. */
  readonly cursorFrom: number;
  readonly largestPage: number;
}

const REPOSITORY_SORTS: Readonly<Record<string, (repository: Repository) => number>> = {
  created: (repository) => repository.createdAt,
  updated: (repository) => repository.updatedAt,
  pushed: (repository) => repository.pushedAt,
};

/** Answers a GET of the REST API. */
export function restRoute(request: RestRequest): Answer {
  const [area, ...rest] = request.path.split('/').filter(Boolean).map(decodeURIComponent);
  if (area === undefined) return ok(root(request.addresses));
  if (area === 'meta') return ok({ verifiable_password_authentication: false });
  if (area === 'versions') return ok(['2022-11-28']);
  if (area === 'repos') return namedRepository(request, rest);
  if (area === 'repositories') return numberedRepository(request, rest);
  if (area === 'user') return viewerRoute(request, rest);
  if (area === 'installation') return installationRoute(request, rest);
  if (area === 'orgs' || area === 'organizations' || area === 'users') return ownerRoute(request, area, rest);
  return notFound();
}

function root(addresses: Addresses) {
  const { api } = addresses;
  return {
    current_user_url: `${api}/user`,
    organization_url: `${api}/orgs/{org}`,
    repository_url: `${api}/repos/{owner}/{repo}`,
    rate_limit_url: `${api}/rate_limit`,
    user_url: `${api}/users/{user}`,
  };
}

function namedRepository(request: RestRequest, [owner = '', name = '', ...rest]: readonly string[]): Answer {
  const model = findRepository(request.company, `${owner}/${name}`);
  if (!model) return notFound('/repos/repos#get-a-repository');
  if (fullName(model).toLowerCase() === `${owner}/${name}`.toLowerCase())
    return repositoryRoute({ ...request, model }, rest);
  const query = request.query.size > 0 ? `?${request.query}` : '';
  return movedPermanently([request.addresses.api, 'repositories', model.id, ...rest].join('/') + query);
}

function numberedRepository(request: RestRequest, [id, ...rest]: readonly string[]): Answer {
  const model = request.company.repositories.find((one) => String(one.id) === id);
  return model ? repositoryRoute({ ...request, model }, rest) : notFound('/repos/repos#get-a-repository');
}

function viewerRoute(request: RestRequest, rest: readonly string[]): Answer {
  const { access, company, addresses } = request;
  if (rest.length === 2 && rest[1] === 'repos') return ownerRoute(request, 'user', rest);
  if (!access) return requiresAuthentication('/users/users#get-the-authenticated-user');
  // An app acts for nobody.
  if (access.kind === 'installation') return forbidden(refusalOf(access));
  if (rest.length === 0) return ok(publicUser(addresses, access.account, company));
  if (rest[0] === 'repos')
    return repositoryList(request, company.repositories, `${addresses.api}/user/repos`);
  return notFound();
}

/** What an app's installation may see: here, every repository. */
function installationRoute(
  { access, company, addresses, query, largestPage }: RestRequest,
  rest: readonly string[],
): Answer {
  const docs = '/apps/installations#list-repositories-accessible-to-the-app-installation';
  if (rest.join('/') !== 'repositories') return notFound();
  if (!access) return requiresAuthentication(docs);
  if (access.kind !== 'installation')
    return forbidden(
      'You must authenticate with an installation access token in order to list repositories for an installation.',
      docs,
    );
  const shown = page(company.repositories, (model) => JSON.stringify(renderRepository(addresses, model)), {
    query,
    address: `${addresses.api}/installation/repositories`,
    largestPage,
  });
  const count = company.repositories.length;
  return {
    ...shown,
    json: `{"total_count":${count},"repository_selection":"all","repositories":${shown.json}}`,
  };
}

/** `/orgs/NAME`, `/users/NAME` and the addresses by id that links lead to. */
function ownerRoute(
  request: RestRequest,
  area: string,
  [name = '', list, ...more]: readonly string[],
): Answer {
  const { company, addresses } = request;
  const byId = area === 'organizations' || area === 'user';
  const account = accounts(company).find((one) =>
    byId ? String(one.id) === name : restLogin(one).toLowerCase() === name.toLowerCase(),
  );
  if (!account || more.length > 0) return notFound();
  const isOrganization = account.type === 'Organization';
  if (area.startsWith('org') && !isOrganization) return notFound('/orgs/orgs#get-an-organization');
  if (list === undefined) {
    const render = area.startsWith('org') ? organization : publicUser;
    return ok(render(addresses, account, company));
  }
  if (list !== 'repos') return notFound();
  const owned = company.repositories.filter((one) => one.owner === account);
  const home = isOrganization ? 'organizations' : 'user';
  return repositoryList(request, owned, `${addresses.api}/${home}/${account.id}/repos`);
}

function accounts(company: Company): readonly Account[] {
  return [company.organization, ...company.people, ...company.bots];
}

function repositoryList(request: RestRequest, models: readonly Repository[], address: string): Answer {
  const { query, addresses, largestPage } = request;
  const sort = REPOSITORY_SORTS[query.get('sort') ?? 'created'];
  const direction = query.get('direction');
  const listed = sort
    ? sorted(models, sort, direction !== 'asc', (model) => model.id).items
    : [...models].sort((a, b) => fullName(a).localeCompare(fullName(b)) * (direction === 'desc' ? -1 : 1));
  return page(listed, (model) => JSON.stringify(renderRepository(addresses, model)), {
    query,
    address,
    largestPage,
  });
}
