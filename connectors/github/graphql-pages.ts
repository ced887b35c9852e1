import type * as z from 'zod';
import { ConnectorError } from '../errors.ts';
import { backoffMs, parseAnswer, sleep } from '../http.ts';
import type { GitHubClient } from './client.ts';
import { goneError, isGone, isTooLarge } from './failures.ts';
import type { Connection, PageInfo } from './nodes.ts';

const SMALLEST_PAGE = 1;
export const LARGEST_PAGE = 100;
/** Pages of one size that must pass before a size that failed is tried again. */
const PAGES_BEFORE_GROWTH = 4;
/** Attempts beyond those that halving takes; a timeout costs half a minute each. */
const MORE_ATTEMPTS = 2;
const MOST_TIMEOUTS = 3;

/** Reads lists by GraphQL in pages as large as GitHub permits, and never takes a part for the whole. */
export interface PageReader {
  /** Asks with `first` for one page; again with half of it when GitHub cannot answer. */
  page<T>(query: string, variables: Variables, schema: z.ZodType<T>): Promise<T>;
  /** The page of a list inside one item that follows another. Rejects with what `isGone` knows when the item is gone. */
  part<T>(query: string, variables: Variables, before: PageInfo, schema: z.ZodType<T | null>): Promise<T>;
  /** All of a list inside one item: what came with the item, and the pages beyond. */
  whole<T>(
    begun: Connection<T>,
    query: string,
    variables: Variables,
    schema: z.ZodType<Connection<T> | null>,
  ): Promise<readonly T[]>;
}
type Variables = Readonly<Record<string, unknown>>;

export function pageReader(client: GitHubClient, signal: AbortSignal, firstPage: number): PageReader {
  const size = pageSize(firstPage);
  const { graphqlEndpoint } = client;

  /** Halves the page when GitHub cannot answer it, down to one, and gives up after a few attempts more; a broken connection is no reason to halve. */
  async function bounded<T>(
    query: string,
    variables: (first: number) => Variables,
    schema: z.ZodType<T>,
  ): Promise<T> {
    let timeouts = 0;
    let spare = MORE_ATTEMPTS;
    for (let attempt = 2; ; attempt += 1) {
      try {
        const data = await client.graphql(query, variables(size.current()));
        assertWhole(data, graphqlEndpoint);
        size.passed();
        return parseAnswer(schema, data, graphqlEndpoint);
      } catch (error) {
        if (!isTooLarge(error) && !isBroken(error)) throw error;
        timeouts += error.code === 'timeout' ? 1 : 0;
        if (isBroken(error) || !size.failed()) spare -= 1;
        if (spare < 0 || timeouts >= MOST_TIMEOUTS) throw error;
        await sleep(Math.min(1_000, backoffMs(attempt)), signal, graphqlEndpoint);
      }
    }
  }

  const part: PageReader['part'] = async (query, variables, { endCursor }, schema) => {
    const found = await bounded(query, () => ({ ...variables, after: endCursor }), schema);
    if (found === null) throw goneError(graphqlEndpoint, 'the item of the list is null');
    return found;
  };

  return {
    page: (query, variables, schema) => bounded(query, (first) => ({ ...variables, first }), schema),
    part,
    async whole(begun, query, variables, schema) {
      if (!begun.pageInfo.hasNextPage) return begun.nodes;
      const all = [...begun.nodes];
      for (let { pageInfo } = begun; pageInfo.hasNextPage; ) {
        const next = await part(query, variables, pageInfo, schema);
        all.push(...next.nodes);
        pageInfo = next.pageInfo;
      }
      return all;
    },
  };
}

/** Null for an item that was deleted or transferred while it was read: the reconciliation finds what is stored of it. */
export async function unlessGone<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Doubles until GitHub refuses one, and then grows again with care. */
function pageSize(first: number) {
  let size = first;
  let refused = false;
  let passes = 0;
  return {
    current: () => size,
    passed(): void {
      passes += 1;
      if (refused && passes < PAGES_BEFORE_GROWTH) return;
      size = Math.min(LARGEST_PAGE, size * 2);
      passes = 0;
    },
    /** False when it is as small as it gets. */
    failed(): boolean {
      refused = true;
      passes = 0;
      if (size === SMALLEST_PAGE) return false;
      size = Math.max(SMALLEST_PAGE, Math.floor(size / 2));
      return true;
    },
  };
}

function isBroken(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.code === 'network';
}

/** The error of a repository that GraphQL answers with null. */
export function noSuchRepository(member: string, endpoint: string): ConnectorError {
  return new ConnectorError({
    code: 'not_found',
    message: `${member} does not exist or the token cannot see it`,
    endpoint,
    remedy: 'Check the name under `repositories`, and that the `token` may read this repository',
  });
}

/** Lists that leave out with a null what the token may not see: projects, and pull requests of other repositories. */
const WITH_GAPS: ReadonlySet<string> = new Set(['projectItems', 'closedByPullRequestsReferences']);

/** A null in any other list of nodes is a part that GitHub could not answer, whether or not it says so. */
function assertWhole(data: unknown, endpoint: string): void {
  if (!hasNullNode(data)) return;
  throw new ConnectorError({
    code: 'server',
    message: 'GitHub left out a part of its answer',
    endpoint,
    remedy: 'Nothing to mend here; the next run tries again. See https://www.githubstatus.com',
  });
}

function hasNullNode(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  for (const [key, value] of Object.entries(data)) {
    if (key === 'nodes' && Array.isArray(value) && value.includes(null)) return true;
    if (!WITH_GAPS.has(key) && hasNullNode(value)) return true;
  }
  return false;
}
