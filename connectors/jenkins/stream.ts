import type { EngineeringRecord, RecordType } from '../../src/domain/records.ts';
import type { PullContext, Stream } from '../contract.ts';
import { isPattern } from '../patterns.ts';
import { members, namesOf } from './jobs.ts';
import type { BuildRow } from './schemas.ts';
import type { JenkinsSettings } from './settings.ts';
import { type Job, type Pull, pullNewBuilds } from './walk.ts';

interface JobStream {
  readonly yields: readonly RecordType[];
  readonly memberField: 'project' | 'subject';
  readonly series?: readonly string[];
  isSelected(settings: JenkinsSettings): boolean;
  records(pull: Pull, row: BuildRow, job: Job): Promise<readonly EngineeringRecord[]>;
}

/** A stream over the builds of the source's jobs. */
export function jobStream(stream: JobStream): Stream<JenkinsSettings> {
  const { yields, memberField, series } = stream;
  return {
    yields,
    version: 1,
    memberField,
    ...(series === undefined ? {} : { series }),
    async *members(context: PullContext<JenkinsSettings>) {
      if (stream.isSelected(context.settings)) yield* members(context);
    },
    async *pull(context, member, cursor) {
      // A pattern that matches nothing is a member by itself, so that it is told by name and stops no other.
      if (isPattern(member)) await namesOf(context, member);
      const { jobPath, openClient } = await import('./client.ts');
      const pull = { context, client: openClient(context), member, path: jobPath(member), cursor };
      yield* pullNewBuilds(pull, (row, job) => stream.records(pull, row, job));
    },
  };
}
