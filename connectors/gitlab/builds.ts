import type { Build } from '../../src/domain/records.ts';
import { pullChanges } from './changes.ts';
import { type PipelineRow, pipelineRowSchema, pipelineSchema } from './schemas.ts';
import { type Pull, projectStream } from './stream.ts';

/** https://docs.gitlab.com/api/pipelines/ names the statuses; those that are left out have not ended. */
const ENDED: Readonly<Record<string, Build['status']>> = {
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  skipped: 'skipped',
};

/** Pipelines. Retried jobs belong to the same pipeline, which then ends anew. Old ones that were deleted stay on record. */
export const builds = projectStream({
  name: 'builds',
  yields: ['build'],
  version: 1,
  pull: (pull) =>
    pullChanges(pull, {
      path: `${pull.project}/pipelines?`,
      row: pipelineRowSchema,
      recordType: 'build',
      open: null,
      reconciles: false,
      // The list tells neither when it ended nor how long it ran.
      record: async ({ id }) =>
        toBuild(pull, await pull.client.one(`${pull.project}/pipelines/${id}`, pipelineSchema)),
    }),
});

function toBuild({ member }: Pull, row: PipelineRow): Build {
  const status = ENDED[row.status] ?? 'running';
  const isDone = status !== 'running';
  return {
    recordType: 'build',
    id: row.id,
    key: `${member} pipeline #${row.iid ?? row.id}`,
    title: row.name ?? `Pipeline #${row.id}`,
    url: row.web_url,
    repository: member,
    project: null,
    // The name of a pipeline may differ from run to run; there is one definition in a project.
    workflow: 'pipeline',
    branch: row.tag ? null : row.ref,
    commit: row.sha,
    event: row.source,
    status,
    attempt: 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: isDone ? (row.finished_at ?? row.updated_at) : null,
    // Seconds that it ran, without the time in the queue.
    duration: isDone && row.duration !== null ? Math.round(row.duration * 1000) : null,
  };
}
