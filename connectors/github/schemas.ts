import * as z from 'zod';
import {
  numericId as id,
  instant,
  milestoneTitle as milestone,
  optionalInstant,
  optionalText,
} from '../answers.ts';
import type { Account } from './bots.ts';

/**
 * Only the fields that are stored, tolerant of all others, and of answers as old as 2017 that lack today's.
 */

/** Null for a deleted user, in whose place REST names the account @ghost; GraphQL says null. */
const user = z
  .object({ login: z.string(), type: z.string().nullish() })
  .nullish()
  .transform((found): Account | null =>
    found && found.login !== 'ghost' ? { login: found.login, type: found.type ?? null } : null,
  );

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
  assignee: user,
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

export const deploymentSchema = z.object({
  id,
  node_id: optionalText,
  sha: z.string(),
  ref: optionalText,
  environment: z.string(),
  created_at: instant,
  updated_at: instant,
});
export type DeploymentRow = z.infer<typeof deploymentSchema>;

export const deploymentStatusSchema = z.object({
  state: z.string().transform((state) => state.toLowerCase()),
  created_at: instant,
  /** `log_url` took the place of `target_url`, which old objects have alone. */
  log_url: optionalText,
  target_url: optionalText,
});
export type DeploymentStatusRow = z.infer<typeof deploymentStatusSchema>;

export const comparisonSchema = z.object({
  total_commits: z.number().int(),
  commits: z.array(z.object({ sha: z.string() })),
});

export const runSchema = z.object({
  id,
  name: optionalText,
  path: optionalText,
  display_title: optionalText,
  html_url: optionalText,
  run_number: z.number().int(),
  run_attempt: z
    .number()
    .int()
    .nullish()
    .transform((attempt) => attempt ?? 1),
  head_branch: optionalText,
  head_sha: optionalText,
  event: optionalText,
  status: optionalText,
  conclusion: optionalText,
  created_at: instant,
  updated_at: instant,
  run_started_at: optionalInstant,
});
export type RunRow = z.infer<typeof runSchema>;
export const runsPageSchema = z.object({ workflow_runs: z.array(runSchema) });

const artifactSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  size_in_bytes: z.number(),
  expired: z.boolean(),
  created_at: optionalInstant,
  /** Null where the run is gone. */
  workflow_run: z
    .object({
      id,
      repository_id: z.number().nullish(),
      head_repository_id: z.number().nullish(),
      head_branch: optionalText,
      head_sha: optionalText,
    })
    .nullish()
    .transform((run) => run ?? null),
});
export type ArtifactRow = z.infer<typeof artifactSchema>;
export const artifactsPageSchema = z.object({ artifacts: z.array(artifactSchema) });
export const runStatusSchema = z.object({ status: optionalText });
export const defaultBranchSchema = z.object({ default_branch: z.string() });

const advisory = z
  .object({ severity: optionalText, summary: optionalText })
  .nullish()
  .transform((found) => found ?? null);

export const dependabotAlertSchema = z.object({
  number: z.number().int(),
  state: z.string(),
  html_url: optionalText,
  security_advisory: advisory,
  security_vulnerability: advisory,
  created_at: instant,
  updated_at: instant,
  fixed_at: optionalInstant,
  dismissed_at: optionalInstant,
  auto_dismissed_at: optionalInstant,
});
export type DependabotAlertRow = z.infer<typeof dependabotAlertSchema>;

export const codeAlertSchema = z.object({
  number: z.number().int(),
  /** Null where an alert has no instance on the default branch. */
  state: optionalText,
  html_url: optionalText,
  rule: z.object({
    security_severity_level: optionalText,
    severity: optionalText,
    description: optionalText,
  }),
  created_at: instant,
  updated_at: optionalInstant,
  fixed_at: optionalInstant,
  dismissed_at: optionalInstant,
});
export type CodeAlertRow = z.infer<typeof codeAlertSchema>;

export const refSchema = z.object({
  ref: z.string(),
  object: z.object({ sha: z.string(), type: z.string() }),
});
export const tagRowSchema = z.object({ name: z.string(), commit: z.object({ sha: z.string() }) });
export const gitTagSchema = z.object({
  tagger: z.object({ date: instant }).nullish(),
  object: z.object({ sha: z.string(), type: z.string() }),
});
export const gitCommitSchema = z.object({ committer: z.object({ date: instant }) });

export const repositorySchema = z.object({
  full_name: z.string(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  archived: z.boolean().nullish().transform(Boolean),
  fork: z.boolean().nullish().transform(Boolean),
});
