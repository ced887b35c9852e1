import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Rule, Span } from '../../../src/domain/okr.ts';
import type { EngineeringRecord } from '../../../src/domain/records.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { packed, unpacked } from '../../../src/metrics/engine/columns.ts';
import { type Kept, keptRules } from '../../../src/metrics/engine/kept.ts';
import type { ObservationColumns } from '../../../src/metrics/engine/observations.ts';
import { cycleSeries } from '../../../src/metrics/engine/series.ts';
import { metricOf, metrics } from '../../../src/metrics/index.ts';
import type { Store } from '../../../src/store/contract.ts';
import { openStore } from '../../../src/store/index.ts';
import { RECORD_TYPES } from '../../../src/store/tables.ts';
import { createRandom } from '../../support/random.ts';
import { aRule, at } from '../../support/records.ts';
import { tempFolder } from '../../support/temp.ts';
import { EXAMPLES, INCIDENTS } from '../support/examples.ts';
import { aWorld } from '../support/world.ts';

const begin = at('2026-09-01');
const CYCLE: Span = { from: begin + 20 * DAY, to: begin + 75 * DAY };
const KEY = { source: 'gh', stream: 'all', member: 'acme/web' };
const signal = new AbortController().signal;

const RULES: readonly Rule[] = [...metrics.values()]
  .filter((metric) => metric.compute === undefined && metric.query === undefined)
  .map((metric) => {
    const options = EXAMPLES[metric.id]?.options;
    return aRule(metric.id, {
      ...(options === undefined ? {} : { options }),
      ...(metric.kind === 'sample' ? { where: { subject: 'web' } } : {}),
      ...(metric.incidents ? { incidents: INCIDENTS } : {}),
    });
  })
  .concat(
    aRule('tickets-closed', { where: { labels: 'qa' }, window: { kind: 'cycle' } }),
    aRule('tickets-opened', { aggregate: 'perWeek' }),
    aRule('ticket-lead-time', { aggregate: 'p90', window: { kind: 'cycleToDate' } }),
    aRule('ticket-completion', { options: { weightBy: 'storyPoints' } }),
    aRule('formula', {
      options: { expression: 'bugs / all' },
      terms: { bugs: aRule('tickets-opened', { where: { type: 'Bug' } }), all: aRule('tickets-opened') },
    }),
  );

async function newStore(now = () => begin + 80 * DAY): Promise<Store> {
  const store = await openStore({ path: join(await tempFolder(), 'krsync.db'), now });
  onTestFinished(() => store.close());
  await members(store, [KEY.member]);
  return store;
}

async function members(store: Store, names: readonly string[]): Promise<void> {
  const stream = { name: 'all', yields: RECORD_TYPES, memberField: null };
  await store.setMembers(
    { id: 'gh', kind: 'github' },
    stream,
    names.map((id) => ({ id, title: id })),
  );
}

/** All of it that a key result is planned from. */
async function series(store: Store, rule: Rule, asOf: number, kept: Kept | null, zone = 'UTC', span = CYCLE) {
  const { past, ...rest } = await cycleSeries({
    store,
    rule,
    metricOf,
    span,
    zone,
    asOf,
    revisit: [asOf - 2 * DAY - 3 * HOUR],
    withPast: true,
    members: await store.members(),
    failures: await store.streamFailures(),
    freshness: DAY,
    signal,
    kept,
  });
  const flow = metricOf(rule.measure).kind === 'flow';
  return { ...rest, past: { ...past, observations: flow ? past?.observations : null } };
}

/** Edits, removals, reopened tickets, new records and members, or nothing at all. */
async function change(
  store: Store,
  world: readonly EngineeringRecord[],
  random: () => number,
): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = world.filter(() => random() < 0.05);
  const turn = random();
  if (turn < 0.3) return;
  if (turn < 0.4) {
    // The same again is no news.
    await store.commitBatch(KEY, { records: some, cursor: null });
  } else if (turn < 0.55) {
    await store.commitBatch(KEY, {
      records: [],
      removed: some.map(({ recordType, id }) => ({ recordType, id })),
      cursor: null,
    });
  } else if (turn < 0.75) {
    const moved = some.map((record) => {
      if (record.recordType !== 'ticket') return record;
      const reopened = begin + Math.floor(random() * 70) * DAY;
      const change = { field: 'statusCategory', at: reopened, from: 'done', to: 'new' } as const;
      return {
        ...record,
        type: pick(['Bug', 'Story']),
        resolvedAt: null,
        history: [...(record.history ?? []), change],
      };
    });
    await store.commitBatch(KEY, { records: moved, cursor: null });
  } else if (turn < 0.85) {
    await store.commitBatch(KEY, {
      records: aWorld(Math.floor(random() * 1e6), begin).slice(0, 30),
      cursor: null,
    });
  } else {
    const other = { ...KEY, member: 'acme/api' };
    await members(store, pick([[KEY.member], [KEY.member, other.member]]));
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    if ((await store.members()).length > 1) {
      await store.commitBatch(other, {
        records: aWorld(Math.floor(random() * 1e6), begin).slice(0, 20),
        cursor: null,
      });
      await store.completeMember(other, begin + Math.floor(random() * 80) * DAY, begin - 40 * DAY);
    }
  }
}

describe('what rules observed, kept from run to run', () => {
  it('gives what is computed without it, whatever becomes of the records', async () => {
    let recalled = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
        const random = createRandom(seed);
        const world = aWorld(seed, begin);
        // A removal between the windows counts for some of them.
        const store = await newStore(() => begin + Math.floor(random() * 75 * 24) * HOUR);
        await store.commitBatch(KEY, { records: world, cursor: null });
        await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
        let asOf = begin + 30 * DAY;
        for (let run = 0; run < 10; run++) {
          await change(store, world, random);
          asOf = begin + (25 + Math.floor(random() * 50)) * DAY + Math.floor(random() * 24) * HOUR;
          if (random() < 0.1)
            await store.completeMember(KEY, asOf - Math.floor(random() * 3) * DAY, begin - 40 * DAY);
          const zone = random() < 0.2 ? 'Europe/Stockholm' : 'UTC';
          const span = random() < 0.2 ? { from: CYCLE.from - 5 * DAY, to: CYCLE.to } : CYCLE;
          const counted = { ...store, records: store.records };
          let reads = 0;
          counted.records = (query) => {
            reads++;
            return store.records(query);
          };
          const kept = await keptRules(store, random() < 0.2 ? 'read' : 'write');
          for (const rule of RULES) {
            reads = 0;
            const known = await series(counted as Store, rule, asOf, kept, zone, span);
            if (reads === 0) recalled++;
            const { attributes: _, ...computed } = await series(store, rule, asOf, null, zone, span);
            expect(known, `${rule.measure}, run ${run}`).toMatchObject(computed);
          }
          await kept.save();
        }
      }),
      { seed: 20261124, numRuns: 2, endOnFailure: true },
    );
    // Else the test would compare what is computed with itself.
    expect(recalled).toBeGreaterThan(200);
  }, 120_000);

  it('is not used once another program changed a record', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    const rule = aRule('tickets-opened', { window: { kind: 'cycle' } });
    const asOf = begin + 60 * DAY;
    const first = await keptRules(store, 'write');
    const before = await series(store, rule, asOf, first);
    await first.save();
    const other = new Database(store.path);
    other.pragma('foreign_keys = OFF');
    other.exec(`DELETE FROM tickets WHERE created_at >= ${CYCLE.from}`);
    other.close();
    const after = await series(store, rule, asOf, await keptRules(store, 'read'));
    expect(before.current.value).toBeGreaterThan(0);
    expect(after.current.value).toBe(0);
  });

  it('is not kept where a record changed while it was computed', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    const rule = aRule('tickets-opened', { window: { kind: 'cycle' } });
    const asOf = begin + 60 * DAY;
    const kept = await keptRules(store, 'write');
    await series(store, rule, asOf, kept);
    await store.commitBatch(KEY, { records: aWorld(2, begin), cursor: null });
    await kept.save();
    const after = await series(store, rule, asOf, await keptRules(store, 'read'));
    expect(after.current).toEqual((await series(store, rule, asOf, null)).current);
  });

  it('is not used where windows reach further back than what was read', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    await store.completeMember(KEY, begin + 80 * DAY, begin + 39 * DAY);
    const rule = aRule('tickets-closed', { window: { kind: 'days', days: 7 } });
    const asOf = begin + 60 * DAY;
    const first = await keptRules(store, 'write');
    await series(store, rule, asOf, first);
    await first.save();
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    const span = { from: begin + 5 * DAY, to: CYCLE.to };
    const known = await series(store, rule, asOf, await keptRules(store, 'read'), 'UTC', span);
    const computed = await series(store, rule, asOf, null, 'UTC', span);
    expect(computed.days.slice(0, 10).some(({ value }) => (value.value ?? 0) > 0)).toBe(true);
    expect(known).toEqual(computed);
  });

  it('is not used where another run kept less of the same records between the looks at its facts and its observations', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    const rule = aRule('tickets-closed', { window: { kind: 'days', days: 7 } });
    const deep = { from: begin + 5 * DAY, to: CYCLE.to };
    const first = await keptRules(store, 'write');
    await series(store, rule, begin + 60 * DAY, first, 'UTC', deep);
    await first.save();
    const reading = await keptRules(store, 'read');
    // What is kept cannot serve it, and its data begins later.
    await store.completeMember(KEY, begin + 80 * DAY, begin + 39 * DAY);
    const other = await keptRules(store, 'write');
    const anew: Kept = {
      ...other,
      find(name) {
        other.find(name);
        return null;
      },
    };
    await series(store, rule, begin + 60 * DAY, anew, 'UTC', { from: begin + 40 * DAY, to: CYCLE.to });
    await other.save();
    await store.completeMember(KEY, begin + 80 * DAY, begin - 40 * DAY);
    // In a zone whose days begin at other moments, so that no window is known.
    const span = { from: begin + 6 * DAY, to: CYCLE.to };
    const known = await series(store, rule, begin + 60 * DAY, reading, 'Europe/Stockholm', span);
    const computed = await series(store, rule, begin + 60 * DAY, null, 'Europe/Stockholm', span);
    expect(computed.days.slice(0, 10).some(({ value }) => (value.value ?? 0) > 0)).toBe(true);
    expect(known).toEqual(computed);
  });

  it('computes the days that have come to be covered, and holds those that are no more', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    for (const measure of ['tickets-closed', 'tickets-open', 'ticket-close-rate', 'ticket-lead-time']) {
      const rule = aRule(measure);
      for (const day of [50, 80, 45]) {
        await store.completeMember(KEY, begin + day * DAY, begin - 40 * DAY);
        const kept = await keptRules(store, 'write');
        const known = await series(store, rule, begin + 60 * DAY, kept);
        await kept.save();
        expect(known, `${measure}, ${day}`).toEqual(await series(store, rule, begin + 60 * DAY, null));
        expect(known.current.held).toBe(day < 60);
      }
    }
  });

  it('is not used once a member is read no more', async () => {
    const store = await newStore();
    const other = { ...KEY, member: 'acme/api' };
    await members(store, [KEY.member, other.member]);
    for (const [key, seed] of [
      [KEY, 1],
      [other, 2],
    ] as const) {
      await store.commitBatch(key, { records: aWorld(seed, begin), cursor: null });
      await store.completeMember(key, begin + 80 * DAY, begin - 40 * DAY);
    }
    const rule = aRule('tickets-opened', { window: { kind: 'cycle' } });
    const asOf = begin + 60 * DAY;
    const first = await keptRules(store, 'write');
    const both = await series(store, rule, asOf, first);
    await first.save();
    await members(store, [KEY.member]);
    const one = await series(store, rule, asOf, await keptRules(store, 'read'));
    expect(one.current.value).toBeLessThan(both.current.value ?? 0);
  });

  it('forgets the rules that are not asked for any more', async () => {
    const store = await newStore();
    await store.commitBatch(KEY, { records: aWorld(1, begin), cursor: null });
    for (const measure of ['tickets-opened', 'tickets-closed']) {
      const kept = await keptRules(store, 'write');
      await series(store, aRule(measure), begin + 60 * DAY, kept);
      await kept.save();
    }
    expect((await store.keptRules(await store.recordRevisions())).size).toBe(1);
  });
});

it('packs observations without losing a bit of them', () => {
  const hours = fc.integer({ min: -5, max: 2 ** 33 }).map((milliseconds) => milliseconds / HOUR);
  const number = fc.oneof(
    fc.double(),
    fc.constant(1),
    hours,
    fc.integer({ min: 0, max: 100 }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0),
  );
  const rowsOf = (value: fc.Arbitrary<number>) =>
    fc.array(
      fc.record({
        at: fc.integer({ min: -1e13, max: 1e13 }),
        value,
        of: number,
        from: number,
        until: number,
      }),
      { maxLength: 40 },
    );
  // A column is short where all of it is of one kind.
  const rows = fc.oneof(rowsOf(number), rowsOf(hours), rowsOf(fc.integer()));
  const sameMostly = fc.record({
    of: fc.boolean(),
    from: fc.boolean(),
    until: fc.boolean(),
    plain: fc.boolean(),
  });
  fc.assert(
    fc.property(rows, sameMostly, fc.boolean(), (list, has, sorted) => {
      const all = sorted ? [...list].sort((a, b) => a.at - b.at) : list;
      const column = (name: 'value' | 'of') => Float64Array.from(all, (row) => row[name]);
      const columns: ObservationColumns = {
        at: Float64Array.from(all, (row) => row.at),
        value: has.plain ? new Float64Array(all.length).fill(1) : column('value'),
        of: has.of ? column('of') : null,
        from: has.from ? Float64Array.from(all, (row, i) => (i % 3 === 0 ? row.from : row.at)) : null,
        until: has.until
          ? Float64Array.from(all, (row, i) =>
              has.plain && i % 3 > 0 ? Number.POSITIVE_INFINITY : row.until,
            )
          : null,
      };
      expect(unpacked(packed(columns))).toStrictEqual(columns);
    }),
    { seed: 20261124, numRuns: 500 },
  );
});
