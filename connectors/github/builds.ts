import type { Build } from '../../src/domain/records.ts';
import { parseAnswer } from '../http.ts';
import { pullNewestFirst } from './newest-first.ts';
import { type RunRow, runsPageSchema } from './schemas.ts';
import { repositoryStream } from './stream.ts';

/** https://docs.github.com/rest/actions/workflow-runs names these conclusions. */
const CONCLUSIONS: Readonly<Record<string, Build['status']>> = {
  success: 'succeeded',
  failure: 'failed',
  timed_out: 'failed',
  startup_failure: 'failed',
  cancelled: 'cancelled',
  stale: 'cancelled',
  skipped: 'skipped',
  neutral: 'skipped',
  action_required: 'skipped',
};

/** Workflow runs of GitHub Actions. A re-run is the same run with another attempt, which takes the place of the last. */
export const builds = repositoryStream({
  name: 'builds',
  yields: ['build'],
  version: 1,
  pull: (pull) =>
    pullNewestFirst<RunRow>(pull, {
      path: `/repos/${pull.member}/actions/runs?exclude_pull_requests=true&per_page=100`,
      recordType: 'build',
      from: pull.context.start,
      rows: (answer) => parseAnswer(runsPageSchema, answer.data, answer.endpoint).workflow_runs,
      at: (row) => row.created_at,
      record: (row) => toBuild(pull.member, row),
      unfinished: (row) => row.status !== 'completed',
    }),
});

function toBuild(member: string, row: RunRow): Build {
  const isDone = row.status === 'completed';
  const workflow = row.name ?? row.path ?? 'workflow';
  return {
    recordType: 'build',
    id: row.id,
    key: `${member} ${workflow} #${row.run_number}`,
    title: row.display_title ?? workflow,
    url: row.html_url,
    repository: member,
    project: null,
    workflow,
    branch: row.head_branch,
    commit: row.head_sha,
    event: row.event,
    status: isDone ? (CONCLUSIONS[row.conclusion ?? ''] ?? 'failed') : 'running',
    attempt: row.run_attempt,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: isDone ? row.updated_at : null,
    // Of the last attempt; the time before a runner was found counts, for the list does not tell it.
    duration: isDone ? Math.max(0, row.updated_at - (row.run_started_at ?? row.created_at)) : null,
  };
}
