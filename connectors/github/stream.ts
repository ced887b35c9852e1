import type { RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { passingOverRefusal } from '../optional-stream.ts';
import { isPattern } from '../patterns.ts';
import type { GitHubClient } from './client.ts';
import { members, namesOf } from './repositories.ts';
import {
  type GitHubSettings,
  isRequired,
  isSelected,
  OPTIONAL_STREAMS,
  type StreamName,
} from './settings.ts';

/** One pull of one repository. */
export interface Pull {
  readonly context: PullContext<GitHubSettings>;
  readonly client: GitHubClient;
  /** `owner/name` as the settings have it, whatever the repository is called now. */
  readonly member: string;
  readonly cursor: string | null;
}

export interface RepositoryStream {
  readonly name: StreamName;
  readonly yields: readonly RecordType[];
  readonly version: number;
  pull(pull: Pull): AsyncIterable<Batch>;
}

/** A stream over the repositories of the source; without any where the settings leave it out. */
export function repositoryStream(stream: RepositoryStream): Stream<GitHubSettings> {
  return {
    yields: stream.yields,
    version: stream.version,
    memberField: 'repository',
    async *members(context) {
      if (isSelected(context.settings, stream.name)) yield* members(context);
    },
    async *pull(context, member, cursor) {
      // A pattern that matches nothing is a member by itself, so that it is told by name and stops no other.
      if (isPattern(member)) await namesOf(context, member);
      const { openClient } = await import('./client.ts');
      const batches = stream.pull({ context, client: openClient(context), member, cursor });
      yield* passingOverRefusal(batches, {
        context,
        stream: stream.name,
        member,
        cursor,
        optional: OPTIONAL_STREAMS.has(stream.name),
        required: isRequired(context.settings, stream.name),
      });
    },
  };
}
