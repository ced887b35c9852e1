import * as z from 'zod';
import type { Instant } from '../../src/domain/records.ts';
import type { Account } from './bots.ts';

/**
 * Only the fields that are stored, tolerant of all others, and of answers as old as 2017 that lack today's.
 */

/** An ISO time as milliseconds. */
export const instant = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text): Instant => Date.parse(text));

const optionalInstant = instant.nullish().transform((at) => at ?? null);
const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const id = z.number().int().transform(String);

/** Null for a deleted user. */
const user = z
  .object({ login: z.string(), type: z.string().nullish() })
  .nullish()
  .transform((found): Account | null => (found ? { login: found.login, type: found.type ?? null } : null));

const milestone = z
  .object({ title: z.string() })
  .nullish()
  .transform((found) => found?.title ?? null);

const labels = z
  .array(
    z.union([z.string(), z.object({ name: z.string().nullish() }).transform((label) => label.name ?? '')]),
  )
  .nullish()
  .transform((names) => (names ?? []).filter((name) => name !== ''));

export const issueSchema = z.object({
  id,
  number: z.number().int(),
  title: optionalText,
  html_url: optionalText,
  state: z.enum(['open', 'closed']),
  state_reason: optionalText,
  type: z
    .object({ name: z.string() })
    .nullish()
    .transform((found) => found?.name ?? null),
  labels,
  milestone,
  user,
  parent_issue_url: optionalText,
  created_at: instant,
  updated_at: instant,
  closed_at: optionalInstant,
  pull_request: z.unknown().optional(),
});
export type IssueRow = z.infer<typeof issueSchema>;

export const pullSchema = z.object({
  id,
  number: z.number().int(),
  title: optionalText,
  html_url: optionalText,
  state: z.enum(['open', 'closed']),
  draft: z.boolean().nullish().transform(Boolean),
  labels,
  milestone,
  user,
  base: z.object({ ref: z.string() }),
  created_at: instant,
  updated_at: instant,
  closed_at: optionalInstant,
  merged_at: optionalInstant,
  merge_commit_sha: optionalText,
});
export type PullRow = z.infer<typeof pullSchema>;

export const pullDetailSchema = pullSchema.extend({
  additions: z.number().int(),
  deletions: z.number().int(),
  changed_files: z.number().int(),
});

export const reviewSchema = z.object({
  id,
  user,
  state: z.string(),
  html_url: optionalText,
  submitted_at: optionalInstant,
});
export type ReviewRow = z.infer<typeof reviewSchema>;

export const pullCommitSchema = z.object({
  commit: z.object({
    author: z
      .object({ date: instant.nullish() })
      .nullish()
      .transform((author) => author?.date ?? null),
  }),
});

export const releaseSchema = z.object({
  id,
  tag_name: z.string(),
  name: optionalText,
  html_url: optionalText,
  draft: z.boolean().nullish().transform(Boolean),
  prerelease: z.boolean().nullish().transform(Boolean),
  created_at: instant,
  published_at: optionalInstant,
});

export const repositorySchema = z.object({
  full_name: z.string(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  archived: z.boolean().nullish().transform(Boolean),
  fork: z.boolean().nullish().transform(Boolean),
});

/** GraphQL names the kind of an account where REST has `type`. */
const actor = z
  .object({ __typename: z.string(), login: z.string() })
  .nullable()
  .transform((found): Account | null => found && { login: found.login, type: found.__typename });

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const bigId = z.union([z.string(), z.number(), z.bigint()]).transform(String);

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

const reviewsConnection = z.object({ pageInfo, nodes: z.array(reviewNode) });

const filesConnection = z.object({
  pageInfo,
  nodes: z.array(z.object({ path: z.string(), additions: z.number().int(), deletions: z.number().int() })),
});
export type ChangedFile = z.infer<typeof filesConnection>['nodes'][number];

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
  milestone: z.object({ title: z.string() }).nullable(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  commits: z.object({ nodes: z.array(z.object({ commit: z.object({ authoredDate: instant }) })) }),
  reviews: reviewsConnection.nullable(),
  timelineItems: z.object({ nodes: z.array(z.object({ createdAt: instant })) }),
  files: filesConnection.nullable(),
});
export type PullNode = z.infer<typeof pullNode>;

export const pullsPageSchema = z.object({
  repository: z
    .object({
      pullRequests: z.object({ pageInfo, nodes: z.array(pullNode) }),
    })
    .nullable(),
});

export const reviewsPageSchema = z.object({
  repository: z.object({ pullRequest: z.object({ reviews: reviewsConnection }) }),
});
export const filesPageSchema = z.object({
  repository: z.object({ pullRequest: z.object({ files: filesConnection }) }),
});
