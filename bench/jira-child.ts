import { readFileSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Connector } from '../connectors/contract.ts';
import { connectorOf } from '../connectors/index.ts';
import { openStore } from '../src/store/index.ts';
import { runSync } from '../src/sync/index.ts';
import { report, timed } from './child.ts';
import { type Recording, recording, replay } from './requests.ts';

/**
 * One process of the Jira benchmark: `sync` into a database, `record` the same while writing the requests to a file,
 * or the bare loop (`fetch`) over the requests in that file.
 */
const [side = '', file = '', url = '', database = ''] = process.argv.slice(2);
const EMAIL = 'bench@acme.example';
const TOKEN = 'bench-token';

async function sync(connector: Connector): Promise<{ requests: number; records: number }> {
  const store = await openStore({ path: database, now: Date.now });
  try {
    const { failures, requests, records } = await runSync({
      sources: [
        {
          id: 'jira',
          kind: connector.kind,
          settings: connector.settings.parse({
            url,
            email: EMAIL,
            token: TOKEN,
            projects: ['WEB'],
            sprints: false,
          }),
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

const jira = connectorOf('jira');
if (!jira) throw new Error('there is no connector of Jira');
if (side === 'record') {
  const { connector, recording: written } = recording(jira);
  const { ms, value } = await timed(() => sync(connector));
  writeFileSync(file, JSON.stringify(written));
  report({ ms, ...value });
} else if (side === 'sync') {
  const { ms, value } = await timed(() => sync(jira));
  report({ ms, ...value });
} else {
  // A page's token comes with the page before it, so that nobody could ask for two at once.
  const written = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const lanes = written.lanes.map((lane) => ({ ...lane, width: 1 }));
  const { ms, value } = await timed(() => replay({ ...written, lanes }));
  report({ ms, ...value });
}
