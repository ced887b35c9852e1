import { request as openRequest } from 'node:http';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { deliver } from '../../src/notify/deliver.ts';
import { webhook } from '../../src/notify/webhook/index.ts';
import type { OutboxStore, Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { aMessage } from './messages.ts';
import { aCheckIn } from './okr.ts';

/**
 * Child process: records one check-in with the message of it, and delivers what waits to the receiver it is given.
 * Kills itself before the step whose number it is given; says `ready` before the first and `done` after the last.
 */
const [, , path = '', url = '', killAt = '0'] = process.argv;
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

async function between<T>(work: () => Promise<T>): Promise<T> {
  step();
  const result = await work();
  step();
  return result;
}

/** As fetch asks a server on loopback; to load the real one takes a child longer than all its work. */
function ask(input: string | URL | Request, { method, headers, body }: RequestInit = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = openRequest(String(input), {
      method: method ?? 'GET',
      headers: Object.fromEntries(new Headers(headers)),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.resume();
      response.on('end', () => resolve(new Response('{}', { status: response.statusCode ?? 0 })));
    });
    request.end(body);
  });
}

/** The store with a step before and after whatever delivery writes. */
function stepped(store: Store): OutboxStore {
  return {
    ...store,
    attempt: (id) => between(() => store.attempt(id)),
    settle: (id, settlement) => between(() => store.settle(id, settlement)),
  };
}

const store = await openStore({ path, now: Date.now });
process.stdout.write('ready\n');
const runId = await store.startRun({ command: 'update', startedAt: Date.now(), asOf: Date.now() });
const count = (await store.checkIns('2026-A')).length;
await between(() =>
  store.recordCheckIns({
    runId,
    recordedAt: Date.now(),
    checkIns: [aCheckIn({ asOf: count })],
    starts: [],
    definitions: [],
    outcome: 'ok',
    tell: ([checkIn]) => {
      const id = `message of check-in ${checkIn?.id} in ${basename(path)}`;
      const body = aMessage({ id });
      const message = {
        id,
        channel: 'hook',
        kind: 'change',
        body,
        state: 'pending' as const,
        createdAt: Date.now(),
      };
      return { messages: [message], topics: [], folded: [] };
    },
  }),
);
const silent = { child: () => silent } as unknown as Logger;
await deliver({
  outlets: [
    {
      id: 'hook',
      kind: 'webhook',
      settings: { url },
      settingsHash: 'a',
      rules: {
        only: { teams: null, owners: null, focusAreas: null, objectives: null },
        digest: null,
        changes: true,
        operator: false,
        quietHours: null,
        mostPerWeek: null,
      },
    },
  ],
  channelOf: () => webhook as never,
  store: stepped(store),
  zone: 'UTC',
  signal: new AbortController().signal,
  fetch: (...args) => between(() => ask(...args)),
  now: Date.now,
  logger: silent,
  redact: (text) => text,
});
await store.close();
process.stdout.write('done\n');
