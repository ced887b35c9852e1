import type { Deployment, DeploymentStatus } from '../../company/delivery-model.ts';
import { type Commit, fullName } from '../../company/model.ts';
import { nodeIdIn } from '../node-ids.ts';
import { repositoryWeb, timestamp } from '../rest/addresses.ts';
import { type Compared, comparedOf } from '../rest/compare.ts';
import { logAddress } from '../rest/deployments.ts';
import { connect, inOrder, type Listing, listing } from './connection.ts';
import {
  type Arguments,
  type ComparisonNode,
  commitNode,
  type Fields,
  type RefNode,
  type TagNode,
} from './types.ts';

/** The deployments as the arguments narrow and order them. */
export function deploymentListing(deployments: readonly Deployment[], args: Arguments): Listing<Deployment> {
  const { environments, orderBy } = args;
  const shown = deployments.filter(
    ({ environment }) => !environments?.length || environments.includes(environment),
  );
  return listing(shown, (one) => [one.createdAt, one.id], orderBy?.direction === 'DESC');
}

/** GraphQL calls the deployment active whose newest status is a success. */
function stateOf({ statuses }: Deployment): string {
  const state = statuses.at(-1)?.state ?? 'pending';
  return state === 'success' ? 'ACTIVE' : state.toUpperCase();
}

function commitOf({ repository, sha }: Deployment): Commit | null {
  return repository.commits.find((one) => one.sha === sha) ?? null;
}

function refOf({ repository, ref, sha, createdAt }: Deployment): RefNode | null {
  if (ref !== repository.defaultBranch) return null;
  return { __typename: 'Ref', prefix: 'refs/heads/', name: ref, sha, at: createdAt, repository };
}

const deployment: Fields<Deployment> = {
  id: (one) => nodeIdIn('DE', one.repository, one.id),
  databaseId: (one) => one.id,
  commit: (one) => commitNode(one.repository, commitOf(one)),
  commitOid: (one) => one.sha,
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.updatedAt),
  creator: (one) => one.creator,
  description: (one) => one.description,
  environment: (one) => one.environment,
  latestEnvironment: (one) => one.environment,
  originalEnvironment: (one) => one.environment,
  latestStatus: (one) => one.statuses.at(-1) ?? null,
  payload: () => '{}',
  ref: refOf,
  repository: (one) => one.repository,
  state: stateOf,
  statuses: (one, args, _, info) => connect(inOrder([...one.statuses].reverse()), args, info),
  task: () => 'deploy',
};

const status: Fields<DeploymentStatus> = {
  id: (one) => nodeIdIn('DES', one.deployment.repository, one.id),
  createdAt: (one) => timestamp(one.createdAt),
  updatedAt: (one) => timestamp(one.createdAt),
  creator: (one) => one.creator,
  deployment: (one) => one.deployment,
  description: (one) => one.description,
  environment: (one) => one.deployment.environment,
  environmentUrl: () => null,
  logUrl: (one, _, { addresses }) => logAddress(addresses, one.deployment) || null,
  state: (one) => one.state.toUpperCase(),
};

/** What lies between a reference and a commit, tag or branch. */
export function comparison(one: RefNode, headRef: string): ComparisonNode | null {
  const line = comparedOf(one.repository, one.sha, headRef);
  return line && { __typename: 'Comparison', repository: one.repository, line };
}

const STATUSES: Readonly<Record<Compared['status'], string>> = {
  ahead: 'AHEAD',
  behind: 'BEHIND',
  diverged: 'DIVERGED',
  identical: 'IDENTICAL',
};

const compared: Fields<ComparisonNode> = {
  id: ({ repository, line }) => nodeIdIn('COMP', repository, `${line.base.sha}...${line.head.sha}`),
  aheadBy: ({ line }) => line.ahead.length,
  behindBy: ({ line }) => line.behindBy,
  baseTarget: ({ repository, line }) => commitNode(repository, line.base),
  headTarget: ({ repository, line }) => commitNode(repository, line.head),
  status: ({ line }) => STATUSES[line.status],
  commits({ repository, line }, args, _, info) {
    const page = connect(inOrder(line.ahead), args, info, (commit) => commitNode(repository, commit));
    return { ...page, authorCount: new Set(line.ahead.map((commit) => commit.authorEmail)).size };
  },
};

const tag: Fields<TagNode> = {
  id: (one) => nodeIdIn('TA', one.repository, one.annotation.sha),
  oid: (one) => one.annotation.sha,
  abbreviatedOid: (one) => one.annotation.sha.slice(0, 7),
  commitResourcePath: (one) => `/${fullName(one.repository)}/commit/${one.annotation.sha}`,
  commitUrl: (one, _, { addresses }) =>
    `${repositoryWeb(addresses, one.repository)}/commit/${one.annotation.sha}`,
  message: (one) => one.annotation.message,
  name: (one) => one.tag.name,
  repository: (one) => one.repository,
  tagger: ({ annotation: { tagger }, tag: { at } }) => ({
    name: tagger.name,
    email: tagger.email,
    account: tagger,
    at,
  }),
  target: (one) =>
    commitNode(one.repository, one.repository.commits.find(({ sha }) => sha === one.tag.commit) ?? null),
};

export const DELIVERY_FIELDS = {
  Deployment: deployment,
  DeploymentStatus: status,
  Comparison: compared,
  Tag: tag,
};
