import pLimit from 'p-limit';
import * as z from 'zod';
import type { Connector, PullContext } from '../contract.ts';
import { idsOf, isPattern } from '../patterns.ts';
import { toBuild } from './builds.ts';
import { members, namesOf } from './jobs.ts';
import { reportsOf, SERIES } from './reports.ts';
import { type JenkinsSettings, settingsSchema } from './settings.ts';
import { jobStream } from './stream.ts';

const AT_ONCE = 6;

/** Jenkins on a server of one's own, with its folders and multibranch pipelines. */
export const jenkins: Connector<JenkinsSettings> = {
  kind: 'jenkins',
  title: 'Builds of Jenkins jobs, and the test results and coverage that they published.',
  settings: settingsSchema,
  check,
  streams: {
    builds: jobStream({
      yields: ['build'],
      memberField: 'project',
      isSelected: () => true,
      records: async (pull, row, job) => [toBuild(pull, row, job)],
    }),
    reports: jobStream({
      yields: ['sample'],
      memberField: 'subject',
      series: SERIES,
      isSelected: (settings) => settings.reports,
      records: reportsOf,
    }),
  },
};

/** Verifies that Jenkins answers the user and that each job can be seen. */
async function check(context: PullContext<JenkinsSettings>): Promise<void> {
  const { jobPath, openClient } = await import('./client.ts');
  const client = openClient(context);
  const limit = pLimit(AT_ONCE);
  const ids = await idsOf(members(context));
  const results = await Promise.allSettled(
    ids.map((id) =>
      isPattern(id)
        ? namesOf(context, id)
        : limit(() => client.get(jobPath(id), 'name', z.object({ name: z.string() }))),
    ),
  );
  const faults = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const distinct = [...new Map(faults.map((fault) => [String(fault), fault])).values()];
  if (distinct.length === 1) throw distinct[0];
  if (distinct.length > 1) throw new AggregateError(distinct, 'Jenkins cannot be read as configured');
}
