import type { RecordType } from '../../src/domain/records.ts';
import type { Batch, PullContext, Stream } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import type { GitLabClient } from './client.ts';
import { isPattern, members, pathsOf } from './projects.ts';
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
      try {
        for await (const batch of stream.pull({
          context,
          client: openClient(context),
          member,
          project,
          cursor,
        })) {
          // Takes back what a refusal of an earlier run said.
          yield isOptional(stream.name) ? { coveredFrom: context.start, ...batch } : batch;
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
