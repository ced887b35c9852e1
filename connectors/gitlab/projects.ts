import picomatch from 'picomatch';
import type { Member, PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { isPattern, membersOf } from '../patterns.ts';
import type { GitLabClient } from './client.ts';
import { projectSchema } from './schemas.ts';
import type { GitLabSettings } from './settings.ts';

/** What each glob brought in one run, by its signal: all streams of a source ask for the same. */
const matched = new WeakMap<AbortSignal, Map<string, Promise<readonly string[]>>>();

/**
 * The projects of the source, each once. A plain path is taken as it is written, without a request; a glob or a group
 * brings what it holds now. One that holds nothing stands for itself: pulling it is the error that says so.
 */
export function members(context: PullContext<GitLabSettings>): AsyncGenerator<Member> {
  const { projects, groups } = context.settings;
  return membersOf(
    [...projects, ...groups.map((group) => `${group}/**`)],
    (pattern) => pathsOf(context, pattern),
    (name) => name.toLowerCase(),
  );
}

/** What a glob matches; nothing is a `not_found` error. */
export function pathsOf(context: PullContext<GitLabSettings>, pattern: string): Promise<readonly string[]> {
  const ofRun = matched.get(context.signal) ?? new Map<string, Promise<readonly string[]>>();
  matched.set(context.signal, ofRun);
  const { url, token, includeArchived } = context.settings;
  const key = JSON.stringify([url, token, includeArchived, pattern]);
  const found = ofRun.get(key) ?? matching(context, pattern);
  ofRun.set(key, found);
  return found;
}

async function matching(context: PullContext<GitLabSettings>, pattern: string): Promise<readonly string[]> {
  const { openClient } = await import('./client.ts');
  const segments = pattern.split('/');
  const owner = segments.slice(0, segments.findIndex(isPattern)).join('/');
  const matches = picomatch(pattern, { nocase: true, dot: true });
  const client = openClient(context);
  const paths = (await ownedBy(client, owner))
    .filter((project) => matches(project.path_with_namespace))
    .filter((project) => context.settings.includeArchived || !project.archived)
    .map((project) => project.path_with_namespace);
  if (paths.length > 0) return paths.sort();
  throw new ConnectorError({
    code: 'not_found',
    message: `No project that the token can see matches ${pattern}`,
    endpoint: client.endpoint(`/groups/${encodeURIComponent(owner)}/projects`),
    remedy: 'Check the pattern under `projects` or `groups`; archived ones are left out unless included',
  });
}

/** The projects of a group with those of its subgroups, or of a person. */
async function ownedBy(client: GitLabClient, owner: string) {
  const query = 'order_by=id&sort=asc&per_page=100';
  const name = encodeURIComponent(owner);
  try {
    return await client.all(
      `/groups/${name}/projects?include_subgroups=true&with_shared=false&${query}`,
      projectSchema,
    );
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== 'not_found' || owner.includes('/')) throw error;
    return client.all(`/users/${name}/projects?${query}&pagination=keyset`, projectSchema);
  }
}
