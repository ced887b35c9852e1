import type { Account } from '../../company/model.ts';
import { accountNodeId } from '../rest/accounts.ts';
import { accountWeb, avatarUrl, timestamp } from '../rest/addresses.ts';
import { connect, listing } from './connection.ts';
import { repositoryNamed } from './root.ts';
import type { Context, Fields } from './types.ts';

function resourcePath(account: Account): string {
  return account.type === 'Bot' ? `/apps/${account.login}` : `/${account.login}`;
}

const actor: Fields<Account> = {
  id: accountNodeId,
  databaseId: (account) => account.id,
  // Without the suffix `[bot]`, which REST has.
  login: (account) => account.login,
  avatarUrl: (account, _, { addresses }) => avatarUrl(addresses, account),
  resourcePath,
  url: (account, _, { addresses }) => accountWeb(addresses, account),
  createdAt: (account) => timestamp(account.createdAt),
  updatedAt: (account) => timestamp(account.createdAt),
};

const owner: Fields<Account> = {
  ...actor,
  name: (account) => account.name,
  repositories(account, args, { company }, info) {
    const owned = company.repositories.filter((repository) => repository.owner === account);
    const { field = 'CREATED_AT', direction = 'ASC' } = args.orderBy ?? {};
    const value = (repository: (typeof owned)[number]) =>
      ({ UPDATED_AT: repository.updatedAt, PUSHED_AT: repository.pushedAt })[field] ?? repository.createdAt;
    return connect(
      listing(owned, (repository) => [value(repository), repository.id], direction === 'DESC'),
      args,
      info,
    );
  },
  repository: (account, args, context: Context) => repositoryNamed(context, account.login, args.name ?? ''),
};

export const ACCOUNT_FIELDS = {
  User: { ...owner, email: (account) => account.email ?? '' },
  Bot: actor,
  Organization: {
    ...owner,
    description: () => 'Everything for the coyote',
    email: (account) => account.email,
  },
  // This company has neither, but a query may ask what an actor is.
  Mannequin: { ...actor, email: (account) => account.email },
  EnterpriseUserAccount: { ...actor, name: (account) => account.name },
} satisfies Readonly<Record<string, Fields<Account>>>;
