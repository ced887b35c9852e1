import picomatch from 'picomatch';
import type * as z from 'zod';
import type { Member, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { endpointOf } from '../http.ts';
import { membersOf } from '../patterns.ts';
import type { GitHubClient } from './client.ts';
import { linkedPages } from './listing.ts';
import { repositorySchema } from './schemas.ts';
import { type GitHubSettings, isSignedIn } from './settings.ts';

/** What each glob brought in one run, by its signal: all streams of a source ask for the same. */
const matched = new WeakMap<AbortSignal, Map<string, Promise<readonly string[]>>>();

type Repository = z.infer<typeof repositorySchema>;

/**
 * The repositories of the source, each once, in the order of the settings. A plain name is taken as it is written,
 * without a request; a glob brings what it matches now. One that matches nothing stands for itself: pulling it is the
 * error that says so.
 */
export function members(context: PullContext<GitHubSettings>): AsyncGenerator<Member> {
  return membersOf(
    context.settings.repositories,
    (pattern) => namesOf(context, pattern),
    (name) => name.toLowerCase(),
  );
}

/** Where people look at a repository: on github.com, or the host of an Enterprise Server. */
export function webAddress(settings: GitHubSettings, member: string): string {
  const { origin, hostname } = new URL(settings.url);
  return `${hostname === 'api.github.com' ? 'https://github.com' : origin}/${member}`;
}

/** What a glob matches; nothing is a `not_found` error. */
export function namesOf(context: PullContext<GitHubSettings>, pattern: string): Promise<readonly string[]> {
  const ofRun = matched.get(context.signal) ?? new Map<string, Promise<readonly string[]>>();
  matched.set(context.signal, ofRun);
  const { url, token, app, includeArchived, includeForks } = context.settings;
  const key = JSON.stringify([url, token, app, includeArchived, includeForks, pattern]);
  const found = ofRun.get(key) ?? matching(context, pattern);
  ofRun.set(key, found);
  return found;
}

async function matching(context: PullContext<GitHubSettings>, pattern: string): Promise<readonly string[]> {
  const { settings } = context;
  const { openClient } = await import('./client.ts');
  const owner = pattern.slice(0, pattern.indexOf('/'));
  const matches = picomatch(pattern, { nocase: true, dot: true });
  const found = await ownedBy(openClient(context), owner, isSignedIn(settings));
  const names = found
    .filter((repository) => matches(repository.full_name))
    .filter((repository) => settings.includeArchived || !repository.archived)
    .filter((repository) => settings.includeForks || !repository.fork)
    .map((repository) => repository.full_name);
  if (names.length > 0) return names.sort();
  throw new ConnectorError({
    code: 'not_found',
    message: `No repository that the token can see matches ${pattern}`,
    endpoint: endpointOf('GET', `${settings.url.replace(/\/+$/, '')}/orgs/${owner}/repos`),
    remedy: 'Check the pattern under `repositories`; archived ones and forks are left out unless included',
  });
}

/** An organization's repositories, or a person's; a person's private ones are listed to that person only. */
async function ownedBy(
  client: GitHubClient,
  owner: string,
  withToken: boolean,
): Promise<readonly Repository[]> {
  try {
    return await all(client, `/orgs/${owner}/repos?per_page=100`);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
  }
  const visible = await all(client, `/users/${owner}/repos?per_page=100`);
  if (!withToken) return visible;
  const own = await all(client, '/user/repos?per_page=100').catch((error: unknown) => {
    // An app's token belongs to no user.
    if (error instanceof ConnectorError && error.code === 'forbidden') return [];
    throw error;
  });
  const isOwners = (repository: Repository) => repository.owner.login.toLowerCase() === owner.toLowerCase();
  return [
    ...new Map([...visible, ...own.filter(isOwners)].map((found) => [found.full_name, found])).values(),
  ];
}

async function all(client: GitHubClient, path: string): Promise<readonly Repository[]> {
  const found: Repository[] = [];
  for await (const rows of linkedPages(client, path, repositorySchema)) found.push(...rows);
  return found;
}
