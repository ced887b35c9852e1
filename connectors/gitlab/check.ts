import pLimit from 'p-limit';
import * as z from 'zod';
import type { PullContext } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { parseAnswer } from '../http.ts';
import { idsOf, isPattern } from '../patterns.ts';
import { members, pathsOf } from './projects.ts';
import { tagsHidden } from './releases.ts';
import { projectSchema, releaseSchema } from './schemas.ts';
import { type GitLabSettings, isRequired, isSelected, STREAMS, type StreamName } from './settings.ts';

const AT_ONCE = 6;

/** The list that shows whether a stream can be read. */
const PROBES: Readonly<Record<StreamName, string>> = {
  issues: 'issues',
  mergeRequests: 'merge_requests',
  builds: 'pipelines',
  deployments: 'deployments',
  releases: 'releases',
  tags: 'repository/tags',
};

/**
 * Verifies that each project can be seen, and of the first one each stream. Rejects with the one fault that there is,
 * or with an AggregateError of all.
 */
export async function check(context: PullContext<GitLabSettings>): Promise<void> {
  const { openClient } = await import('./client.ts');
  const { settings, logger } = context;
  const client = openClient(context);
  const limit = pLimit(AT_ONCE);
  const tasks: Promise<unknown>[] = [];
  const job = settings.tokenType === 'job';
  let isFirst = true;
  for (const id of await idsOf(members(context))) {
    if (isPattern(id)) {
      tasks.push(pathsOf(context, id));
      continue;
    }
    const project = `/projects/${encodeURIComponent(id)}`;
    // A job's token may not look at the project itself.
    if (!job) {
      const look = async () => {
        const { path_with_namespace: path } = await client.one(project, projectSchema);
        if (path.toLowerCase() === id.toLowerCase()) return;
        logger.warn(`${id} is now ${path}: write the new path under \`projects\``);
      };
      tasks.push(limit(look));
    }
    if (!isFirst) continue;
    isFirst = false;
    for (const stream of STREAMS.filter((name) => isSelected(settings, name)))
      tasks.push(limit(() => probe(stream, project)));
  }

  async function probe(stream: StreamName, project: string): Promise<void> {
    try {
      const { data, endpoint } = await client.get(`${project}/${PROBES[stream]}?per_page=1`);
      if (stream !== 'releases') return;
      const rows = parseAnswer(z.array(releaseSchema), data, endpoint);
      if (rows.some((row) => row.tag_name === null)) throw tagsHidden(endpoint);
    } catch (error) {
      if (!(error instanceof ConnectorError) || (error.code !== 'forbidden' && error.code !== 'not_found'))
        throw error;
      if (isRequired(settings, stream)) throw error;
      logger.warn(`\`${stream}\` will not be read: ${error.message}. ${error.remedy}`);
    }
  }

  const results = await Promise.allSettled(tasks);
  const faults = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const distinct = [...new Map(faults.map((fault) => [String(fault), fault])).values()];
  if (distinct.length === 1) throw distinct[0];
  if (distinct.length > 1) throw new AggregateError(distinct, 'GitLab cannot be read as configured');
}
