import { readFileSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Connector } from '../connectors/contract.ts';
import { type ConnectorKind, connectors } from '../connectors/index.ts';
import { keepHeapSmall } from '../src/cli/memory.ts';
import { openStore } from '../src/store/index.ts';
import { runSync } from '../src/sync/index.ts';
import { report, timed } from './child.ts';
import { type Recording, recording, replay } from './requests.ts';

export interface SyncSide {
  /** `sync` into a database, `record` the same while writing the requests to a file, or only `fetch` those again. */
  readonly side: string;
  readonly file: string;
  readonly database: string;
  readonly kind: ConnectorKind;
  readonly settings: unknown;
  /** What of the recording can be asked for again at once, where that is less than what a sync had under way. */
  readonly fair?: (written: Recording) => Recording;
}

export interface SyncOptions {
  readonly connector: Connector;
  readonly settings: unknown;
  readonly database: string;
  readonly since: number;
}

/** One first sync of one source into a database, as the command does it. */
export async function syncOnce({
  connector,
  settings,
  database,
  since,
}: SyncOptions): Promise<{ requests: number; records: number }> {
  keepHeapSmall();
  const store = await openStore({ path: database, now: Date.now });
  try {
    const { failures, requests, records } = await runSync({
      sources: [
        {
          id: connector.kind,
          kind: connector.kind,
          settings: connector.settings.parse(settings),
          directory: '.',
        },
      ],
      connectorOf: () => connector,
      store,
      since,
      signal: new AbortController().signal,
      now: Date.now,
      logger: pino({ enabled: false }),
      fetch: globalThis.fetch,
      secrets: [],
    });
    if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('\n'));
    return { requests, records };
  } finally {
    await store.close();
  }
}

/** One process of the benchmark of a sync: does its side and prints what it took. */
export async function runSide({ side, file, database, kind, settings, fair }: SyncSide): Promise<void> {
  const connector = connectors[kind] as Connector;

  const since = Date.parse('2015-01-01T00:00:00Z');
  const sync = (one: Connector) => syncOnce({ connector: one, settings, database, since });

  if (side === 'record') {
    const written = recording(connector);
    const { ms, value } = await timed(() => sync(written.connector));
    writeFileSync(file, JSON.stringify(written.recording));
    report({ ms, ...value });
  } else if (side === 'sync') {
    const { ms, value } = await timed(() => sync(connector));
    report({ ms, ...value });
  } else {
    const written = JSON.parse(readFileSync(file, 'utf8')) as Recording;
    const { ms, value } = await timed(() => replay(fair === undefined ? written : fair(written)));
    report({ ms, ...value });
  }
}
