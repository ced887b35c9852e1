import type { PullContext } from '../../connectors/contract.ts';
import { ConnectorError } from '../../connectors/errors.ts';
import { connectorOf } from '../../connectors/index.ts';
import { createRedactor } from '../sync/redact.ts';
import { type App, UsageError } from './context.ts';

export interface SourceCheck {
  readonly source: string;
  readonly kind: string;
  /** Empty when everything that it needs is granted. */
  readonly problems: readonly {
    readonly message: string;
    readonly endpoint: string;
    readonly remedy: string;
  }[];
}

/** Asks every source for real whether its credentials, permissions and names suffice. Stores nothing. */
export async function checkSources(app: Omit<App, 'store'>): Promise<readonly SourceCheck[]> {
  const { configuration, signal, logger, now, fetch } = app;
  const redact = createRedactor(configuration.secrets);
  return Promise.all(
    configuration.sources.map(async ({ id, kind, settings, directory }): Promise<SourceCheck> => {
      const connector = connectorOf(kind);
      if (connector === undefined) throw new UsageError(`there is no connector of kind ${kind}`);
      const context: PullContext = {
        settings,
        start: configuration.since,
        signal,
        fetch,
        now,
        storedIds: () => Promise.resolve([]),
        logger: logger.child({ source: id }),
        directory,
      };
      try {
        await connector.check(context);
        return { source: id, kind, problems: [] };
      } catch (error) {
        if (signal.aborted) throw error;
        return { source: id, kind, problems: problemsOf(error, redact) };
      }
    }),
  );
}

function problemsOf(error: unknown, redact: (text: string) => string): SourceCheck['problems'] {
  if (error instanceof AggregateError) return error.errors.flatMap((one) => problemsOf(one, redact));
  if (error instanceof ConnectorError) {
    const { message, endpoint, remedy } = error;
    return [{ message: redact(message), endpoint: redact(endpoint), remedy: redact(remedy) }];
  }
  throw error;
}
