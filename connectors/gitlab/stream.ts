import type { RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { passingOverRefusal } from '../optional-stream.ts';
import { isPattern } from '../patterns.ts';
import type { GitLabClient } from './client.ts';
import { members, pathsOf } from './projects.ts';
import { type GitLabSettings, isOptional, isRequired, isSelected, type StreamName } from './settings.ts';

/** One pull of one project. */
export interface Pull {
  readonly context: PullContext<GitLabSettings>;
  readonly client: GitLabClient;
  /** The project's path as the settings or a group's list have it. */
  readonly member: string;
  /** `/projects/acme%2Fweb`. */
  readonly project: string;
  readonly cursor: string | null;
}

export interface ProjectStream {
  readonly name: StreamName;
  readonly yields: readonly RecordType[];
  readonly version: number;
  pull(pull: Pull): AsyncIterable<Batch>;
}

/** A stream over the projects of the source; without any where the settings leave it out. */
export function projectStream(stream: ProjectStream): Stream<GitLabSettings> {
  return {
    yields: stream.yields,
    version: stream.version,
    memberField: 'repository',
    async *members(context) {
      if (isSelected(context.settings, stream.name)) yield* members(context);
    },
    async *pull(context, member, cursor) {
      // A pattern that matches nothing is a member by itself, so that it is told by name and stops no other.
      if (isPattern(member)) await pathsOf(context, member);
      const { openClient } = await import('./client.ts');
      const project = `/projects/${encodeURIComponent(member)}`;
      const batches = stream.pull({ context, client: openClient(context), member, project, cursor });
      yield* passingOverRefusal(batches, {
        context,
        stream: stream.name,
        member,
        cursor,
        optional: isOptional(stream.name),
        required: isRequired(context.settings, stream.name),
      });
    },
  };
}
