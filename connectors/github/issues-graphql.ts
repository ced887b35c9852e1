import pLimit from 'p-limit';
import type * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import type { PullContext } from '../contract.ts';
import type { GitHubClient } from './client.ts';
import { isUnknownQuery } from './failures.ts';
import { LARGEST_PAGE, noSuchRepository, pageReader, unlessGone } from './graphql-pages.ts';
import type { IssueReader } from './issues.ts';
import { queryTime } from './listing.ts';
import {
  type IssueNode,
  issueCommentsPageSchema,
  issueIdsPageSchema,
  issuesPageSchema,
  issueTimelinePageSchema,
} from './nodes.ts';
import {
  ISSUE_COMMENTS_QUERY,
  ISSUE_IDS_QUERY,
  type IssueParts,
  issuesQuery,
  issueTimelineQuery,
} from './queries.ts';
import type { Features } from './session.ts';
import type { GitHubSettings } from './settings.ts';
import type { TicketMapper } from './ticket-mapper.ts';

type IssuesPage = NonNullable<z.infer<typeof issuesPageSchema>['repository']>;
type IdsPage = z.infer<typeof issueIdsPageSchema>;

/** Issues whose further pages are read at once. */
const AT_ONCE = 4;

/** Reads issues a hundred at a time with their timelines and first comments. */
export function graphqlIssues(
  client: GitHubClient,
  member: string,
  map: TicketMapper,
  context: PullContext<GitHubSettings>,
): IssueReader {
  const [owner = '', name = ''] = member.split('/');
  const { storyPoints } = context.settings;
  const projectField = storyPoints && 'field' in storyPoints ? storyPoints.field : null;
  const reader = pageReader(client, context.signal, LARGEST_PAGE);
  const limit = pLimit(AT_ONCE);

  return {
    async *pages({ phase, from, until, probe }) {
      const variables = {
        owner,
        name,
        states: phase === 'open' ? ['OPEN'] : null,
        since: queryTime(from),
        ...(projectField === null ? {} : { projectField }),
      };
      const read = (after: string | null): Promise<IssuesPage> =>
        readPage({ ...variables, after, probe: probe && after === null });
      for (let coming: Promise<IssuesPage> | null = read(null); coming !== null; ) {
        const page: IssuesPage = await coming;
        const listed: IssuesPage['issues'] = page.issues;
        const nodes = listed.nodes.filter((node) => node.updatedAt < until);
        const ends = !listed.pageInfo.hasNextPage || nodes.length < listed.nodes.length;
        // The next page is on its way while this one is stored.
        coming = ends ? null : read(listed.pageInfo.endCursor);
        coming?.catch(() => undefined);
        const tickets = await Promise.all(
          nodes.map((node) => limit(() => unlessGone(ticketOf(node, page.nameWithOwner)))),
        );
        const { oldestOpen } = page;
        yield {
          records: tickets.filter((ticket) => ticket !== null),
          newest: nodes.at(-1)?.updatedAt ?? null,
          ...(oldestOpen ? { oldestOpen: oldestOpen.nodes[0]?.updatedAt ?? null } : {}),
        };
      }
    },

    async *ids({ open, since }) {
      const variables = {
        owner,
        name,
        states: open ? ['OPEN'] : null,
        since: since === null ? null : queryTime(since),
      };
      for (let after: string | null = null; ; ) {
        const asked = { ...variables, after };
        const page: IdsPage = await reader.page(ISSUE_IDS_QUERY, asked, issueIdsPageSchema);
        if (!page.repository) throw noSuchRepository(member, client.graphqlEndpoint);
        const listed: NonNullable<IdsPage['repository']>['issues'] = page.repository.issues;
        yield listed.nodes.map((node) => ({ id: node.fullDatabaseId, updatedAt: node.updatedAt }));
        if (!listed.pageInfo.hasNextPage) return;
        after = listed.pageInfo.endCursor;
      }
    },
  };

  function parts(): IssueParts {
    return { ...client.features, projectField: projectField !== null };
  }

  async function readPage(variables: Readonly<Record<string, unknown>>): Promise<IssuesPage> {
    for (;;) {
      try {
        const { repository } = await reader.page(issuesQuery(parts()), variables, issuesPageSchema);
        if (repository) return repository;
        throw noSuchRepository(member, client.graphqlEndpoint);
      } catch (error) {
        if (!dropUnknown(error, client.features)) throw error;
      }
    }
  }

  async function ticketOf(node: IssueNode, nameWithOwner: string) {
    const place = { owner, name, number: node.number };
    const [timeline, firstResponseAt] = await Promise.all([
      reader.whole(node.timelineItems, issueTimelineQuery(parts()), place, issueTimelinePageSchema),
      firstResponse(node),
    ]);
    return map.fromNode(node, { timeline, firstResponseAt, nameWithOwner });
  }

  /** Reads no further than to the first one; comments come oldest first. */
  async function firstResponse(node: IssueNode): Promise<Instant | null> {
    const place = { owner, name, number: node.number };
    for (let page = node.comments; ; ) {
      const found = page.nodes.find((comment) => map.isResponse(comment, node.author));
      if (found || !page.pageInfo.hasNextPage) return found?.createdAt ?? null;
      page = await reader.part(ISSUE_COMMENTS_QUERY, place, page.pageInfo, issueCommentsPageSchema);
    }
  }
}

/** Takes from the queries what this server does not know; false when the error is about something else. */
function dropUnknown(error: unknown, features: Features): boolean {
  if (!isUnknownQuery(error)) return false;
  let dropped = false;
  const drop = (feature: keyof Features, words: RegExp) => {
    if (!features[feature] || !words.test(error.message)) return;
    features[feature] = false;
    dropped = true;
  };
  drop('issueTypes', /issue_?type/i);
  drop('parents', /\bparent\b/i);
  drop('duplicates', /enableDuplicate/);
  return dropped;
}
