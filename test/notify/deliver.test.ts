import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { ConnectorError, type ConnectorErrorCode } from '../../connectors/errors.ts';
import { createRedactor } from '../../src/domain/redact.ts';
import type { Channel } from '../../src/notify/contract.ts';
import { type DeliverOptions, type Delivery, deliver } from '../../src/notify/deliver.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { deliverToHook, MONDAYS_AT_EIGHT, RULES } from '../support/delivery.ts';
import { aMessage } from '../support/messages.ts';
import { at } from '../support/records.ts';
import { leaksOf } from '../support/secrets.ts';
import { tempFolder } from '../support/temp.ts';

const NOW = at('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const SECRET = 'a-secret-that-a-channel-holds';

const DIGEST = { schedule: 'weekly', times: MONDAYS_AT_EIGHT, always: false };

/** A store with messages in it, and a channel that does what it is told. */
async function aBench(ids: readonly string[], channel = 'hook') {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => NOW });
  onTestFinished(() => store.close());
  await enqueue(store, ids, channel);
  const taken: string[] = [];
  let now = NOW;
  let fail: (id: string) => Error | null = () => null;
  const scripted: Channel<unknown> = {
    kind: 'scripted',
    title: 'scripted',
    settings: z.unknown(),
    check: async () => undefined,
    async deliver(_, { id }) {
      const error = fail(id);
      if (error !== null) throw error;
      taken.push(id);
      return { reference: `ref of ${id}` };
    },
  };
  async function run(over: Partial<DeliverOptions> = {}, settingsHash = 'a'): Promise<Delivery> {
    const fixed = { store, now: () => now, redact: createRedactor([SECRET]), random: () => 1 };
    return deliverToHook(scripted, { ...fixed, ...over }, { settingsHash });
  }
  return {
    store,
    taken,
    run,
    scripted,
    wait: (ms: number) => {
      now += ms;
    },
    failing: (how: typeof fail) => {
      fail = how;
    },
  };
}

async function enqueue(
  store: Store,
  ids: readonly string[],
  channel = 'hook',
  createdAt = NOW,
): Promise<void> {
  const messages = ids.map((id) => ({
    id,
    channel,
    kind: 'change',
    body: aMessage({ id }),
    state: 'pending' as const,
    createdAt,
  }));
  await store.tell({ messages, topics: [], folded: [] });
}

function refusal(code: ConnectorErrorCode, retryAt?: number): ConnectorError {
  const text = { message: `it says ${SECRET}`, endpoint: 'POST https://x', remedy: 'do this' };
  const status = code === 'input' ? { status: 400 } : {};
  return new ConnectorError({ code, ...text, ...status, ...(retryAt === undefined ? {} : { retryAt }) });
}

test('what waits is sent in order, once, and kept with what the service calls it', async () => {
  const { run, taken, store } = await aBench(['a', 'b', 'c']);
  expect(await run()).toMatchObject({ sent: 3, waiting: 0, givenUp: 0, error: null });
  expect(taken).toEqual(['a', 'b', 'c']);
  expect(await run()).toMatchObject({ sent: 0, waiting: 0 });
  expect((await store.outbox(['sent']))[0]).toMatchObject({
    attempts: 1,
    reference: 'ref of a',
    sentAt: NOW,
  });
  await enqueue(store, ['a']);
  expect(await run()).toMatchObject({ sent: 0 });
});

test('after a transient failure it waits, longer each time, and then sends all in order', async () => {
  const { run, taken, store, wait, failing } = await aBench(['a', 'b']);
  failing(() => refusal('server'));
  const waits: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    expect(await run()).toMatchObject({ sent: 0, waiting: 2, disabled: false });
    const [row] = await store.outbox(['failed']);
    const until = (row?.nextAttemptAt ?? 0) - NOW;
    const passed = waits.reduce((sum, one) => sum + one, 0);
    waits.push(until - passed);
    expect(await run()).toMatchObject({ error: null, waiting: 2 });
    wait(until - passed);
  }
  expect(waits.slice(0, 4)).toEqual([60_000, 120_000, 240_000, 480_000]);
  expect(Math.max(...waits)).toBe(6 * HOUR);
  failing(() => null);
  expect(await run()).toMatchObject({ sent: 2, waiting: 0 });
  expect(taken).toEqual(['a', 'b']);
  expect((await store.outbox(['sent']))[0]?.attempts).toBe(13);
});

test('a service that says when to come again is asked no sooner', async () => {
  const { run, store, failing } = await aBench(['a']);
  failing(() => refusal('rate_limit', NOW + 2 * HOUR));
  await run();
  expect((await store.outbox(['failed']))[0]?.nextAttemptAt).toBe(NOW + 2 * HOUR);
});

test('a permanent refusal disables the channel, which is said in each run, until its settings change', async () => {
  const { run, taken, store, wait, failing } = await aBench(['a', 'b']);
  failing(() => refusal('not_found'));
  expect(await run()).toMatchObject({ sent: 0, waiting: 2, disabled: true });
  failing(() => null);
  wait(24 * HOUR);
  const again = await run();
  expect(again).toMatchObject({ sent: 0, waiting: 2, disabled: true });
  expect(again.error?.remedy).toContain('--test hook');
  expect(taken).toEqual([]);
  expect(await run({}, 'other settings')).toMatchObject({ sent: 2, disabled: false, error: null });
  expect(taken).toEqual(['a', 'b']);
  expect(await store.disabledChannels()).toEqual([]);
});

test('why it is disabled is kept in whole sentences, each with one full stop', async () => {
  const { run, store, failing } = await aBench(['a']);
  const text = { message: 'it is gone', endpoint: 'POST https://x', remedy: 'Does it still exist?' };
  failing(() => new ConnectorError({ code: 'not_found', ...text }));
  await run();
  expect((await store.disabledChannels())[0]?.error).toBe(
    'it is gone. (POST https://x) Does it still exist?',
  );
});

test('a message that is itself refused is given up, so that it does not hold the others for ever', async () => {
  const { run, taken, failing } = await aBench(['bad', 'good']);
  failing((id) => (id === 'bad' ? refusal('input') : null));
  expect(await run()).toMatchObject({ givenUp: 1, waiting: 1, disabled: true });
  expect(await run({}, 'other settings')).toMatchObject({ sent: 1, givenUp: 0 });
  expect(taken).toEqual(['good']);
});

test.each([200, 400, 413, 422, 552])('%i is a refusal of the message itself', async (status) => {
  const { run, failing } = await aBench(['bad', 'good']);
  failing((id) => (id === 'bad' ? inputError(status) : null));
  expect(await run()).toMatchObject({ givenUp: 1, waiting: 1, disabled: true });
});

test.each([
  ['a certificate that is not trusted, or a template that is none', undefined],
  ['a redirect', 302],
  ['a method that is not allowed', 405],
  ['a type of content that is not taken', 415],
])('%s is mended in the settings: no message is lost for it', async (_, status) => {
  const { run, taken, failing, store } = await aBench(['a', 'b']);
  failing(() => inputError(status));
  expect(await run()).toMatchObject({ givenUp: 0, waiting: 2, disabled: true });
  expect(await store.outbox(['given_up'])).toEqual([]);
  failing(() => null);
  expect(await run({}, 'other settings')).toMatchObject({ sent: 2, givenUp: 0 });
  expect(taken).toEqual(['a', 'b']);
});

function inputError(status: number | undefined): ConnectorError {
  const text = { message: 'it is refused', endpoint: 'POST https://x', remedy: 'do this' };
  return new ConnectorError({ code: 'input', ...text, ...(status === undefined ? {} : { status }) });
}

test('what is two weeks old is news no more: it is given up unsent, with the reason and what failed before', async () => {
  const { run, taken, wait, failing, store } = await aBench(['a', 'b']);
  failing(() => refusal('network'));
  await run();
  failing(() => null);
  wait(15 * 24 * HOUR);
  await enqueue(store, ['c'], 'hook', NOW + 15 * 24 * HOUR);
  expect(await run()).toMatchObject({ sent: 1, givenUp: 2, outdated: 2, waiting: 0, error: null });
  expect(taken).toEqual(['c']);
  expect(await store.outbox(['pending', 'failed'])).toEqual([]);
  const given = (await store.outbox(['given_up'])).map(({ id, attempts, error }) => [id, attempts, error]);
  expect(given).toEqual([
    [
      'a',
      1,
      'It waited for more than two weeks and is no news any more; the last attempt failed: it says [redacted] (POST https://x)',
    ],
    ['b', 0, 'It waited for more than two weeks and is no news any more'],
  ]);
});

test('what is two weeks old to the day is still sent', async () => {
  const { run, taken, wait } = await aBench(['a']);
  wait(14 * 24 * HOUR);
  expect(await run()).toMatchObject({ sent: 1, givenUp: 0, outdated: 0 });
  expect(taken).toEqual(['a']);
});

test('old news is given up in quiet hours and in a disabled channel too', async () => {
  const { run, taken, wait, failing, store } = await aBench(['a', 'b']);
  const rules = { ...RULES, quietHours: { from: '11:00', to: '14:00', weekends: false } };
  const outlets = [{ id: 'hook', kind: 'scripted', settings: {}, rules, settingsHash: 'a' }];
  failing(() => refusal('not_found'));
  expect(await run()).toMatchObject({ disabled: true, waiting: 2 });
  wait(15 * 24 * HOUR);
  expect(await run()).toMatchObject({ disabled: true, givenUp: 2, outdated: 2, waiting: 0 });
  await enqueue(store, ['c']);
  expect(await run({ outlets }, 'b')).toMatchObject({ givenUp: 1, outdated: 1, waiting: 0 });
  expect(taken).toEqual([]);
  for (const { error } of await store.outbox(['given_up'])) expect(error).toContain('more than two weeks');
});

test('in quiet hours nothing is sent, nor lost', async () => {
  const { run, taken, wait } = await aBench(['a']);
  const rules = { ...RULES, quietHours: { from: '11:00', to: '14:00', weekends: false } };
  const outlets = [{ id: 'hook', kind: 'scripted', settings: {}, rules, settingsHash: 'a' }];
  expect(await run({ outlets })).toMatchObject({ sent: 0, waiting: 1, quietUntil: NOW + 2 * HOUR });
  wait(2 * HOUR);
  expect(await run({ outlets })).toMatchObject({ sent: 1, quietUntil: null });
  expect(taken).toEqual(['a']);
});

test('one channel that fails holds no other', async () => {
  const { run, store, failing, taken, scripted } = await aBench(['a']);
  await enqueue(store, ['b'], 'other');
  failing((id) => (id === 'a' ? refusal('timeout') : null));
  const outlet = { kind: 'scripted', settings: {}, rules: RULES, settingsHash: 'a' };
  const deliveries = await deliver({
    ...options(store, scripted),
    outlets: [
      { id: 'hook', ...outlet },
      { id: 'other', ...outlet },
    ],
  });
  expect(deliveries.map(({ sent }) => sent)).toEqual([0, 1]);
  expect(taken).toEqual(['b']);
  expect(await run()).toMatchObject({ waiting: 1 });
});

function options(store: Store, channel: Channel): DeliverOptions {
  return {
    outlets: [],
    channelOf: () => channel,
    store,
    zone: 'UTC',
    signal: new AbortController().signal,
    fetch: globalThis.fetch,
    now: () => NOW,
    logger: pino({ level: 'silent' }),
    redact: createRedactor([SECRET]),
  };
}

test('what is sent to a channel that is gone from the configuration is given up, and says why', async () => {
  const { run, store } = await aBench(['a'], 'gone');
  await run();
  expect((await store.outbox(['given_up']))[0]?.error).toContain('no longer in the configuration');
});

/** A channel whose service answers nothing before it is stopped. */
function aHangingOne(scripted: Channel<unknown>): Channel<unknown> {
  return {
    ...scripted,
    deliver: ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(refusal('aborted')));
      }),
  };
}

const HOOK = [{ id: 'hook', kind: 'scripted', settings: {}, rules: RULES, settingsHash: 'a' }];

test('a service that never answers is left at the time limit, and the message waits', async () => {
  const { store, scripted } = await aBench(['a']);
  const began = performance.now();
  const [delivery] = await deliver({
    ...options(store, aHangingOne(scripted)),
    outlets: HOOK,
    timeLimit: 100,
    random: () => 1,
  });
  expect(performance.now() - began).toBeLessThan(5000);
  expect(delivery).toMatchObject({ sent: 0, waiting: 1, disabled: false });
  expect(delivery?.error).toMatchObject({
    message: expect.stringContaining('0.1 s'),
    endpoint: 'POST https://x',
  });
  expect(delivery?.error?.remedy).not.toBe('');
  const [row] = await store.outbox(['failed']);
  expect(row).toMatchObject({ attempts: 1, nextAttemptAt: NOW + 60_000 });
  expect(row?.error).toContain('0.1 s');
});

test('what no time limit is ever enough for is given up when it is too old', async () => {
  const { run, wait, store, scripted } = await aBench(['a', 'b']);
  const slow = { channelOf: () => aHangingOne(scripted), timeLimit: 50 };
  expect(await run(slow)).toMatchObject({ waiting: 2, givenUp: 0 });
  wait(15 * 24 * HOUR);
  expect(await run(slow)).toMatchObject({ waiting: 0, givenUp: 2 });
  expect(await store.outbox(['given_up'])).toHaveLength(2);
});

test('the user’s stop is no failure: the message waits as it was', async () => {
  const { run, store, scripted } = await aBench(['a']);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const hanging = { channelOf: () => aHangingOne(scripted), signal: stop.signal };
  expect(await run(hanging)).toMatchObject({ sent: 0, waiting: 1, error: null });
  expect(await store.outbox(['pending'])).toHaveLength(1);
});

test('no secret is stored or told', async () => {
  const { run, store, failing } = await aBench(['a']);
  failing(() => refusal('forbidden'));
  const delivery = await run();
  const stored = [await store.outbox(['failed']), await store.disabledChannels(), delivery];
  expect(JSON.stringify(stored)).toContain('[redacted]');
  expect(leaksOf(JSON.stringify(stored), [SECRET])).toEqual([]);
});

test('what was sent is kept for ninety days, and what waits for as long as it waits', async () => {
  const { run, store, wait } = await aBench(['a']);
  await run();
  wait(89 * 24 * HOUR);
  await run();
  expect(await store.outbox(['sent'])).toHaveLength(1);
  wait(2 * 24 * HOUR);
  await run();
  expect(await store.outbox(['sent'])).toEqual([]);
});

test('what the weekly limit keeps back is kept until a digest tells it', async () => {
  const { run, store, wait } = await aBench([]);
  const outlets = HOOK.map((outlet) => ({ ...outlet, rules: { ...RULES, digest: DIGEST } }));
  const folded = { channel: 'hook', kind: 'change', state: 'folded' as const, createdAt: NOW };
  const messages = ['told', 'untold'].map((id) => ({ ...folded, id, body: aMessage({ id }) }));
  await store.tell({ messages, topics: [], folded: [] });
  await store.tell({ messages: [], topics: [], folded: [{ id: 'told', into: 'a digest' }] });
  wait(91 * 24 * HOUR);
  await run({ outlets });
  expect((await store.outbox(['folded'])).map(({ id }) => id)).toEqual(['untold']);
});

test('what the weekly limit kept back for a channel that is gone, or has no digest any more, is given up, and says why', async () => {
  const { run, store, wait } = await aBench([]);
  const folded = { kind: 'change', state: 'folded' as const, createdAt: NOW };
  const messages = [
    { ...folded, id: 'of a channel that is gone', channel: 'gone' },
    { ...folded, id: 'told', channel: 'gone' },
    { ...folded, id: 'without a digest', channel: 'hook' },
    { ...folded, id: 'for the next digest', channel: 'other' },
  ].map((one) => ({ ...one, body: aMessage({ id: one.id }) }));
  await store.tell({ messages, topics: [], folded: [{ id: 'told', into: 'a digest' }] });
  const rules = { ...RULES, digest: DIGEST };
  const other = { id: 'other', kind: 'scripted', settings: {}, rules, settingsHash: 'a' };
  expect(await run({ outlets: [...HOOK, other] })).toMatchObject({ sent: 0, waiting: 0, givenUp: 0 });
  const given = (await store.outbox(['given_up'])).map(({ id, error }) => [id, error]);
  expect(given).toEqual([
    ['of a channel that is gone', 'Its channel is no longer in the configuration'],
    ['without a digest', 'The weekly limit kept it back for a digest, and its channel has none any more'],
  ]);
  const kept = (await store.outbox(['folded'])).map(({ id }) => id);
  expect(kept).toEqual(['told', 'for the next digest']);
  wait(91 * 24 * HOUR);
  await run({ outlets: [...HOOK, other] });
  expect(await store.outbox(['given_up'])).toEqual([]);
  expect((await store.outbox(['folded'])).map(({ id }) => id)).toEqual(['for the next digest']);
});

test('what was given up counts in no weekly limit', async () => {
  const { run, store } = await aBench(['a', 'b'], 'gone');
  const count = async () => (await store.messagesSince(NOW, ['change'])).get('gone') ?? 0;
  expect(await count()).toBe(2);
  await run();
  expect(await count()).toBe(0);
});
