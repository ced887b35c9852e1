import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Rule } from '../../src/domain/okr.ts';
import { evaluateRule } from '../../src/metrics/engine/rule.ts';
import { metricOf } from '../../src/metrics/index.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/index.ts';
import { load, refusal, SOURCES, withKeyResult } from '../config/support/workspace.ts';
import { aRule, aTicket, at, span } from '../support/records.ts';
import { tempFolder } from '../support/temp.ts';

const FOREVER =
  'SELECT 0 AS at, (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c) AS value, (SELECT 1 FROM v_runs) AS of';

async function aStore(queryTime?: number): Promise<Store> {
  const path = join(await tempFolder(), 'krsync.db');
  const store = await openStore({
    path,
    now: () => at('2026-11-01'),
    ...(queryTime === undefined ? {} : { queryTime }),
  });
  onTestFinished(() => store.close());
  await store.setMembers(
    { id: 'gh', kind: 'github' },
    { name: 'issues', yields: ['ticket'], memberField: null },
    [{ id: 'acme/web', title: 'acme/web' }],
  );
  const tickets = [
    aTicket({
      key: 'WEB-1',
      url: 'https://acme.dev/1',
      title: 'One',
      createdAt: at('2026-10-02T10:00:00Z'),
      estimate: 3,
    }),
    aTicket({ key: 'WEB-2', createdAt: at('2026-10-05'), estimate: 5 }),
    aTicket({ key: 'WEB-3', createdAt: at('2026-10-05'), estimate: null }),
  ];
  const key = { source: 'gh', stream: 'issues', member: 'acme/web' };
  await store.commitBatch(key, { records: tickets, cursor: null });
  return store;
}

function sql(query: string, fields: Partial<Rule> = {}, options: Record<string, unknown> = {}): Rule {
  return aRule('sql', { options: { query, ...options }, ...fields });
}

function evaluation(
  store: Store,
  rule: Rule,
  signal = new AbortController().signal,
  moments = ['2026-11-01'],
) {
  return evaluateRule({
    store,
    rule,
    metricOf,
    moments: moments.map((one) => at(one)),
    span: span('2026-10-01', '2027-01-01'),
    zone: 'UTC',
    members: [],
    failures: [],
    freshness: 0,
    signal,
  });
}

/** Without members there would be a gap: these queries read runs alone, beside what is tested. */
const cycleToDate = { sources: [], window: { kind: 'cycleToDate' } } as const;
const TICKETS = 'SELECT created_at_ms AS at, estimate AS value, key, url, title FROM v_tickets ORDER BY key';

describe('sql', () => {
  it('takes each row for an observation, with what it is called', async () => {
    const { values, observations, named, rejected } = await evaluation(
      await aStore(),
      sql(TICKETS, cycleToDate),
    );
    expect(values[0]).toMatchObject({ value: 8, sampleSize: 2 });
    expect(observations(0).map((row) => [row.value, named?.[row.ref]])).toEqual([
      [3, { type: 'row', key: 'WEB-1', url: 'https://acme.dev/1', title: 'One' }],
      [5, expect.objectContaining({ key: 'WEB-2' })],
    ]);
    expect(rejected).toEqual([{ reason: '`value` is not a number', count: 1 }]);
  });

  it('reads a past day as of that day, and times in words as well as in numbers', async () => {
    const query =
      "SELECT created_at AS at, 1 AS value FROM v_tickets UNION ALL SELECT '2026-10-03 12:00:00', 1 UNION ALL SELECT '2026-10-04', 1 UNION ALL SELECT 'soon', 1";
    const moments = ['2026-10-03', '2026-10-03T12:00:00Z', '2026-10-03T12:00:01Z', '2026-11-01'];
    const { values, rejected } = await evaluation(
      await aStore(),
      sql(query, cycleToDate),
      undefined,
      moments,
    );
    expect(values.map(({ value }) => value)).toEqual([1, 1, 2, 5]);
    expect(rejected).toEqual([{ reason: '`at` is no time', count: 1 }]);
  });

  it('may be a ratio, a stock that ends, or samples of subjects', async () => {
    const store = await aStore();
    const value = async (rule: Rule, moment: string) =>
      (await evaluation(store, rule, undefined, [moment])).values[0]?.value;
    const ratio = 'SELECT created_at AS at, 1 AS value, 4 AS of FROM v_tickets';
    expect(await value(sql(ratio, { ...cycleToDate, aggregate: 'ratio' }), '2026-11-01')).toBe(0.25);
    const stock = "SELECT created_at AS at, 1 AS value, '2026-10-20' AS until FROM v_tickets";
    const rule = sql(stock, cycleToDate, { kind: 'stock' });
    expect(await value(rule, '2026-10-20')).toBe(3);
    expect(await value(rule, '2026-10-21')).toBe(0);
    const samples = 'SELECT created_at AS at, coalesce(estimate, 1) AS value, key AS subject FROM v_tickets';
    const last = { ...cycleToDate, aggregate: 'last' } as const;
    const combined = sql(samples, { ...last, combine: 'worst' }, { kind: 'sample', better: 'up' });
    expect(await value(combined, '2026-11-01')).toBe(1);
    expect(await value(sql(samples, last, { kind: 'sample' }), '2026-11-01')).toBeNull();
  });

  it.each([
    ['SELECT nowhere AS at, 1 AS value FROM v_tickets', /no such column: nowhere/],
    ['SELECT created_at, 1 AS value FROM v_tickets', /it yields `created_at`; name the columns with AS/],
    ['SELECT 1 AS value FROM v_tickets', /it yields no `at`/],
    ['SELECT 0 AS at, 1 AS value FROM v_tickets; DELETE FROM tickets', /more than one statement/],
    ['WITH x AS (SELECT 1 FROM v_tickets) DELETE FROM tickets', /it does more than read|readonly/],
    [
      'WITH x AS (SELECT 1 FROM v_tickets) INSERT INTO runs SELECT * FROM runs RETURNING id',
      /it does more than read|readonly/,
    ],
  ])('is held with the reason where it fails: %s', async (query, reason) => {
    const store = await aStore();
    const { values } = await evaluation(store, sql(query, cycleToDate));
    expect(values[0]).toMatchObject({ value: null, held: true });
    expect(values[0]?.reason).toMatch(reason);
    expect((await store.recordCounts()).get('gh')).toBe(3);
  });

  it('is killed at its time limit', async () => {
    const began = Date.now();
    const { values } = await evaluation(await aStore(500), sql(FOREVER, cycleToDate));
    expect(values[0]).toMatchObject({ value: null, held: true });
    expect(values[0]?.reason).toMatch(/stopped after 0.5 s/);
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it('ends when the run is interrupted', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted')), 200);
    await expect(evaluation(await aStore(), sql(FOREVER, cycleToDate), stop.signal)).rejects.toThrow(
      'interrupted',
    );
  });

  it('is held while a source of what it reads has not been read', async () => {
    const { values } = await evaluation(await aStore(), sql(TICKETS, { window: { kind: 'cycleToDate' } }));
    expect(values[0]).toMatchObject({ value: null, held: true, reason: 'gh has not been read yet' });
  });
});

describe('the configuration of a query', () => {
  const yaml = (query: string, more = '') =>
    withKeyResult(
      `metric: { measure: sql, options: { query: "${query}", unit: count${more} } }\nstart: 3\ntarget: 1`,
      `${SOURCES}  - { id: jira, kind: jira }\n`,
    );

  it('reads every source that brings what its views hold', async () => {
    const rule = async (text: string) => (await load({ 'a.yaml': text })).objectives[0]?.keyResults[0]?.rule;
    expect(await rule(yaml('SELECT 1 AS at, 1 AS value FROM v_tickets'))).toMatchObject({
      sources: ['gh', 'jira'],
      aggregate: 'sum',
      window: { kind: 'cycleToDate' },
    });
    expect(
      await rule(yaml('SELECT 1 AS at, 1 AS value FROM v_pull_requests', ', kind: stock')),
    ).toMatchObject({
      sources: ['gh'],
      window: { kind: 'days', days: 28 },
    });
  });

  it.each([
    ['DELETE FROM v_tickets', /query: must be one query that begins with SELECT or WITH/],
    ['SELECT 1 AS at, 1 AS value FROM tickets', /query: must read at least one of the views v_tickets/],
    ['SELECT 1 AS at, 1 AS value FROM v_commits', /no source brings commits/],
  ])('is refused as %s', async (query, message) => {
    expect((await refusal(yaml(query))).join()).toMatch(message);
  });
});
