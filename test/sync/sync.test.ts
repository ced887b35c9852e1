import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import type { Batch, Connector, PullContext } from '../../connectors/contract.ts';
import { ConnectorError } from '../../connectors/errors.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import type { SyncEvent } from '../../src/sync/contract.ts';
import { runSync, type SyncOptions, type SyncSource } from '../../src/sync/index.ts';
import { startTracker, tracker } from '../support/paged-tracker.ts';
import { aSample, aTicket, at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const SINCE = at('2026-07-01');

async function newStore(): Promise<Store> {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => at('2026-11-01') });
  onTestFinished(() => store.close());
  return store;
}

function sync(store: Store, connector: Connector, options: Partial<SyncOptions> = {}) {
  return runSync({
    sources: [aSource()],
    connectorOf: (kind) => (kind === connector.kind ? connector : undefined),
    store,
    since: SINCE,
    signal: new AbortController().signal,
    now: () => at('2026-11-24'),
    logger: pino({ level: 'silent' }),
    fetch: globalThis.fetch,
    secrets: [],
    ...options,
  });
}

function aSource(settings: object = { repositories: ['a', 'b'] }, id = 'src'): SyncSource {
  return { id, kind: 'play', settings, directory: '/' };
}

interface Queries {
  readonly queries: readonly { readonly name: string; readonly jql: string }[];
}

type Pull = (member: string, cursor: string | null, context: PullContext) => AsyncIterable<Batch>;

/** A connector that plays what the test says. */
function playing(
  pull: Pull,
  options: { members?: (context: PullContext) => AsyncIterable<string>; version?: number } = {},
): Connector {
  return {
    kind: 'play',
    title: 'Plays what the test says',
    settings: z.unknown(),
    async check() {
      return undefined;
    },
    streams: {
      tickets: {
        yields: ['ticket', 'sample'],
        version: options.version ?? 1,
        async *members(context) {
          const { repositories } = context.settings as { repositories: readonly string[] };
          for await (const id of options.members?.(context) ?? repositories) yield { id, title: id };
        },
        pull: (context, member, cursor) => pull(member, cursor, context),
      },
    },
  };
}

async function* oneTicketEach(member: string, cursor: string | null): AsyncGenerator<Batch> {
  if (cursor === null) yield { records: [aTicket({ id: member })], cursor: 'end' };
}

function refusal(message = 'The token was refused'): ConnectorError {
  return new ConnectorError({
    code: 'auth',
    message,
    endpoint: 'GET https://tool.example/things',
    remedy: 'Renew the token',
    retryAt: 77,
  });
}

async function memberOf(store: Store, member: string) {
  return (await store.members()).find((one) => one.member === member);
}

test('many that wait for the end of the run side by side are no leak that Node warns of', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => warnings.push(name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const waiting = playing(async function* (_member, _cursor, { signal }) {
    for (let i = 0; i < 12; i++) signal.addEventListener('abort', () => undefined);
    yield { records: [], cursor: null };
  });
  await sync(await newStore(), waiting);
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test('every member is pulled, and is complete as of the start of its pull', async () => {
  const store = await newStore();
  let clock = 1000;
  const connector = playing(async function* (member, cursor) {
    clock = 2000;
    yield* oneTicketEach(member, cursor);
  });
  const result = await sync(store, connector, { now: () => clock, concurrency: 1 });
  expect(result).toEqual({ failures: [], records: 2, changed: 2, requests: 0 });
  expect(await memberOf(store, 'a')).toMatchObject({ completeAt: 1000, coveredFrom: SINCE, error: null });
  expect(await memberOf(store, 'b')).toMatchObject({ completeAt: 2000, yields: ['ticket', 'sample'] });
});

test('a member that fails neither stops nor rewinds the others, and recovers', async () => {
  const store = await newStore();
  let broken = true;
  const connector = playing(async function* (member, cursor) {
    yield { records: [aTicket({ id: `${member}-${cursor}` })], cursor: `${cursor}+` };
    if (member === 'a' && broken) throw refusal();
  });
  const failed = await sync(store, connector);
  expect(failed.failures).toEqual([
    {
      source: 'src',
      kind: 'play',
      stream: 'tickets',
      member: 'a',
      message: 'The token was refused',
      endpoint: 'GET https://tool.example/things',
      remedy: 'Renew the token',
      retryAt: 77,
    },
  ]);
  expect(await memberOf(store, 'a')).toMatchObject({
    completeAt: null,
    coveredFrom: null,
    error: 'The token was refused. (GET https://tool.example/things) Renew the token.',
    errorAt: at('2026-11-24'),
  });
  expect((await memberOf(store, 'b'))?.completeAt).not.toBeNull();
  broken = false;
  expect((await sync(store, connector)).failures).toEqual([]);
  expect(await memberOf(store, 'a')).toMatchObject({
    completeAt: at('2026-11-24'),
    error: null,
    errorAt: null,
  });
  const key = { source: 'src', stream: 'tickets', member: 'a' };
  expect((await store.memberState(key))?.cursor, 'it went on from its cursor').toBe('null++');
});

test('a failure after a success keeps the time of the success', async () => {
  const store = await newStore();
  let broken = false;
  const connector = playing(async function* (member, cursor) {
    if (broken) throw refusal();
    yield* oneTicketEach(member, cursor);
  });
  await sync(store, connector, { now: () => 1000 });
  broken = true;
  await sync(store, connector, { now: () => 2000 });
  expect(await memberOf(store, 'a')).toMatchObject({ completeAt: 1000, coveredFrom: SINCE, errorAt: 2000 });
});

test('a listing that fails halfway fails its stream alone and takes no member away', async () => {
  const store = await newStore();
  let broken = false;
  const connector = playing(oneTicketEach, {
    async *members() {
      yield 'a';
      if (broken) throw refusal();
      yield 'b';
    },
  });
  const steady = { ...connector.streams, steady: playing(oneTicketEach).streams.tickets };
  const both = { ...connector, streams: steady } as Connector;
  await sync(store, both);
  broken = true;
  const result = await sync(store, both);
  expect(result.failures).toMatchObject([{ source: 'src', stream: 'tickets', member: null }]);
  expect(await store.streamFailures()).toMatchObject([
    { source: 'src', stream: 'tickets', at: at('2026-11-24'), error: expect.stringContaining('refused') },
  ]);
  expect((await store.members()).map(({ stream, member }) => `${stream} ${member}`)).toEqual([
    'tickets a',
    'tickets b',
    'steady a',
    'steady b',
  ]);
  broken = false;
  await sync(store, both);
  expect(await store.streamFailures()).toEqual([]);
});

test('a source that cannot even be listed the first time is known as failing', async () => {
  const store = await newStore();
  const connector = playing(oneTicketEach, {
    // biome-ignore lint/correctness/useYield: it fails before it could
    async *members() {
      throw refusal();
    },
  });
  await sync(store, connector);
  expect(await store.members()).toEqual([]);
  expect(await store.streamFailures()).toHaveLength(1);
});

test('a member that a complete listing lacks becomes inactive, and goes on where it was when it returns', async () => {
  const store = await newStore();
  const cursors: (string | null)[] = [];
  const connector = playing(async function* (member, cursor) {
    if (member === 'b') cursors.push(cursor);
    yield* oneTicketEach(member, cursor);
  });
  await sync(store, connector);
  await sync(store, connector, { sources: [aSource({ repositories: ['a'] })] });
  expect((await store.members()).map(({ member }) => member)).toEqual(['a']);
  await sync(store, connector);
  expect(cursors).toEqual([null, 'end']);
});

const BASE = { repositories: ['a'], token: 't1', branch: 'main', nested: { password: 'p1', depth: 1 } };
const definitions: readonly [name: string, change: Partial<SyncOptions>, version: number, again: boolean][] =
  [
    ['an unchanged definition', {}, 1, false],
    ['another token', { sources: [aSource({ ...BASE, token: 't2' })] }, 1, false],
    [
      'another nested password',
      { sources: [aSource({ ...BASE, nested: { depth: 1, password: 'p2' } })] },
      1,
      false,
    ],
    ['one more repository', { sources: [aSource({ ...BASE, repositories: ['a', 'c'] })] }, 1, false],
    [
      'the settings in another order',
      { sources: [aSource({ nested: BASE.nested, branch: 'main', token: 't1', repositories: ['a'] })] },
      1,
      false,
    ],
    ['another setting', { sources: [aSource({ ...BASE, branch: 'dev' })] }, 1, true],
    [
      'another nested setting',
      { sources: [aSource({ ...BASE, nested: { password: 'p1', depth: 2 } })] },
      1,
      true,
    ],
    ['an earlier since', { since: SINCE - 1 }, 1, true],
    ['a later since, as of a new cycle,', { since: SINCE + 1 }, 1, false],
    ['a raised version', {}, 2, true],
  ];
for (const [name, change, version, again] of definitions) {
  test(`${name} ${again ? 'begins a full pull beside the old data' : 'goes on from the cursor'}`, async () => {
    const store = await newStore();
    const cursors: (string | null)[] = [];
    const pull: Pull = async function* (member, cursor) {
      if (member !== 'a') return;
      cursors.push(cursor);
      // What is stored while the new pull has not ended yet.
      const stored = await memberOf(store, 'a');
      if (cursors.length === 2) expect(stored).toMatchObject({ completeAt: 1000, coveredFrom: SINCE });
      if (cursors.length === 2) expect(await store.recordCounts()).toEqual(new Map([['src', 1]]));
      yield { records: [aTicket({ id: 'T' })], cursor: 'end' };
    };
    await sync(store, playing(pull), { sources: [aSource(BASE)], now: () => 1000 });
    await sync(store, playing(pull, { version }), { sources: [aSource(BASE)], now: () => 2000, ...change });
    expect(cursors).toEqual([null, again ? null : 'end']);
    expect(await memberOf(store, 'a')).toMatchObject({
      completeAt: 2000,
      coveredFrom: again ? (change.since ?? SINCE) : SINCE,
    });
  });
}

test('what bears on one member alone pulls that one anew, and lets the others go on', async () => {
  const store = await newStore();
  const pulled: string[] = [];
  const pull: Pull = async function* (member, cursor) {
    pulled.push(`${member} from ${cursor}`);
    yield { records: [], cursor: 'end' };
  };
  const connector: Connector = {
    ...playing(pull),
    streams: {
      tickets: {
        yields: ['ticket'],
        version: 1,
        pull: (context, member, cursor) => pull(member, cursor, context),
        async *members(context) {
          for (const { name } of (context.settings as Queries).queries) yield { id: name, title: name };
        },
        definition: (settings, member) =>
          (settings as Queries).queries.find(({ name }) => name === member)?.jql,
      },
    },
  };
  const run = (queries: Queries['queries']) => sync(store, connector, { sources: [aSource({ queries })] });
  const [one, two] = [
    { name: 'one', jql: 'a = 1' },
    { name: 'two', jql: 'b = 1' },
  ];
  await run([one, two]);
  pulled.length = 0;
  await run([one, { ...two, jql: 'b = 2' }, { name: 'three', jql: 'c = 1' }]);
  expect(pulled.sort()).toEqual(['one from end', 'three from null', 'two from null']);
});

test('a source that cannot give what is older says from when on its data is complete', async () => {
  const store = await newStore();
  let batches: { coveredFrom?: number }[] = [{ coveredFrom: SINCE + 500 }];
  const pull: Pull = async function* (member) {
    if (member !== 'a') return;
    for (const batch of batches) yield { records: [], cursor: 'end', ...batch };
  };
  const run = async (now: number) => {
    await sync(store, playing(pull), { sources: [aSource({ repositories: ['a'] })], now: () => now });
    return (await memberOf(store, 'a'))?.coveredFrom;
  };
  expect(await run(1000)).toBe(SINCE + 500);
  batches = [];
  expect(await run(2000)).toBe(SINCE + 500);
  batches = [{ coveredFrom: 0 }];
  expect(await run(3000)).toBe(SINCE);
});

test('a tool that has nothing newer says until when its data is complete, and when that is over', async () => {
  const store = await newStore();
  let batches: { coveredUntil?: number | null }[] = [{ coveredUntil: null }, { coveredUntil: 700 }];
  const pull: Pull = async function* (member) {
    if (member !== 'a') return;
    for (const batch of batches) yield { records: [], cursor: 'end', ...batch };
  };
  const run = async (now: number) => {
    await sync(store, playing(pull), { sources: [aSource({ repositories: ['a'] })], now: () => now });
    return await memberOf(store, 'a');
  };
  expect(await run(1000)).toMatchObject({ completeAt: 1000, coveredUntil: 700 });
  batches = [];
  expect(await run(2000)).toMatchObject({ completeAt: 2000, coveredUntil: 700 });
  batches = [{ coveredUntil: null }];
  expect(await run(3000)).toMatchObject({ completeAt: 3000, coveredUntil: null });
});

test('a new full pull that is cut short resumes from its own cursor', async () => {
  const store = await newStore();
  const cursors: (string | null)[] = [];
  let broken = false;
  const pull: Pull = async function* (_, cursor) {
    cursors.push(cursor);
    yield { records: [], cursor: `${cursor}+` };
    if (broken) throw refusal();
  };
  const options = { sources: [aSource({ repositories: ['a'] })] };
  await sync(store, playing(pull), { ...options, now: () => 1000 });
  broken = true;
  await sync(store, playing(pull, { version: 2 }), options);
  expect(await memberOf(store, 'a')).toMatchObject({ completeAt: 1000 });
  broken = false;
  await sync(store, playing(pull, { version: 2 }), options);
  expect(cursors).toEqual([null, null, 'null+']);
});

test('no more members are pulled at once than the bounds allow, over all and in each source', async () => {
  const store = await newStore();
  const running = { all: 0, mostAll: 0, a: 0, mostA: 0 };
  const connector = playing(async function* (_, cursor, { logger }) {
    const ofA = logger.bindings().source === 'A';
    running.all += 1;
    if (ofA) running.a += 1;
    running.mostAll = Math.max(running.mostAll, running.all);
    running.mostA = Math.max(running.mostA, running.a);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running.all -= 1;
    if (ofA) running.a -= 1;
    if (cursor === null) yield { records: [], cursor: 'end' };
  });
  const repositories = Array.from({ length: 10 }, (_, index) => `r${index}`);
  const sources = ['A', 'B', 'C'].map((id) => aSource({ repositories }, id));
  await sync(store, connector, { sources, concurrency: 5, concurrencyPerSource: 2 });
  expect(running).toMatchObject({ all: 0, mostAll: 5, mostA: 2 });
});

test('what is no error of a tool is an internal failure that names source, stream and member', async () => {
  const store = await newStore();
  const connector = playing(async function* (member, cursor) {
    if (member === 'a') throw new TypeError('x is undefined');
    yield* oneTicketEach(member, cursor);
  });
  const { failures } = await sync(store, connector);
  expect(failures.map(({ message }) => message)).toEqual([
    'Internal failure in source src, stream tickets, member a: x is undefined',
  ]);
  expect(failures[0]?.remedy).toContain('--log-level debug');
});

test('a record that cannot be stored fails its member alone, and leaves nothing of its batch', async () => {
  const store = await newStore();
  const connector = playing(async function* (member) {
    const value = member === 'a' ? Number.NaN : 1;
    yield { records: [aSample({ id: `${member}1` }), aSample({ id: `${member}2`, value })], cursor: 'end' };
  });
  const { failures } = await sync(store, connector);
  expect(failures).toMatchObject([
    { member: 'a', message: expect.stringContaining('value must be a finite number') },
  ]);
  expect(await store.recordCounts()).toEqual(new Map([['src', 2]]));
});

test('a store that fails stops the run with its own error', async () => {
  const store = await newStore();
  const full = Object.assign(new Error('the disk is full'), { code: 'full' });
  let batches = 0;
  const connector = playing(async function* (member) {
    for (let index = 0; index < 1000; index++) {
      batches += 1;
      yield { records: [aTicket({ id: `${member}${index}` })], cursor: String(index) };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  const failing = {
    ...store,
    commitBatch: () => (batches > 20 ? Promise.reject(full) : Promise.resolve({ changed: 1 })),
  };
  await expect(sync(failing, connector)).rejects.toBe(full);
  expect(batches, 'the other members stopped too').toBeLessThan(30);
  expect((await store.members()).every(({ completeAt }) => completeAt === null)).toBe(true);
});

test('a stop ends a run at once although its sources hang, and leaves no error behind', async () => {
  const store = await newStore();
  const stop = new AbortController();
  const connector = playing(async function* (member) {
    yield { records: [aTicket({ id: member })], cursor: 'one' };
    if (member === 'a') await new Promise(() => undefined);
    throw new Error('never comes');
  });
  const began = performance.now();
  const run = sync(store, connector, { signal: stop.signal, sources: [aSource({ repositories: ['a'] })] });
  setTimeout(() => stop.abort(), 50);
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await memberOf(store, 'a')).toMatchObject({ completeAt: null, error: null });
  expect((await store.memberState({ source: 'src', stream: 'tickets', member: 'a' }))?.cursor).toBe('one');
});

test('a run that is stopped before it begins does nothing', async () => {
  const store = await newStore();
  const run = sync(store, playing(oneTicketEach), { signal: AbortSignal.abort() });
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  expect(await store.members()).toEqual([]);
});

test('progress is told member by member, with the records so far', async () => {
  const store = await newStore();
  const events: SyncEvent[] = [];
  const connector = playing(async function* (member) {
    if (member === 'b') throw refusal();
    yield { records: [aTicket(), aTicket()], cursor: '1', total: 3 };
    yield { records: [aTicket()], cursor: '2' };
  });
  await sync(store, connector, { onEvent: (event) => void events.push(event), concurrency: 1 });
  const told = events.map((event) => {
    const records = 'records' in event ? ` ${event.records}` : '';
    return `${event.key.member} ${event.type}${records}`;
  });
  expect(told).toEqual([
    'a member-started',
    'a batch 2',
    'a batch 3',
    'a member-completed 3',
    'b member-started',
    'b member-failed',
  ]);
  expect(events[1]).toMatchObject({ total: 3 });
  expect(events[2]).toMatchObject({ total: null });
});

test('requests are counted, and one that gets no answer is given up', async () => {
  const store = await newStore();
  const silent: typeof fetch = (_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  const connector = playing(async function* (member, cursor, { fetch }) {
    await fetch('http://silent.example/');
    yield* oneTicketEach(member, cursor);
  });
  const result = await sync(store, connector, { fetch: silent, requestTimeout: 30 });
  expect(result.requests).toBe(2);
  expect(result.failures.map(({ message }) => message)).toEqual([
    expect.stringContaining('No answer within 0.03 s'),
    expect.stringContaining('No answer within 0.03 s'),
  ]);
});

test('a connector that repeats what a server said gives no secret away', async () => {
  const store = await newStore();
  const server = await startTracker('the right token', { WEB: 3 });
  onTestFinished(server.stop);
  const token = 'wr0ng/tøken+här';
  const lines: string[] = [];
  const source = { ...aSource({ url: server.url, token, careless: true }), kind: 'tracker' };
  const echoing: typeof fetch = async (input, init) => {
    const { headers } = new Request(input, init);
    return new Response(`${headers.get('authorization')} ${encodeURIComponent(token)} ${token}`, {
      status: 401,
    });
  };
  const result = await sync(store, tracker as Connector, {
    sources: [source],
    connectorOf: () => tracker as Connector,
    fetch: echoing,
    secrets: [token],
    logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
  });
  const everything = JSON.stringify([result, await store.streamFailures(), lines]);
  expect(everything).toContain('[redacted] [redacted]');
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(encodeURIComponent(token));
  expect(everything).not.toContain(Buffer.from(`ana@example.com:${token}`).toString('base64').slice(-16));
});

test("a source of a kind that does not exist is the caller's fault", async () => {
  const store = await newStore();
  const run = sync(store, playing(oneTicketEach), { sources: [{ ...aSource(), kind: 'nothing' }] });
  await expect(run).rejects.toThrow(/no connector of kind nothing/);
});
