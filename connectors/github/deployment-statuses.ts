import type { Deployment, Instant } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import type { GitHubClient } from './client.ts';
import { isTooLarge, isUnknownQuery } from './failures.ts';
import { linkedPages } from './listing.ts';
import { deploymentStatusesSchema } from './nodes.ts';
import { DEPLOYMENT_STATUSES_QUERY } from './queries.ts';
import { type DeploymentRow, type DeploymentStatusRow, deploymentStatusSchema } from './schemas.ts';

/** How a deployment went, as its statuses tell. */
export interface Outcome {
  readonly status: Deployment['status'];
  readonly finishedAt: Instant | null;
  /** The last of what happened to it by itself: that another took its place is not told. */
  readonly updatedAt: Instant;
  /** Id of the workflow run behind it. */
  readonly run: string | null;
}

type Statuses = readonly DeploymentStatusRow[];

/**
 * The statuses of deployments by their ids: of a hundred at once by GraphQL, else one by one. A deployment that is
 * gone meanwhile is left out.
 */
export async function readStatuses(
  client: GitHubClient,
  member: string,
  rows: readonly DeploymentRow[],
  signedIn: boolean,
): Promise<ReadonlyMap<string, Statuses>> {
  const found = new Map<string, Statuses>();
  if (signedIn) await byGraphql(client, rows, found);
  for (const { id } of rows) {
    if (found.has(id)) continue;
    const statuses = await byRest(client, member, id);
    if (statuses) found.set(id, statuses);
  }
  return found;
}

async function byGraphql(
  client: GitHubClient,
  rows: readonly DeploymentRow[],
  found: Map<string, Statuses>,
): Promise<void> {
  const ids = new Map(rows.flatMap(({ node_id, id }) => (node_id === null ? [] : [[node_id, id] as const])));
  if (ids.size === 0) return;
  try {
    const data = await client.graphql(DEPLOYMENT_STATUSES_QUERY, { ids: [...ids.keys()] });
    const { nodes } = parseAnswer(deploymentStatusesSchema, data, client.graphqlEndpoint);
    for (const node of nodes) {
      const id = ids.get(node?.id ?? '');
      if (id === undefined || !node?.statuses || node.statuses.pageInfo.hasNextPage) continue;
      found.set(
        id,
        node.statuses.nodes.map((status) => ({
          state: status.state.toLowerCase(),
          created_at: status.createdAt,
          log_url: status.logUrl,
          target_url: null,
        })),
      );
    }
  } catch (error) {
    if (isTooLarge(error) && rows.length > 1) {
      const half = Math.ceil(rows.length / 2);
      await byGraphql(client, rows.slice(0, half), found);
      await byGraphql(client, rows.slice(half), found);
      return;
    }
    // One that is gone fails the whole query, and an older server may not know it: REST tells each by itself.
    if (!isTooLarge(error) && !isUnknownQuery(error) && !isRefused(error)) throw error;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof ConnectorError && (error.code === 'not_found' || error.code === 'forbidden');
}

async function byRest(client: GitHubClient, member: string, id: string): Promise<Statuses | null> {
  const statuses: DeploymentStatusRow[] = [];
  try {
    const path = `/repos/${member}/deployments/${id}/statuses?per_page=100`;
    for await (const rows of linkedPages(client, path, deploymentStatusSchema)) statuses.push(...rows);
    return statuses;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not_found') return null;
    throw error;
  }
}

/** What became of a deployment. Only one that had succeeded is ever made inactive. */
export function outcomeOf(row: DeploymentRow, statuses: Statuses): Outcome {
  const oldestFirst = statuses.toSorted((a, b) => a.created_at - b.created_at);
  const own = oldestFirst.filter(({ state }) => state !== 'inactive' && state !== 'destroyed');
  const last = own.at(-1);
  const run = runOf(statuses);
  const replaced = oldestFirst.find(({ state }) => state === 'inactive');
  const updatedAt = Math.max(row.created_at, last?.created_at ?? 0);
  if (last?.state === 'failure' || last?.state === 'error')
    return { status: 'failed', finishedAt: last.created_at, updatedAt, run };
  if (isSuccess(last)) {
    const before = own.findLastIndex((status) => !isSuccess(status));
    return { status: 'succeeded', finishedAt: own[before + 1]?.created_at ?? updatedAt, updatedAt, run };
  }
  if (replaced) return { status: 'succeeded', finishedAt: replaced.created_at, updatedAt, run };
  return { status: 'running', finishedAt: null, updatedAt, run };
}

function isSuccess(status: DeploymentStatusRow | undefined): boolean {
  return status?.state === 'success' || status?.state === 'active';
}

/** GitHub Actions gives the address of the job as that of the log. */
function runOf(statuses: Statuses): string | null {
  for (const { log_url, target_url } of statuses) {
    const found = /\/actions\/runs\/(\d+)/.exec(log_url || target_url || '');
    if (found?.[1]) return found[1];
  }
  return null;
}
