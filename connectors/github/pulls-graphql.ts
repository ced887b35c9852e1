import pLimit from 'p-limit';
import type * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { LARGEST_PAGE, noSuchRepository, pageReader, unlessGone } from './graphql-pages.ts';
import {
  type ChangedFile,
  filesPageSchema,
  type PullNode,
  pullCommentsPageSchema,
  pullsPageSchema,
  pullTimelinePageSchema,
  reviewsPageSchema,
} from './nodes.ts';
import type { PullMapper } from './pull-mapper.ts';
import type { PullReader } from './pulls.ts';
import {
  FILES_QUERY,
  PULL_COMMENTS_QUERY,
  PULL_TIMELINE_QUERY,
  PULLS_QUERY,
  REVIEWS_QUERY,
} from './queries.ts';
import type { ReviewRow } from './schemas.ts';

/** An hour changes little. */
const SMALL_PAGE = 25;
/** GitHub lists no more files of a pull request: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MOST_FILES = 3_000;
/** Pull requests whose further pages are read at once. */
const AT_ONCE = 4;

type PullsPage = NonNullable<z.infer<typeof pullsPageSchema>['repository']>['pullRequests'];

/** Reads pull requests a page at a time with all that is stored of them; pages of `first` to begin with. */
export function graphqlReader(
  client: GitHubClient,
  member: string,
  map: PullMapper,
  options: { readonly signal: AbortSignal; readonly whole: boolean },
): PullReader {
  const [owner = '', name = ''] = member.split('/');
  const reader = pageReader(client, options.signal, options.whole ? LARGEST_PAGE : SMALL_PAGE);
  const limit = pLimit(AT_ONCE);

  return {
    name: 'graphql',
    async *pages(phase, from, stop) {
      const scope =
        phase === 'open' ? { states: ['OPEN'], direction: 'ASC' } : { states: null, direction: 'DESC' };
      const wanted = (node: PullNode) => (phase === 'open' ? node.updatedAt < stop : node.updatedAt >= stop);
      const read = (after: string | null) => readPage({ owner, name, ...scope, after });
      let after = from;
      for (let coming: Promise<PullsPage> | null = read(from); coming !== null; ) {
        const page: PullsPage = await coming;
        const nodes = page.nodes.filter(wanted);
        after = page.pageInfo.endCursor ?? after;
        const ends = !page.pageInfo.hasNextPage || nodes.length < page.nodes.length;
        // The next page is on its way while this one is stored.
        coming = ends ? null : read(after);
        coming?.catch(() => undefined);
        const records = await Promise.all(nodes.map((node) => limit(() => unlessGone(recordOf(node)))));
        yield {
          records: records.filter((record) => record !== null),
          newest: newestOf(page.nodes),
          after,
          isAll: ends && nodes.length === page.nodes.length,
        };
      }
    },
  };

  async function readPage(variables: Readonly<Record<string, unknown>>): Promise<PullsPage> {
    const { repository } = await reader.page(PULLS_QUERY, variables, pullsPageSchema);
    if (repository) return repository.pullRequests;
    throw noSuchRepository(member, client.graphqlEndpoint);
  }

  async function recordOf(node: PullNode) {
    const place = { owner, name, number: node.number };
    const [reviews, comments, timeline, files] = await Promise.all([
      reviewsOf(node),
      reader.whole(node.comments, PULL_COMMENTS_QUERY, place, pullCommentsPageSchema),
      reader.whole(node.timelineItems, PULL_TIMELINE_QUERY, place, pullTimelinePageSchema),
      filesOf(node),
    ]);
    return map.fromNode(node, { reviews, comments, timeline, files });
  }

  async function reviewsOf(node: PullNode): Promise<readonly ReviewRow[] | null> {
    const place = { owner, name, number: node.number };
    return node.reviews && reader.whole(node.reviews, REVIEWS_QUERY, place, reviewsPageSchema);
  }

  /** Null where there are more files than GitHub lists, for a part of them would pass for the whole. */
  async function filesOf(node: PullNode): Promise<readonly ChangedFile[] | null> {
    if (node.files === null || node.changedFiles > MOST_FILES) return null;
    const place = { owner, name, number: node.number };
    return reader.whole(node.files, FILES_QUERY, place, filesPageSchema);
  }
}

function newestOf(nodes: readonly PullNode[]): number | null {
  return nodes.length === 0 ? null : Math.max(...nodes.map((node) => node.updatedAt));
}
