import type { Account, Company } from '../../company/model.ts';
import { nodeId } from '../node-ids.ts';
import { type Addresses, accountWeb, avatarUrl, restLogin, timestamp } from './addresses.ts';

/** GitHub's placeholder for the author of an issue or pull request whose account was deleted. */
export const GHOST: Account = {
  id: 10137,
  login: 'ghost',
  type: 'User',
  name: 'Deleted user',
  email: null,
  createdAt: Date.UTC(2008, 3, 8),
};

const NODE_PREFIXES = { User: 'U', Bot: 'BOT', Organization: 'O' } as const;

export function accountNodeId(account: Account): string {
  return nodeId(NODE_PREFIXES[account.type], account.id);
}

/** The schema `simple-user`. */
export function simpleUser(addresses: Addresses, account: Account) {
  const login = restLogin(account);
  const url = `${addresses.api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: account.id,
    node_id: accountNodeId(account),
    avatar_url: avatarUrl(addresses, account),
    gravatar_id: '',
    url,
    html_url: accountWeb(addresses, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function simpleUserOrNull(addresses: Addresses, account: Account | null) {
  return account === null ? null : simpleUser(addresses, account);
}

/** The author of an issue or pull request: REST puts the ghost where GraphQL has null. */
export function authorOrGhost(addresses: Addresses, author: Account | null) {
  return simpleUser(addresses, author ?? GHOST);
}

/** The schema `public-user`. */
export function publicUser(addresses: Addresses, account: Account, company: Company) {
  const own = company.repositories.filter((repository) => repository.owner === account);
  return {
    ...simpleUser(addresses, account),
    name: account.name,
    company: account.type === 'User' ? 'Acme' : null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: own.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: timestamp(account.createdAt),
    updated_at: timestamp(account.createdAt),
  };
}

/** The schema `organization-full`. */
export function organization(addresses: Addresses, account: Account, company: Company) {
  const url = `${addresses.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: avatarUrl(addresses, account),
    description: 'Everything for the coyote',
    name: account.name ?? account.login,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: company.repositories.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: accountWeb(addresses, account),
    created_at: timestamp(account.createdAt),
    updated_at: timestamp(account.createdAt),
    archived_at: null,
    type: 'Organization',
  };
}
