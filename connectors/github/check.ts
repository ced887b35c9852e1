import pLimit from 'p-limit';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import { idsOf, isPattern } from '../patterns.ts';
import type { GitHubClient } from './client.ts';
import { isSwitchedOff } from './failures.ts';
import { REACH_QUERY } from './queries.ts';
import { members, namesOf } from './repositories.ts';
import { repositorySchema } from './schemas.ts';
import { type GitHubSettings, isSelected, isSignedIn, STREAMS, type StreamName } from './settings.ts';

const AT_ONCE = 6;

/** The list that shows whether a stream can be read, and the permission that it takes of a fine-grained token. */
const PROBES: Readonly<Record<StreamName, { readonly path: string; readonly permission: string }>> = {
  issues: { path: 'issues?per_page=1', permission: 'issues' },
  pulls: { path: 'pulls?per_page=1', permission: 'pull requests' },
  releases: { path: 'releases?per_page=1', permission: 'contents' },
  tags: { path: 'tags?per_page=1', permission: 'contents' },
  deployments: { path: 'deployments?per_page=1', permission: 'deployments' },
  builds: { path: 'actions/runs?per_page=1', permission: 'actions' },
  artifacts: { path: 'actions/artifacts?per_page=1', permission: 'actions' },
  alerts: { path: 'dependabot/alerts?per_page=1', permission: 'Dependabot alerts' },
  codeScanning: { path: 'code-scanning/alerts?per_page=1', permission: 'code scanning alerts' },
};

/**
 * Verifies the token, that each repository can be seen with it, and of the first one of each owner that each stream
 * can be read: permissions are the token's, not the repository's. Without a token only the repositories are looked
 * at, to spare the few requests there are. Rejects with the one fault that there is, or with an AggregateError of all.
 */
export async function check(context: PullContext<GitHubSettings>): Promise<void> {
  const { openClient } = await import('./client.ts');
  const client = openClient(context);
  const signedIn = isSignedIn(context.settings);
  if (signedIn) await checkToken(client);
  else
    context.logger.info(
      'GitHub allows 60 requests an hour without a `token`, and 5,000 with one. A token also reads 100 pull requests at once instead of three requests for each, and histories, first responses, draft times and line impact',
    );

  const limit = pLimit(AT_ONCE);
  const tasks: Promise<void>[] = [];
  const owners = new Set<string>();
  const streams = [...STREAMS, 'artifacts' as const].filter(
    (stream) => signedIn && isSelected(context.settings, stream),
  );
  for (const id of await idsOf(members(context))) {
    if (isPattern(id)) {
      tasks.push(namesOf(context, id).then(() => undefined));
      continue;
    }
    const owner = id.split('/')[0] ?? id;
    const probed = owners.has(owner) ? [] : streams;
    owners.add(owner);
    tasks.push(limit(() => checkRepository(client, context, id)));
    for (const stream of probed) tasks.push(limit(() => checkStream(client, id, stream)));
  }
  if (signedIn) tasks.push(limit(() => client.graphql(REACH_QUERY, {}).then(() => undefined)));
  throwFaults(await Promise.allSettled(tasks));
}

/** Asking for the quota costs none of it. */
async function checkToken(client: GitHubClient): Promise<void> {
  try {
    await client.get('/rate_limit');
  } catch (error) {
    // An Enterprise Server without rate limits has no such page; a wrong token would be a 401 all the same.
    if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
  }
}

async function checkRepository(
  client: GitHubClient,
  { logger }: PullContext<GitHubSettings>,
  member: string,
): Promise<void> {
  const answer = await client.get(`/repos/${member}`);
  const { full_name: name } = parseAnswer(repositorySchema, answer.data, answer.endpoint);
  if (name.toLowerCase() === member.toLowerCase()) return;
  logger.warn(`${member} is now ${name}: write the new name under \`repositories\``);
}

async function checkStream(client: GitHubClient, member: string, stream: StreamName): Promise<void> {
  const { path, permission } = PROBES[stream];
  try {
    await client.get(`/repos/${member}/${path}`);
  } catch (error) {
    // What is switched off in a repository is not there to be read.
    if (isSwitchedOff(error)) return;
    if (!(error instanceof ConnectorError) || (error.code !== 'forbidden' && error.code !== 'not_found'))
      throw error;
    throw new ConnectorError({
      code: error.code,
      message: `The stream \`${stream}\` of ${member} is blocked: ${error.message}`,
      endpoint: error.endpoint,
      stream,
      ...(error.status === undefined ? {} : { status: error.status }),
      remedy: `Give the token the permission \`${permission}: read\`, or leave \`${stream}\` out of \`streams\`. ${error.remedy}`,
    });
  }
}

/** A repository that cannot be seen fails all its streams too: it is told once. */
function throwFaults(results: readonly PromiseSettledResult<void>[]): void {
  const faults: unknown[] = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  const unseen = faults.filter(
    (fault) =>
      fault instanceof ConnectorError &&
      fault.code === 'not_found' &&
      /\/repos\/[^/]+\/[^/]+$/.test(fault.endpoint),
  ) as ConnectorError[];
  const told = faults.filter(
    (fault) =>
      !(fault instanceof ConnectorError) ||
      unseen.includes(fault) ||
      !unseen.some((repository) => fault.endpoint.startsWith(`${repository.endpoint}/`)),
  );
  const distinct = [...new Map(told.map((fault) => [String(fault), fault])).values()];
  if (distinct.length === 1) throw distinct[0];
  if (distinct.length > 1) throw new AggregateError(distinct, 'GitHub cannot be read as configured');
}
