import type { Logger } from 'pino';
import type { Connector } from '../../connectors/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { runSync } from '../../src/sync/index.ts';
import { type ScriptedSettings, scriptedTickets } from './scripted-stream.ts';

/**
 * Child process: one locked sync run of the scripted connector into the database it is given. Says `batch` for
 * each one it stored, and `done` when the run has ended well.
 */
const [, , path = '', settings = '{}'] = process.argv;
// Small, so that a test that starts it fifty times spends its time at work: no schema and no real logger.
const connector = { streams: { tickets: scriptedTickets } } as unknown as Connector;
const logger = { child: () => logger, debug: () => undefined } as unknown as Logger;
const lock = acquireLock(path, { command: 'sync', now: Date.now });
const store = await openStore({ path, now: Date.now });
const result = await runSync({
  sources: [
    {
      id: 'scripted',
      kind: 'scripted',
      settings: JSON.parse(settings) as ScriptedSettings,
      directory: '/',
    },
  ],
  connectorOf: () => connector,
  store,
  since: 0,
  signal: new AbortController().signal,
  now: Date.now,
  logger,
  fetch: globalThis.fetch,
  secrets: [],
  onEvent: ({ type }) => {
    if (type === 'batch') process.stdout.write('batch\n');
  },
});
await store.close();
lock.release();
process.stdout.write(
  result.failures.length === 0 ? 'done\n' : `failed: ${JSON.stringify(result.failures)}\n`,
);
