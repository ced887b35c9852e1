import type { Connector, Preview, PullContext } from '../../../connectors/contract.ts';
import { ConnectorError } from '../../../connectors/errors.ts';
import { connectorOf } from '../../../connectors/index.ts';
import { createRedactor } from '../../domain/redact.ts';
import { isoTime } from '../../domain/time.ts';
import type { CheckedSource } from '../../report/terminal/doctor.ts';
import type { PreviewedTable } from '../../report/terminal/preview.ts';
import { toldOf } from '../../sync/failure.ts';
import { type App, UsageError } from '../context.ts';

export interface SourceCheck extends CheckedSource {
  readonly kind: string;
  /** The streams that the problems keep from being read; null stands for all of them. */
  readonly blocked: readonly (string | null)[];
}

/** Rows of each table that are asked for; a row may hold several series. */
const PREVIEWED = 3;
const MOST_SAMPLES = 12;

/** Asks every source for real whether its credentials, permissions and names suffice. Stores nothing. */
export async function checkSources(app: Omit<App, 'store'>): Promise<readonly SourceCheck[]> {
  const { configuration, signal } = app;
  const redact = createRedactor(configuration.secrets);
  return Promise.all(
    configuration.sources.map(async (source): Promise<SourceCheck> => {
      const { id, kind } = source;
      try {
        const previews = await examine(connectorFor(kind), contextOf(app, source));
        return {
          source: id,
          kind,
          problems: [],
          blocked: [],
          previews: previews?.map(shownBy(redact)) ?? null,
        };
      } catch (error) {
        if (signal.aborted) throw error;
        const faults = faultsOf(error);
        const problems = faults.map((fault) => toldOf(fault, redact));
        return {
          source: id,
          kind,
          problems,
          blocked: faults.map(({ stream }) => stream ?? null),
          previews: null,
        };
      }
    }),
  );
}

function connectorFor(kind: string): Connector {
  const connector = connectorOf(kind);
  if (connector === undefined) throw new UsageError(`there is no connector of kind ${kind}`);
  return connector;
}

export function contextOf(
  { configuration, signal, logger, now, fetch }: Omit<App, 'store'>,
  { id, settings, directory }: App['configuration']['sources'][number],
): PullContext {
  return {
    settings,
    start: configuration.since,
    signal,
    fetch,
    now,
    storedIds: () => Promise.resolve([]),
    logger: logger.child({ source: id }),
    timezone: configuration.timezone,
    directory,
  };
}

async function examine(connector: Connector, context: PullContext): Promise<readonly Preview[] | null> {
  if (connector.preview !== undefined) return connector.preview(context, PREVIEWED);
  await connector.check(context);
  return null;
}

function shownBy(redact: (text: string) => string): (preview: Preview) => PreviewedTable {
  return ({ title, samples }) => ({
    title: redact(title),
    rows: samples.slice(0, MOST_SAMPLES).map(({ measuredAt, series, subject, value, of, labels }) => ({
      at: isoTime(measuredAt),
      series: redact(series),
      subject: redact(subject),
      value,
      of,
      labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [redact(name), redact(text)])),
    })),
  });
}

function faultsOf(error: unknown): readonly ConnectorError[] {
  if (error instanceof AggregateError) return error.errors.flatMap(faultsOf);
  if (error instanceof ConnectorError) return [error];
  throw error;
}
