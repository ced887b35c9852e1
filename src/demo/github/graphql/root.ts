import { type Account, findRepository, type Item, type Repository } from '../../company/model.ts';
import { decodeNodeId } from '../node-ids.ts';
import { timestamp } from '../rest/addresses.ts';
import { typedError } from './connection.ts';
import type { Context, Fields, Node } from './types.ts';

const MOST_IDS = 100;

/** The repository of that name; a former name finds it too. */
export function repositoryNamed(context: Context, owner: string, name: string): Repository {
  const repository = findRepository(context.company, `${owner}/${name}`);
  if (repository) return repository;
  throw typedError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
}

function accounts({ company }: Context): readonly Account[] {
  return [company.organization, ...company.people, ...company.bots];
}

function accountOf(context: Context, login: string, types: readonly string[], called: string): Account {
  const wanted = login.toLowerCase();
  const found = accounts(context).find(
    (one) => types.includes(one.type) && one.login.toLowerCase() === wanted,
  );
  if (found) return found;
  throw typedError('NOT_FOUND', `Could not resolve to ${called} with the login of '${login}'.`);
}

function nodeOf(context: Context, id: string): Node {
  const found = lookUp(context, id);
  if (found) return found;
  throw typedError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

function lookUp(context: Context, text: string): Node | undefined {
  const decoded = decodeNodeId(text);
  if (!decoded) return undefined;
  const { prefix, id } = decoded;
  if (prefix === 'R') return context.company.repositories.find((one) => one.id === id);
  if (['U', 'BOT', 'O'].includes(prefix)) return accounts(context).find((one) => one.id === id);
  const repository = context.company.repositories.find((one) => one.id === decoded.repository);
  if (!repository) return undefined;
  if (prefix === 'MI') return repository.milestones.find((one) => one.id === id);
  if (prefix === 'DE') return repository.deployments.find((one) => one.id === id);
  if (prefix === 'RE') return repository.releases.find((one) => one.id === id);
  if (prefix !== 'I' && prefix !== 'PR') return undefined;
  const holds = (item: Item) =>
    item.kind === 'pull' ? prefix === 'PR' && item.pullId === id : prefix === 'I' && item.id === id;
  return [...repository.items.values()].find(holds);
}

export const ROOT_FIELDS: Readonly<Record<string, Fields<unknown>>> = {
  Query: {
    node: (_, { id = '' }, context) => nodeOf(context, id),
    nodes(_, { ids = [] }, context) {
      if (ids.length > MOST_IDS) {
        throw typedError(
          'ARGUMENT_LIMIT',
          `You may not provide more than ${MOST_IDS} node ids; you provided ${ids.length}.`,
        );
      }
      return ids.map((id) => nodeOf(context, id));
    },
    repository: (_, { owner = '', name = '' }, context) => repositoryNamed(context, owner, name),
    repositoryOwner: (_, { login = '' }, context) =>
      accounts(context).find(
        (one) => one.type !== 'Bot' && one.login.toLowerCase() === login.toLowerCase(),
      ) ?? null,
    organization: (_, { login = '' }, context) =>
      accountOf(context, login, ['Organization'], 'an Organization'),
    user: (_, { login = '' }, context) => accountOf(context, login, ['User'], 'a User'),
    viewer: (_, __, { access }) => access.account,
    rateLimit: (_, __, { bucket, cost }) => ({
      cost: cost.points,
      limit: bucket.limit,
      nodeCount: cost.nodes,
      remaining: Math.max(0, bucket.remaining - cost.points),
      used: Math.min(bucket.limit, bucket.used + cost.points),
      resetAt: timestamp(bucket.reset * 1000),
    }),
  },
};
