import type { RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import type { GitHubClient } from './client.ts';
import { isPattern, members, namesOf } from './repositories.ts';
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
      const pull = { context, client: openClient(context), member, cursor };
      try {
        for await (const batch of stream.pull(pull)) {
          // Takes back what a refusal of an earlier run said.
          yield OPTIONAL_STREAMS.has(stream.name) ? { coveredFrom: context.start, ...batch } : batch;
        }
      } catch (error) {
        if (cursor !== null || isRequired(context.settings, stream.name) || !isRefusal(error)) throw error;
        // Nobody asked for it by name. It is complete from now on only, so that no zero is made of it.
        context.logger.warn(
          `${member}: \`${stream.name}\` is not read: ${error.message}. ${error.remedy}, or list the \`streams\` that you want`,
        );
        yield { records: [], cursor: null, coveredFrom: context.now() };
      }
    },
  };
}

function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.code === 'forbidden' || error.code === 'not_found');
}
