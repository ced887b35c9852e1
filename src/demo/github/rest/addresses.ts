import { type Account, fullName, type Item, type Repository } from '../../company/model.ts';

/** Where the API and the pages of the stand-in lie, without a slash at the end. */
export interface Addresses {
  readonly api: string;
  readonly web: string;
}

/** A time as GitHub writes it, without fractions of a second. */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function timestampOrNull(at: number | null): string | null {
  return at === null ? null : timestamp(at);
}

export function repositoryApi(addresses: Addresses, repository: Repository): string {
  return `${addresses.api}/repos/${fullName(repository)}`;
}

export function repositoryWeb(addresses: Addresses, repository: Repository): string {
  return `${addresses.web}/${fullName(repository)}`;
}

export function itemWeb(addresses: Addresses, item: Item): string {
  return `${repositoryWeb(addresses, item.repository)}/${item.kind === 'pull' ? 'pull' : 'issues'}/${item.number}`;
}

/** REST writes a bot's name with a suffix, GraphQL without. */
export function restLogin(account: Account): string {
  return account.type === 'Bot' ? `${account.login}[bot]` : account.login;
}

export function accountWeb(addresses: Addresses, account: Account): string {
  return account.type === 'Bot'
    ? `${addresses.web}/apps/${account.login}`
    : `${addresses.web}/${account.login}`;
}

export function avatarUrl(addresses: Addresses, account: Account): string {
  return `${addresses.web}/avatars/u/${account.id}?v=4`;
}
