import { readFileSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Connector } from '../connectors/contract.ts';
import { connectorOf } from '../connectors/index.ts';
import { openStore } from '../src/store/index.ts';
import { runSync } from '../src/sync/index.ts';
import { report, timed } from './child.ts';
import { type Recording, recording, replay } from './requests.ts';

/**
 * One process of the GitHub benchmark: `sync` into a database, `record` the same while writing the requests to a
 * file, or the bare loop (`fetch`) over the requests in that file.
 */
const [side = '', file = '', url = '', repositories = '', database = ''] = process.argv.slice(2);
const TOKEN = 'bench-token';

async function sync(connector: Connector): Promise<{ requests: number; records: number }> {
  const store = await openStore({ path: database, now: Date.now });
  try {
    const { failures, requests, records } = await runSync({
      sources: [
        {
          id: 'gh',
          kind: connector.kind,
          settings: connector.settings.parse({ url, token: TOKEN, repositories: repositories.split(',') }),
          directory: '.',
        },
      ],
      connectorOf: () => connector,
      store,
      since: Date.parse('2015-01-01T00:00:00Z'),
      signal: new AbortController().signal,
      now: Date.now,
      logger: pino({ enabled: false }),
      fetch: globalThis.fetch,
      secrets: [TOKEN],
    });
    if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('\n'));
    return { requests, records };
  } finally {
    await store.close();
  }
}

const github = connectorOf('github');
if (!github) throw new Error('there is no connector of GitHub');
if (side === 'record') {
  const { connector, recording: written } = recording(github);
  const { ms, value } = await timed(() => sync(connector));
  writeFileSync(file, JSON.stringify(written));
  report({ ms, ...value });
} else if (side === 'sync') {
  const { ms, value } = await timed(() => sync(github));
  report({ ms, ...value });
} else {
  const written = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const { ms, value } = await timed(() => replay(written));
  report({ ms, ...value });
}
