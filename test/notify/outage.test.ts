import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { ConnectorError } from '../../connectors/errors.ts';
import { channelsNow } from '../../src/app/notify/state.ts';
import { joined } from '../../src/app/notify/telling.ts';
import type { Status } from '../../src/domain/okr.ts';
import { DAY } from '../../src/domain/time.ts';
import type { Channel } from '../../src/notify/contract.ts';
import { digestDue, planEvents, planSummary } from '../../src/notify/plan.ts';
import type { PlanInput } from '../../src/notify/plan-input.ts';
import type { ChannelRules } from '../../src/notify/rules.ts';
import type { Message } from '../../src/report/message.ts';
import { openStore } from '../../src/store/index.ts';
import { deliverToHook, MONDAYS_AT_EIGHT, RULES } from '../support/delivery.ts';
import { aKeyResult, anObjective, aReport } from '../support/models.ts';
import { at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

/** A Tuesday. */
const FIRST = at('2026-11-03T06:00:00Z');

const WEEKLY = { schedule: 'weekly', times: MONDAYS_AT_EIGHT, always: false };

/** A channel to a service that is there or not, and one run for each day. */
async function aChannel(over: Partial<ChannelRules> = {}) {
  let now = FIRST;
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => now });
  onTestFinished(() => store.close());
  const rules: ChannelRules = { ...RULES, digest: WEEKLY, ...over };
  let away = false;
  const taken: Message[] = [];
  const service: Channel<unknown> = {
    kind: 'scripted',
    title: 'scripted',
    settings: z.unknown(),
    check: async () => undefined,
    async deliver(_, message) {
      const text = { message: 'It failed', endpoint: 'POST https://x', remedy: 'wait' };
      if (away) throw new ConnectorError({ code: 'server', ...text });
      taken.push(message);
      return { reference: null };
    },
  };
  async function input(): Promise<PlanInput> {
    const told = (await store.topics()).get('hook') ?? new Map<string, string>();
    const folded = (await store.outbox(['folded'])).filter(({ foldedInto }) => foldedInto === null);
    return {
      channel: { id: 'hook', rules },
      told,
      now,
      troubles: [],
      thisWeek: 0,
      keptBack: folded.map(({ id, body }) => ({ id, subject: (body as Message).subject })),
      reachedOn: () => null,
      weekOf: () => null,
    };
  }
  /** So many days with a run each, in which the key result stands so. */
  async function days(count: number, status: Status, current = 40): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const keyResults = [aKeyResult({ title: 'K', status, computedStatus: status, current })];
      const model = aReport({ objectives: [anObjective({ keyResults })] });
      const dated = { ...model, asOf: new Date(now).toISOString() };
      await store.tell(joined([['hook', planEvents(await input(), [dated])]], now, (text) => text));
      const planned = await input();
      const slot = digestDue(planned, 'UTC');
      if (slot !== null)
        await store.tell(joined([['hook', planSummary(planned, slot, dated)]], now, (text) => text));
      await deliverToHook(service, { store, now: () => now }, { rules });
      now += DAY;
    }
  }
  return {
    days,
    outage: (is: boolean) => {
      away = is;
    },
    /** Why `status` says that the channel fails, and what `krsync_channel_failing` is 1 for; null while it does not. */
    failing: async () => {
      const configured = { id: 'hook', kind: 'scripted', settings: {}, directory: '/', rules };
      return (await channelsNow([configured], store))[0]?.error ?? null;
    },
    /** What the service took since this was asked last, and what it says of the key result. */
    news: () =>
      taken
        .splice(0)
        .map(({ kind, subject, objectives, notices }) => [
          kind,
          subject,
          objectives[0]?.keyResults[0]?.changeText?.replace(/(; )?[^;]* in a week$/, ''),
          ...notices,
        ]),
  };
}

test('after three weeks away a change of status is told, with what it was before, and the next digest says what moved', async () => {
  const { days, outage, news } = await aChannel();
  await days(8, 'on_track');
  expect(news()).toEqual([['digest', 'OKRs 2026-Q4: 1 on track', '']]);
  outage(true);
  await days(22, 'off_track', 50);
  outage(false);
  await days(7, 'off_track', 50);
  expect(news()).toEqual([
    ['change', 'K: off track', 'was on track'],
    ['digest', 'OKRs 2026-Q4: 1 off track', 'was on track; 40 h at the last digest'],
  ]);
  await days(14, 'off_track', 50);
  expect(news()).toEqual([]);
});

test('a channel fails from the first message that it does not take until it takes one, also after all were given up', async () => {
  const { days, outage, failing } = await aChannel({ digest: null });
  await days(2, 'on_track');
  expect(await failing()).toBeNull();
  outage(true);
  await days(1, 'off_track');
  expect(await failing()).toMatch(/^It failed/);
  // Back to what it was told, so that nothing waits and nothing is to be told any more.
  await days(30, 'on_track');
  expect(await failing()).toMatch(/more than two weeks.*the last attempt failed: It failed/);
  outage(false);
  await days(1, 'on_track');
  expect(await failing()).toMatch(/It failed/);
  await days(1, 'at_risk');
  expect(await failing()).toBeNull();
});

test('a channel with digests alone sends the next one although nothing moved since the one that was given up', async () => {
  const { days, outage, news } = await aChannel({ changes: false });
  await days(8, 'on_track');
  news();
  outage(true);
  await days(22, 'off_track', 50);
  outage(false);
  await days(7, 'off_track', 50);
  expect(news()).toEqual([['digest', 'OKRs 2026-Q4: 1 off track', 'was on track; 40 h at the last digest']]);
});

test('what changed and changed back while the service was away is no news', async () => {
  const { days, outage, news } = await aChannel();
  await days(8, 'on_track');
  news();
  outage(true);
  await days(1, 'at_risk');
  await days(3, 'off_track');
  // All that said so is given up by the end.
  await days(30, 'on_track');
  outage(false);
  await days(14, 'on_track');
  expect(news()).toEqual([]);
});

test('of two changes of which the first was given up, the second is sent, and nothing is told twice', async () => {
  const { days, outage, news } = await aChannel({ digest: null });
  await days(2, 'on_track');
  outage(true);
  await days(10, 'at_risk');
  await days(10, 'off_track');
  outage(false);
  await days(10, 'off_track');
  expect(news()).toEqual([['change', 'K: off track', 'was at risk']]);
});

test('a status that went back to one of which only what was given up told is told', async () => {
  const { days, outage, news } = await aChannel({ digest: null });
  await days(2, 'on_track');
  outage(true);
  await days(5, 'at_risk');
  await days(15, 'off_track');
  // The message of `off track` is given up after this run, and the next stands where that of `at risk` did.
  await days(1, 'at_risk');
  outage(false);
  await days(3, 'at_risk');
  expect(news().at(-1)).toEqual(['change', 'K: at risk', expect.stringMatching(/^was (on|off) track$/)]);
});

test('what the weekly limit kept back for a digest that was given up is told by the next', async () => {
  const { days, outage, news } = await aChannel({ mostPerWeek: 0 });
  await days(8, 'on_track');
  news();
  outage(true);
  await days(22, 'off_track');
  outage(false);
  await days(7, 'off_track');
  const keptBack = 'Kept back until now by the weekly limit: K: off track';
  expect(news()).toEqual([['digest', 'OKRs 2026-Q4: 1 off track', 'was on track', keptBack]]);
});
