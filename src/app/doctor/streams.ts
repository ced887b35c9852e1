import type { Member } from '../../../connectors/contract.ts';
import { ConnectorError } from '../../../connectors/errors.ts';
import { connectorOf } from '../../../connectors/index.ts';
import type { RecordType } from '../../domain/records.ts';
import type { App } from '../context.ts';
import { contextOf } from './check.ts';

/** A stream of a source as the settings have it now, whatever was pulled under earlier ones. */
export interface ListedStream {
  readonly source: string;
  readonly stream: string;
  readonly yields: readonly RecordType[];
  readonly memberField: string | null;
  readonly pushed: boolean;
  /** Null where they cannot be listed; the check of the source says why. */
  readonly members: readonly Member[] | null;
}

/** Asks every stream of every source what it would read, which costs next to nothing beside the check. */
export async function listStreams(app: Omit<App, 'store'>): Promise<readonly ListedStream[]> {
  const { configuration, signal } = app;
  const ofSources = configuration.sources.map(async (source) => {
    const context = contextOf(app, source);
    const { streams = {} } = connectorOf(source.kind) ?? {};
    return Promise.all(
      Object.entries(streams).map(async ([name, stream]): Promise<ListedStream> => {
        const { yields, memberField = null, pushed = false } = stream;
        const listed = { source: source.id, stream: name, yields, memberField, pushed };
        try {
          const members: Member[] = [];
          for await (const member of stream.members(context)) members.push(member);
          return { ...listed, members };
        } catch (error) {
          if (signal.aborted || !(error instanceof ConnectorError)) throw error;
          return { ...listed, members: null };
        }
      }),
    );
  });
  return (await Promise.all(ofSources)).flat();
}
