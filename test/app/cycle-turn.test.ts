import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { App } from '../../src/app/context.ts';
import type { RecordOptions } from '../../src/app/record.ts';
import { record, status, update } from '../../src/app.ts';
import type { Configuration } from '../../src/config/types.ts';
import type { KeyResult, Objective } from '../../src/domain/okr.ts';
import { DAY } from '../../src/domain/time.ts';
import { openStore } from '../../src/store/index.ts';
import { RECORD_TYPES } from '../../src/store/tables.ts';
import { aReach } from '../support/okr.ts';
import { aRule, aTicket, at } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const KEY = { source: 'gh', stream: 'issues', member: 'acme/web' };

function closing(id: string, target: number): KeyResult {
  const rule = aRule('tickets-closed', { window: { kind: 'cycleToDate' } });
  return aReach({ id, rule, unit: 'count', start: 0, target, minSamples: 0 });
}

function anObjective(keyResults: readonly KeyResult[], cycle: string | null = null): Objective {
  const none = { owner: null, team: null, focusArea: null, parent: null };
  return { id: 'o', title: 'We finish', ...none, cycle, weight: 1, keyResults };
}

/** Two cycles of a month, and ten tickets closed in the first of them. Each run says which objectives there are by then. */
async function months() {
  let time = at('2026-09-01');
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now: () => time });
  onTestFinished(() => store.close());
  const stream = { name: KEY.stream, yields: RECORD_TYPES, memberField: 'repository' };
  await store.setMembers({ id: KEY.source, kind: 'github' }, stream, [{ id: KEY.member, title: KEY.member }]);
  const records = Array.from({ length: 10 }, (_, i) =>
    aTicket({ createdAt: at('2026-08-01'), resolvedAt: at('2026-09-02') + i * DAY }),
  );
  await store.commitBatch(KEY, { records, cursor: null });
  const appWith = (objectives: readonly Objective[]): App => ({
    configuration: {
      timezone: 'UTC',
      cycles: [
        { id: 'sep', start: '2026-09-01', end: '2026-09-30' },
        { id: 'oct', start: '2026-10-01', end: '2026-10-31' },
      ],
      database: '',
      since: at('2026-01-01'),
      revise: 14 * DAY,
      schedule: null,
      sources: [],
      objectives,
      channels: [],
      secrets: [],
    } satisfies Configuration,
    store,
    signal: new AbortController().signal,
    logger: pino({ enabled: false }),
    now: () => time,
    fetch: globalThis.fetch,
  });
  const run = async (when: string, objectives: readonly Objective[]) => {
    time = at(when);
    await store.completeMember(KEY, time, at('2026-01-01'));
    return update(appWith(objectives), null, () => undefined);
  };
  const say = async (
    when: string,
    name: string,
    objectives: readonly Objective[],
    said: Partial<RecordOptions>,
  ) => {
    time = at(when);
    const none = { value: null, confidence: null, until: null, accept: false, start: false };
    await record(appWith(objectives), name, { ...none, reason: 'seen', author: 'ana', ...said }, time);
  };
  const ends = async () =>
    (await store.checkIns('sep')).flatMap(({ keyResultId, outcome, target, value }) =>
      outcome === null ? [] : [{ keyResultId, outcome, target, value }],
    );
  return {
    run,
    say,
    ends,
    statusOf: (cycle: string, objectives: readonly Objective[] = []) =>
      status(appWith(objectives), time, cycle),
  };
}

describe('the turn of a cycle', () => {
  it('closes by the target of the cycle that is over, though the file has the next one by then', async () => {
    const { run, ends } = await months();
    await run('2026-09-30T06:00:00Z', [anObjective([closing('tickets', 10)])]);
    await run('2026-10-01T06:00:00Z', [anObjective([closing('tickets', 40)])]);
    expect(await ends()).toEqual([{ keyResultId: 'tickets', outcome: 'achieved', target: 10, value: 10 }]);
  });

  it('closes what the file no longer has, where it was there until the end', async () => {
    const { run, ends } = await months();
    const [kept, dropped] = [closing('kept', 10), closing('dropped', 20)];
    await run('2026-09-10T06:00:00Z', [anObjective([kept, dropped])]);
    await run('2026-09-30T06:00:00Z', [anObjective([kept])]);
    await run('2026-10-01T06:00:00Z', [anObjective([closing('new', 5)])]);
    await run('2026-10-02T06:00:00Z', [anObjective([closing('new', 5)])]);
    expect(await ends()).toEqual([{ keyResultId: 'kept', outcome: 'achieved', target: 10, value: 10 }]);
  });

  it('closes all that the last run saw, also where a person spoke for one of them since', async () => {
    const { run, say, ends } = await months();
    const objectives = [anObjective([closing('one', 10), closing('two', 20)])];
    await run('2026-09-29T06:00:00Z', objectives);
    await say('2026-09-30T06:00:00Z', 'one', objectives, { confidence: '70%' });
    await run('2026-10-01T06:00:00Z', []);
    expect((await ends()).map(({ keyResultId }) => keyResultId)).toEqual(['one', 'two']);
  });

  it('leaves what was dropped while a value of a person stood that is over since', async () => {
    const { run, say, ends } = await months();
    const [kept, dropped] = [closing('kept', 10), closing('dropped', 20)];
    await run('2026-09-10T06:00:00Z', [anObjective([kept, dropped])]);
    await say('2026-09-10T07:00:00Z', 'dropped', [anObjective([kept, dropped])], { value: '5', until: '5d' });
    await run('2026-09-30T06:00:00Z', [anObjective([kept])]);
    await run('2026-10-01T06:00:00Z', []);
    expect((await ends()).map(({ keyResultId }) => keyResultId)).toEqual(['kept']);
  });

  it('closes by the file where an objective names the cycle that is over', async () => {
    const { run, ends } = await months();
    await run('2026-09-30T06:00:00Z', [anObjective([closing('tickets', 10)], 'sep')]);
    await run('2026-10-01T06:00:00Z', [anObjective([closing('tickets', 40)], 'sep')]);
    expect(await ends()).toEqual([{ keyResultId: 'tickets', outcome: 'missed', target: 40, value: 10 }]);
  });

  it('shows a key result of a past cycle once, by its last definition', async () => {
    const { run, statusOf } = await months();
    await run('2026-09-20T06:00:00Z', [anObjective([closing('tickets', 10)])]);
    await run('2026-09-30T06:00:00Z', [anObjective([closing('tickets', 20)])]);
    await run('2026-10-01T06:00:00Z', []);
    const [objective] = (await statusOf('sep')).objectives;
    expect(objective?.keyResults).toMatchObject([{ id: 'tickets', target: 20, progress: 0.5 }]);
    expect(objective).toMatchObject({ withData: 1, of: 1 });
  });

  it('shows of a past cycle the objectives that name it and those that named none', async () => {
    const { run, statusOf } = await months();
    const named = { ...anObjective([closing('named', 10)], 'sep'), id: 'n' };
    await run('2026-09-30T06:00:00Z', [anObjective([closing('tickets', 10)]), named]);
    await run('2026-10-01T06:00:00Z', [anObjective([closing('tickets', 40)]), named]);
    const { objectives } = await statusOf('sep', [anObjective([closing('tickets', 40)]), named]);
    expect(
      objectives.map(({ id, keyResults }) => [id, keyResults[0]?.status, keyResults[0]?.target]),
    ).toEqual([
      ['n', 'closed', 10],
      ['o', 'closed', 10],
    ]);
  });
});
