import type { Instant, PullRequest } from '../../src/domain/records.ts';
import { ConnectorError } from '../errors.ts';
import { countsForImpact, isTestFile } from '../generated-files.ts';
import { botTeller } from './accounts.ts';
import { pullChanges } from './changes.ts';
import { historyOf, labelChanges, milestoneChanges } from './history.ts';
import { draftChanges, readyAt, reviewsOf } from './reviews.ts';
import {
  type DiffRow,
  diffSchema,
  labelEventSchema,
  type MergeRequestRow,
  mergeRequestCommitSchema,
  mergeRequestSchema,
  milestoneEventSchema,
  type NoteRow,
  noteSchema,
} from './schemas.ts';
import { type Pull, projectStream } from './stream.ts';

/** `locked` is one whose merge is under way. */
const STATES: Readonly<Record<string, PullRequest['state']>> = {
  opened: 'open',
  locked: 'open',
  closed: 'closed',
  merged: 'merged',
};

/** Merge requests with their reviews, as pull requests. */
export const mergeRequests = projectStream({
  name: 'mergeRequests',
  yields: ['pull_request'],
  version: 1,
  pull: (pull) =>
    pullChanges<MergeRequestRow>(pull, {
      path: `${pull.project}/merge_requests?scope=all&`,
      row: mergeRequestSchema,
      recordType: 'pull_request',
      open: 'state=opened',
      reconciles: true,
      record: (row) => toPullRequest(pull, row),
    }),
});

async function toPullRequest(pull: Pull, row: MergeRequestRow): Promise<PullRequest> {
  const { client, project, member, context } = pull;
  const { histories, diffs } = context.settings;
  const isBot = botTeller(context.settings);
  const path = `${project}/merge_requests/${row.iid}`;
  const draft = row.draft ?? row.work_in_progress ?? false;
  const state = STATES[row.state] ?? 'open';
  const [notes, firstCommitAt, changed, history] = await Promise.all([
    client.all(`${path}/notes?sort=asc&order_by=created_at&per_page=100`, noteSchema),
    firstCommit(pull, row),
    diffs ? changedFiles(pull, row) : UNKNOWN,
    histories ? eventsOf(pull, row) : null,
  ]);
  return {
    recordType: 'pull_request',
    id: row.id,
    key: `${member}!${row.iid}`,
    title: row.title,
    url: row.web_url,
    repository: member,
    number: row.iid,
    state,
    draft,
    labels: row.labels,
    milestone: row.milestone,
    baseBranch: row.target_branch,
    author: row.author?.username ?? null,
    bot: isBot(row.author),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    readyAt: readyAt(notes),
    firstCommitAt,
    mergedAt: state === 'merged' ? row.merged_at : null,
    closedAt: state === 'open' ? null : (row.merged_at ?? row.closed_at),
    // A fast-forward makes no commit of its own: what was on the branch is then on the target.
    mergeCommit: state === 'merged' ? (row.merge_commit_sha ?? row.squash_commit_sha ?? row.sha) : null,
    ...changed,
    reviews: reviewsOf(notes, { url: row.web_url, isBot }),
    history: history && historyOf(...history, draftChanges(notes as readonly NoteRow[], draft)),
  };
}

async function eventsOf({ client, project }: Pull, row: MergeRequestRow) {
  if (row.updated_at === row.created_at) return [];
  const path = `${project}/merge_requests/${row.iid}`;
  const [labels, milestones] = await Promise.all([
    client.all(`${path}/resource_label_events?per_page=100`, labelEventSchema),
    client.all(`${path}/resource_milestone_events?per_page=100`, milestoneEventSchema),
  ]);
  return [labelChanges(labels, row.labels), milestoneChanges(milestones, row.milestone)];
}

/** Listed newest first, so that the last one of the last page is it. */
async function firstCommit({ client, project }: Pull, row: MergeRequestRow): Promise<Instant | null> {
  const path = `${project}/merge_requests/${row.iid}/commits?per_page=100`;
  const commits = await client.all(path, mergeRequestCommitSchema);
  return commits.at(-1)?.authored_date ?? null;
}

type Changed = Pick<PullRequest, 'additions' | 'deletions' | 'changedFiles' | 'lineImpact' | 'testsTouched'>;
const UNKNOWN: Changed = {
  additions: null,
  deletions: null,
  changedFiles: null,
  lineImpact: null,
  testsTouched: null,
};

async function changedFiles({ client, project }: Pull, row: MergeRequestRow): Promise<Changed> {
  try {
    return sizeOf(await client.all(`${project}/merge_requests/${row.iid}/diffs?per_page=100`, diffSchema));
  } catch (error) {
    // Servers before 15.7 have no such list, and one that was never prepared has no diffs.
    if (!(error instanceof ConnectorError) || error.code !== 'not_found') throw error;
    return UNKNOWN;
  }
}

function sizeOf(files: readonly DiffRow[]): Changed {
  const known = { changedFiles: files.length, testsTouched: files.some((file) => isTestFile(file.new_path)) };
  const size = { additions: 0, deletions: 0, lineImpact: 0 };
  for (const { new_path: path, diff, collapsed, too_large: tooLarge } of files) {
    // The text of a large file is left out, and with it the number of its lines.
    if (collapsed || tooLarge) return { ...UNKNOWN, ...known };
    const { added, deleted } = linesOf(diff ?? '');
    size.additions += added;
    size.deletions += deleted;
    if (countsForImpact(path)) size.lineImpact += added + deleted;
  }
  return { ...known, ...size };
}

/** Of hunks without the two lines of file names before them. */
function linesOf(diff: string): { readonly added: number; readonly deleted: number } {
  let added = 0;
  let deleted = 0;
  let isHunk = false;
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@')) isHunk = true;
    else if (isHunk && line.startsWith('+')) added += 1;
    else if (isHunk && line.startsWith('-')) deleted += 1;
  }
  return { added, deleted };
}
