import * as z from 'zod';
import { instant } from '../answers.ts';
import type { Account } from './bots.ts';
import type { ReviewRow } from './schemas.ts';

/** What GraphQL answers, as far as `queries.ts` asks for it. */

/** GraphQL names the kind of an account where REST has `type`. */
const actor = z
  .object({ __typename: z.string(), login: z.string() })
  .nullable()
  .transform((found): Account | null => found && { login: found.login, type: found.__typename });

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
export type PageInfo = z.infer<typeof pageInfo>;
const bigId = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const named = z.object({ name: z.string() });

/** One page of a list. */
export interface Connection<T> {
  readonly pageInfo: PageInfo;
  readonly nodes: readonly T[];
}

function connection<T extends z.ZodType>(node: T) {
  return z.object({ pageInfo, nodes: z.array(node) });
}

const reviewNode = z
  .object({
    fullDatabaseId: bigId,
    url: z.string(),
    state: z.string(),
    submittedAt: instant.nullable(),
    author: actor,
  })
  .transform(
    (node): ReviewRow => ({
      id: node.fullDatabaseId,
      user: node.author,
      state: node.state,
      html_url: node.url,
      submitted_at: node.submittedAt,
    }),
  );

const commentNode = z.object({ fullDatabaseId: bigId, url: z.string(), createdAt: instant, author: actor });
export type CommentNode = z.infer<typeof commentNode>;

const fileNode = z.object({ path: z.string(), additions: z.number().int(), deletions: z.number().int() });
export type ChangedFile = z.infer<typeof fileNode>;

const numbered = z.object({ number: z.number().int(), repository: z.object({ nameWithOwner: z.string() }) });

const label = named.nullable();
const issueType = named.nullish();
/** A dated change. Kinds that were not asked for, and empty objects of them, are let through and left out later. */
const timelineNode = z.object({
  __typename: z.string(),
  createdAt: instant.optional(),
  label: label.optional(),
  milestoneTitle: z.string().optional(),
  closer: z
    .object({ __typename: z.string() })
    .extend(numbered.partial().shape)
    .nullish()
    .transform((found) => found ?? null),
  issueType,
  prevIssueType: issueType,
});
export type TimelineNode = z.infer<typeof timelineNode>;

const reviews = connection(reviewNode);
const comments = connection(commentNode);
const files = connection(fileNode);
const timeline = connection(timelineNode);
const labels = z.object({ nodes: z.array(named) }).nullable();
const milestone = z.object({ title: z.string() }).nullable();

export const pullNode = z.object({
  fullDatabaseId: bigId,
  number: z.number().int(),
  title: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  mergedAt: instant.nullable(),
  closedAt: instant.nullable(),
  baseRefName: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
  author: actor,
  milestone,
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  labels,
  commits: z.object({ nodes: z.array(z.object({ commit: z.object({ authoredDate: instant }) })) }),
  reviews: reviews.nullable(),
  comments,
  timelineItems: timeline,
  files: files.nullable(),
});
export type PullNode = z.infer<typeof pullNode>;

export const pullsPageSchema = z.object({
  repository: z.object({ pullRequests: connection(pullNode) }).nullable(),
});

/** A list of one pull request; null when it is gone. */
const inPull = <T extends z.ZodRawShape>(shape: T) =>
  z
    .object({ repository: z.object({ pullRequest: z.object(shape).nullable() }) })
    .transform((data) => data.repository.pullRequest);
export const reviewsPageSchema = inPull({ reviews }).transform((found) => found?.reviews ?? null);
export const filesPageSchema = inPull({ files }).transform((found) => found?.files ?? null);
export const pullCommentsPageSchema = inPull({ comments }).transform((found) => found?.comments ?? null);
export const pullTimelinePageSchema = inPull({ timelineItems: timeline }).transform(
  (found) => found?.timelineItems ?? null,
);

export const issueNode = z.object({
  fullDatabaseId: bigId,
  number: z.number().int(),
  title: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED']),
  stateReason: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  closedAt: instant.nullable(),
  author: actor,
  assignees: z.object({ nodes: z.array(z.object({ login: z.string() })) }),
  milestone,
  labels,
  issueType,
  parent: numbered.nullish(),
  closedByPullRequestsReferences: z
    .object({ nodes: z.array(numbered.extend({ state: z.string() }).nullable()) })
    .nullable(),
  comments,
  timelineItems: timeline,
  projectItems: z
    .object({
      nodes: z.array(
        z.object({ fieldValueByName: z.object({ number: z.number().nullish() }).nullable() }).nullable(),
      ),
    })
    .nullish(),
});
export type IssueNode = z.infer<typeof issueNode>;

export const issuesPageSchema = z.object({
  repository: z
    .object({
      nameWithOwner: z.string(),
      oldestOpen: z.object({ nodes: z.array(z.object({ updatedAt: instant })) }).optional(),
      issues: connection(issueNode),
    })
    .nullable(),
});
export const issueIdsPageSchema = z.object({
  repository: z
    .object({ issues: connection(z.object({ fullDatabaseId: bigId, updatedAt: instant })) })
    .nullable(),
});

/** A list of one issue; null when it is gone. */
const inIssue = <T extends z.ZodRawShape>(shape: T) =>
  z
    .object({ repository: z.object({ issue: z.object(shape).nullable() }) })
    .transform((data) => data.repository.issue);
export const issueCommentsPageSchema = inIssue({ comments }).transform((found) => found?.comments ?? null);
export const issueTimelinePageSchema = inIssue({ timelineItems: timeline }).transform(
  (found) => found?.timelineItems ?? null,
);

const commit = z.object({ __typename: z.string(), oid: z.string(), committedDate: instant.optional() });
export const tagsPageSchema = z.object({
  repository: z
    .object({
      refs: connection(
        z.object({
          name: z.string(),
          target: commit
            .extend({
              tagger: z.object({ date: instant.nullish() }).nullish(),
              target: commit.optional(),
            })
            .nullable(),
        }),
      ).nullable(),
    })
    .nullable(),
});

const statusNode = z.object({ state: z.string(), createdAt: instant, logUrl: z.string().nullable() });
export const deploymentStatusesSchema = z.object({
  nodes: z.array(
    z
      .object({
        __typename: z.string(),
        id: z.string().optional(),
        statuses: connection(statusNode).nullish(),
      })
      .nullable(),
  ),
});
