import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/domain/okr.ts';
import { DAY } from '../../../src/domain/time.ts';
import { evaluate } from '../../../src/metrics/engine/evaluate.ts';
import { sharedReads } from '../../../src/metrics/engine/shared.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import type { RecordQuery, RecordStore, StoredRecord } from '../../../src/store/contract.ts';
import { aRule, at, memoryStore } from '../../support/records.ts';
import { aWorld } from '../support/world.ts';

const begin = at('2026-09-01');
const windows: readonly Span[] = [30, 45, 60].map((day) => ({
  from: begin + (day - 14) * DAY,
  to: begin + day * DAY,
}));
const RULES = [
  aRule('tickets-opened'),
  aRule('tickets-closed'),
  aRule('tickets-closed', { where: { labels: 'qa' } }),
  aRule('ticket-lead-time', { where: { type: 'Bug' } }),
  aRule('ticket-cycle-time'),
  aRule('tickets-open'),
  aRule('pull-requests-merged'),
  aRule('pull-request-cycle-time', { where: { author: 'ana' } }),
  aRule('tickets-tested-share', { options: { tested: { pullRequest: true } } }),
  aRule('build-recovery-time'),
];

/** A store that hands out three records at a time, and remembers what it was asked. */
function watched() {
  const world = memoryStore(aWorld(7, begin));
  const queries: RecordQuery[] = [];
  const store = {
    async *records(query: RecordQuery) {
      queries.push(query);
      for await (const chunk of world.records(query)) {
        for (let i = 0; i < chunk.length; i += 3) yield chunk.slice(i, i + 3) as readonly StoredRecord[];
      }
    },
  } as Pick<RecordStore, 'records'>;
  return { store, queries };
}

async function valuesOf(
  store: Pick<RecordStore, 'records'>,
  rule: (typeof RULES)[number],
  signal = new AbortController().signal,
) {
  const { values, rejected, attributes } = await evaluate({
    store,
    rule,
    metric: metricOf(rule.measure),
    windows,
    coverage: { members: [], missing: [] },
    freshness: 0,
    signal,
  });
  return { values, rejected, attributes };
}

describe('rules that are evaluated together', () => {
  it('have the values that they have alone, by fewer passes over the records', async () => {
    const alone = watched();
    const expected = [];
    for (const rule of RULES) expected.push(await valuesOf(alone.store, rule));
    const together = watched();
    const shared = sharedReads(together.store);
    expect(await Promise.all(RULES.map((rule) => valuesOf(shared, rule)))).toEqual(expected);
    // Tickets by their creation, by their resolution, and all of them; pull requests by their merge, and all; builds; and
    // the tickets that are judged by pull requests, which had to be read before.
    expect([alone.queries.length, together.queries.length]).toEqual([11, 7]);
    // What comes later is a pass of its own.
    expect(await valuesOf(shared, RULES[0] ?? aRule('tickets-opened'))).toEqual(expected[0]);
  });

  it('go on where one of them is stopped', async () => {
    const { store } = watched();
    const shared = sharedReads(store);
    const stopped = AbortSignal.abort(new Error('stopped'));
    const [one, other] = await Promise.allSettled([
      valuesOf(shared, aRule('tickets-opened'), stopped),
      valuesOf(shared, aRule('tickets-opened')),
    ]);
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'stopped' } });
    expect(other).toMatchObject({
      status: 'fulfilled',
      value: await valuesOf(store, aRule('tickets-opened')),
    });
  });

  it('end the pass once all of them are stopped', async () => {
    const { store } = watched();
    let ended = false;
    const endless = {
      async *records(query: RecordQuery) {
        try {
          for (;;) yield* store.records(query);
        } finally {
          ended = true;
        }
      },
    } as Pick<RecordStore, 'records'>;
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(valuesOf(sharedReads(endless), aRule('tickets-opened'), stopped)).rejects.toThrow('stopped');
    await expect.poll(() => ended).toBe(true);
  });

  it('all learn that the store failed', async () => {
    const failing = {
      // biome-ignore lint/correctness/useYield: it fails before its first chunk
      async *records() {
        throw new Error('the disk is gone');
      },
    } as unknown as Pick<RecordStore, 'records'>;
    const shared = sharedReads(failing);
    const both = await Promise.allSettled([
      valuesOf(shared, aRule('tickets-opened')),
      valuesOf(shared, aRule('tickets-opened')),
    ]);
    for (const one of both)
      expect(one).toMatchObject({ status: 'rejected', reason: { message: 'the disk is gone' } });
  });
});
