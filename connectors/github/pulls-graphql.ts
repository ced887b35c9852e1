import type * as z from 'zod';
import { ConnectorError } from '../errors.ts';
import { backoffMs, parseAnswer, sleep } from '../http.ts';
import type { GitHubClient } from './client.ts';
import { isTooLarge } from './failures.ts';
import type { PullMapper } from './pull-mapper.ts';
import type { PullReader } from './pulls.ts';
import { FILES_QUERY, PULLS_QUERY, REVIEWS_QUERY } from './queries.ts';
import {
  type ChangedFile,
  filesPageSchema,
  type PullNode,
  pullsPageSchema,
  type ReviewRow,
  reviewsPageSchema,
} from './schemas.ts';

const SMALLEST_PAGE = 1;
const FIRST_PAGE = 25;
const LARGEST_PAGE = 100;
/** Pages of one size that must pass before a size that failed is tried again. */
const PAGES_BEFORE_GROWTH = 4;
/** Attempts beyond those that halving takes; a timeout costs half a minute each. */
const MORE_ATTEMPTS = 2;
const MOST_TIMEOUTS = 3;
/** GitHub lists no more files of a pull request: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MOST_FILES = 3_000;

type PullsPage = NonNullable<z.infer<typeof pullsPageSchema>['repository']>['pullRequests'];

/** Reads pull requests a page at a time with all that is stored of them. */
export function graphqlReader(
  client: GitHubClient,
  member: string,
  map: PullMapper,
  signal: AbortSignal,
): PullReader {
  const [owner, name] = member.split('/');
  const size = pageSize();

  return {
    name: 'graphql',
    async *pages(phase, from, stop) {
      const scope =
        phase === 'open' ? { states: ['OPEN'], direction: 'ASC' } : { states: null, direction: 'DESC' };
      const wanted = (node: PullNode) => (phase === 'open' ? node.updatedAt < stop : node.updatedAt >= stop);
      for (let after = from; ; ) {
        const page = await bounded((first) => readPage({ owner, name, ...scope, first, after }));
        const nodes = page.nodes.filter(wanted);
        const records = [];
        for (const node of nodes) {
          records.push(map.fromNode(node, await reviewsOf(node), await filesOf(node)));
        }
        after = page.pageInfo.endCursor ?? after;
        yield { records, newest: newestOf(page.nodes), after };
        if (!page.pageInfo.hasNextPage || nodes.length < page.nodes.length) return;
      }
    },
  };

  async function readPage(variables: Readonly<Record<string, unknown>>): Promise<PullsPage> {
    const data = await client.graphql(PULLS_QUERY, variables);
    assertWhole(data, client.graphqlEndpoint);
    const { repository } = parseAnswer(pullsPageSchema, data, client.graphqlEndpoint);
    if (repository) return repository.pullRequests;
    throw new ConnectorError({
      code: 'not_found',
      message: `${member} does not exist or the token cannot see it`,
      endpoint: client.graphqlEndpoint,
      remedy: 'Check the name under `repositories`, and that the `token` may read this repository',
    });
  }

  /** Halves the page when GitHub cannot answer it, down to one, and gives up after a few attempts more; a broken connection is no reason to halve. */
  async function bounded<T>(read: (first: number) => Promise<T>): Promise<T> {
    let timeouts = 0;
    let spare = MORE_ATTEMPTS;
    for (let attempt = 2; ; attempt += 1) {
      try {
        const answer = await read(size.current());
        size.passed();
        return answer;
      } catch (error) {
        if (!isTooLarge(error) && !isBroken(error)) throw error;
        timeouts += error.code === 'timeout' ? 1 : 0;
        if (isBroken(error) || !size.failed()) spare -= 1;
        if (spare < 0 || timeouts >= MOST_TIMEOUTS) throw error;
        await sleep(Math.min(1_000, backoffMs(attempt)), signal, client.graphqlEndpoint);
      }
    }
  }

  async function reviewsOf(node: PullNode): Promise<readonly ReviewRow[] | null> {
    if (node.reviews === null) return null;
    const reviews = [...node.reviews.nodes];
    for (let { pageInfo } = node.reviews; pageInfo.hasNextPage; ) {
      const data = await more(REVIEWS_QUERY, node.number, pageInfo.endCursor, reviewsPageSchema);
      const page = data.repository.pullRequest.reviews;
      reviews.push(...page.nodes);
      pageInfo = page.pageInfo;
    }
    return reviews;
  }

  /** Null where there are more files than GitHub lists, for a part of them would pass for the whole. */
  async function filesOf(node: PullNode): Promise<readonly ChangedFile[] | null> {
    if (node.files === null || node.changedFiles > MOST_FILES) return null;
    const files = [...node.files.nodes];
    for (let { pageInfo } = node.files; pageInfo.hasNextPage; ) {
      const data = await more(FILES_QUERY, node.number, pageInfo.endCursor, filesPageSchema);
      const page = data.repository.pullRequest.files;
      files.push(...page.nodes);
      pageInfo = page.pageInfo;
    }
    return files;
  }

  /** A page of what overflowed inside one pull request. */
  async function more<T>(
    query: string,
    number: number,
    after: string | null,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const data = await bounded(async () => {
      const answer = await client.graphql(query, { owner, name, number, after });
      assertWhole(answer, client.graphqlEndpoint);
      return answer;
    });
    return parseAnswer(schema, data, client.graphqlEndpoint);
  }
}

/** Starts small, for an hour changes little; doubles until GitHub refuses one, and then grows again with care. */
function pageSize() {
  let size = FIRST_PAGE;
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

function newestOf(nodes: readonly PullNode[]): number | null {
  return nodes.length === 0 ? null : Math.max(...nodes.map((node) => node.updatedAt));
}

/** A null in a list of nodes is a part that GitHub could not answer, whether or not it says so. */
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
    if (hasNullNode(value)) return true;
  }
  return false;
}
