import * as z from 'zod';
import {
  numericId as id,
  instant,
  milestoneTitle as milestone,
  optionalInstant,
  optionalText,
} from '../answers.ts';

/** Only the fields that are stored, tolerant of all others and of what older servers lack. */

/** An account as lists show it. A deleted user is null: its things are handed to the account `ghost`. */
const user = z
  .object({ username: z.string(), bot: z.boolean().nullish() })
  .nullish()
  .transform((found) =>
    found && !/^ghost\d*$/.test(found.username)
      ? { username: found.username, bot: found.bot === true }
      : null,
  );
export type Account = z.infer<typeof user>;

const labels = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);

/** https://docs.gitlab.com/api/issues/ */
export const issueSchema = z.object({
  id,
  iid: z.number().int(),
  title: optionalText,
  web_url: optionalText,
  state: z.string(),
  issue_type: optionalText,
  labels,
  milestone,
  author: user,
  assignee: user,
  assignees: z.array(user).nullish(),
  weight: z
    .number()
    .nullish()
    .transform((weight) => weight ?? null),
  epic: z
    .object({ iid: z.number().int(), url: z.string().nullish() })
    .nullish()
    .transform((epic) => epic ?? null),
  moved_to_id: z.number().nullish(),
  user_notes_count: z.number().nullish(),
  merge_requests_count: z.number().nullish(),
  created_at: instant,
  updated_at: instant,
  closed_at: optionalInstant,
});
export type IssueRow = z.infer<typeof issueSchema>;

/** https://docs.gitlab.com/api/merge_requests/ */
export const mergeRequestSchema = z.object({
  id,
  iid: z.number().int(),
  title: optionalText,
  web_url: optionalText,
  state: z.string(),
  /** Servers before 14 know the second alone. */
  draft: z.boolean().nullish(),
  work_in_progress: z.boolean().nullish(),
  labels,
  milestone,
  target_branch: z.string(),
  author: user,
  created_at: instant,
  updated_at: instant,
  merged_at: optionalInstant,
  closed_at: optionalInstant,
  sha: optionalText,
  merge_commit_sha: optionalText,
  squash_commit_sha: optionalText,
});
export type MergeRequestRow = z.infer<typeof mergeRequestSchema>;

/** What closes an issue, of whichever project. */
export const closerSchema = z.object({
  iid: z.number().int(),
  state: z.string(),
  references: z.object({ full: z.string() }).nullish(),
});

/** https://docs.gitlab.com/api/notes/ */
export const noteSchema = z.object({
  id,
  type: optionalText,
  body: z.string().nullish(),
  author: user,
  created_at: instant,
  system: z.boolean().nullish().transform(Boolean),
});
export type NoteRow = z.infer<typeof noteSchema>;

export const mergeRequestCommitSchema = z.object({ id: z.string(), authored_date: instant });

export const diffSchema = z.object({
  new_path: z.string(),
  diff: z.string().nullish(),
  /** The text is left out of large ones. */
  collapsed: z.boolean().nullish(),
  too_large: z.boolean().nullish(),
});
export type DiffRow = z.infer<typeof diffSchema>;

export const stateEventSchema = z.object({ created_at: instant, state: z.string() });
export const labelEventSchema = z.object({
  created_at: instant,
  action: z.string(),
  /** Null once the label was deleted. */
  label: z
    .object({ name: z.string() })
    .nullish()
    .transform((label) => label?.name ?? null),
});
export const milestoneEventSchema = z.object({ created_at: instant, action: z.string(), milestone });
export const weightEventSchema = z.object({
  created_at: instant,
  weight: z
    .number()
    .nullish()
    .transform((weight) => weight ?? null),
});
export type StateEvent = z.infer<typeof stateEventSchema>;
export type LabelEvent = z.infer<typeof labelEventSchema>;
export type MilestoneEvent = z.infer<typeof milestoneEventSchema>;
export type WeightEvent = z.infer<typeof weightEventSchema>;

/** https://docs.gitlab.com/api/pipelines/ */
export const pipelineRowSchema = z.object({
  id,
  iid: z.number().int().nullish(),
  status: z.string(),
  created_at: instant,
  updated_at: instant,
});
export const pipelineSchema = pipelineRowSchema.extend({
  name: optionalText,
  source: optionalText,
  ref: optionalText,
  sha: optionalText,
  web_url: optionalText,
  tag: z.boolean().nullish(),
  started_at: optionalInstant,
  finished_at: optionalInstant,
  duration: z
    .number()
    .nullish()
    .transform((seconds) => seconds ?? null),
});
export type PipelineRow = z.infer<typeof pipelineSchema>;

/** https://docs.gitlab.com/api/deployments/ */
export const deploymentSchema = z.object({
  id,
  iid: z.number().int(),
  ref: optionalText,
  sha: z.string(),
  status: z.string(),
  environment: z.object({ name: z.string() }),
  deployable: z
    .object({
      finished_at: optionalInstant,
      pipeline: z.object({ id, web_url: optionalText }).nullish(),
    })
    .nullish()
    .transform((deployable) => deployable ?? null),
  created_at: instant,
  updated_at: instant,
});
export type DeploymentRow = z.infer<typeof deploymentSchema>;

export const comparisonSchema = z.object({ commits: z.array(z.object({ id: z.string() })) });

/** https://docs.gitlab.com/api/releases/ */
export const releaseSchema = z.object({
  /** Left out for who may not read the code. */
  tag_name: optionalText,
  name: optionalText,
  created_at: instant,
  released_at: optionalInstant,
  upcoming_release: z.boolean().nullish(),
  _links: z.object({ self: z.string().nullish() }).nullish(),
});

/** https://docs.gitlab.com/api/tags/ */
export const tagSchema = z.object({
  name: z.string(),
  message: optionalText,
  /** The hash of the tag's own object, or of what a lightweight one names. */
  target: optionalText,
  /** Of the tag's own object; null for a lightweight one and on servers before 16.11. */
  created_at: optionalInstant,
  commit: z.object({ id: z.string(), committed_date: instant }),
});

export const projectSchema = z.object({
  id,
  path_with_namespace: z.string(),
  archived: z.boolean().nullish().transform(Boolean),
});
