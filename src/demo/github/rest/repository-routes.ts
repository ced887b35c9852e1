import { headerOf, meets, refusalOf, requirementOf } from '../permissions.ts';
import { type Answer, forbidden, notFound, ok } from './answer.ts';
import { artifactRoute, runArtifacts } from './artifacts.ts';
import { compare } from './compare.ts';
import { deploymentRoute, runRoute } from './delivery-routes.ts';
import { gitRoute } from './git-routes.ts';
import { issueRoute } from './issue-routes.ts';
import { label, milestone } from './issues.ts';
import { pullRoute } from './pull-routes.ts';
import { fullRepository, release, tag } from './repositories.ts';
import { listed, pageRequest, type RepositoryRequest } from './repository-request.ts';
import { codeScanningRoute, dependabotRoute } from './security-routes.ts';

const LONGEST_PATH = 3;

/** A repository itself, and what lies below it: `rest` is the path from there on. */
export function repositoryRoute(request: RepositoryRequest, rest: readonly string[]): Answer {
  const { access } = request;
  if (access === null) return route(request, rest);
  const requirement = requirementOf(rest);
  const accepted = { 'x-accepted-github-permissions': headerOf(requirement) };
  if (!meets(access, requirement)) return forbidden(refusalOf(access), '', accepted);
  const answer = route(request, rest);
  return { ...answer, headers: { ...accepted, ...answer.headers } };
}

function route(request: RepositoryRequest, rest: readonly string[]): Answer {
  const [collection, key, part] = rest;
  // A reference's name may hold slashes.
  if (collection === 'git') return gitRoute(request, rest);
  if (collection === 'actions' && key === 'artifacts') return artifactRoute(request, rest.slice(2));
  if (collection === 'actions' && part !== undefined && rest[3] === 'artifacts')
    return runArtifacts(request, part);
  if (rest.length > LONGEST_PATH) return notFound();
  switch (collection) {
    case undefined:
      return ok(fullRepository(request.addresses, request.model));
    case 'issues':
      return issueRoute(request, key, part);
    case 'pulls':
      return pullRoute(request, key, part);
    case 'deployments':
      return deploymentRoute(request, key, part);
    case 'actions':
      return runRoute(request, key, part);
    case 'dependabot':
      return dependabotRoute(request, key, part);
    case 'code-scanning':
      return codeScanningRoute(request, key, part);
    case 'compare':
      return key === undefined || part !== undefined
        ? notFound()
        : compare(request.addresses, request.model, key, pageRequest(request, rest));
    case 'releases':
      return part === undefined ? releaseRoute(request, key) : notFound();
    default:
      return key === undefined ? plainList(request, collection) : notFound();
  }
}

function plainList(request: RepositoryRequest, collection: string): Answer {
  const { model, addresses } = request;
  const rest = [collection];
  if (collection === 'tags')
    return listed(request, rest, [...model.tags].reverse(), (one) => tag(addresses, model, one));
  if (collection === 'labels')
    return listed(request, rest, model.labels, (one) => label(addresses, model, one));
  if (collection !== 'milestones') return notFound();
  const state = request.query.get('state') ?? 'open';
  const shown = model.milestones.filter(
    (one) => state === 'all' || (state === 'open') === (one.closedAt === null),
  );
  return listed(request, rest, shown, (one) => milestone(addresses, one));
}

/** Newest first; drafts are for those alone who may push. */
function releaseRoute(request: RepositoryRequest, key: string | undefined): Answer {
  const { model, access, addresses } = request;
  const releases = model.releases
    .filter((one) => !one.draft || access !== null)
    .sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  if (key === undefined) return listed(request, ['releases'], releases, (one) => release(addresses, one));
  const found =
    key === 'latest'
      ? releases.find((one) => !one.draft && !one.prerelease)
      : releases.find((one) => String(one.id) === key);
  return found ? ok(release(addresses, found)) : notFound('/releases/releases#get-a-release');
}
