import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/domain/okr.ts';
import { NEVER } from '../../../src/domain/time.ts';
import { gapIn } from '../../../src/metrics/engine/coverage.ts';
import {
  aMember,
  aRelease,
  aRule,
  aSample,
  aTicket,
  at,
  aWorklog,
  evaluateRule,
  removed,
  span,
} from '../../support/records.ts';

const october = span('2026-10-01', '2026-11-01');

describe('a window', () => {
  it('holds what happened at its first moment and not what happened at its end', async () => {
    const records = [
      aTicket({ createdAt: october.from - 1 }),
      aTicket({ createdAt: october.from }),
      aTicket({ createdAt: october.to - 1 }),
      aTicket({ createdAt: october.to }),
    ];
    const { values, observations } = await evaluateRule(records, aRule('tickets-opened'), [october]);
    expect(values[0]?.value).toBe(2);
    expect(observations(0).map((row) => row.at)).toEqual([october.from, october.to - 1]);
  });

  it('forgets a resolution once the ticket was reopened, and not before', async () => {
    const reopened = at('2026-10-20');
    const ticket = aTicket({
      createdAt: at('2026-10-05'),
      resolvedAt: null,
      history: [
        { field: 'statusCategory', at: at('2026-10-10'), from: 'new', to: 'done' },
        { field: 'statusCategory', at: reopened, from: 'done', to: 'new' },
      ],
    });
    const windows = [reopened, reopened + 1].map((to) => ({ from: october.from, to }));
    const { values } = await evaluateRule([ticket], aRule('tickets-closed'), windows);
    expect(values.map((value) => value.value)).toEqual([1, 0]);
  });

  it('reads where as of its end, so that relabelling today leaves last month as it was', async () => {
    const ticket = aTicket({
      createdAt: at('2026-09-10'),
      resolvedAt: at('2026-09-20'),
      updatedAt: at('2026-10-15'),
      labels: ['chore'],
      history: [
        { field: 'statusCategory', at: at('2026-09-20'), from: 'new', to: 'done' },
        { field: 'labels', at: at('2026-10-15'), from: ['bug'], to: ['chore'] },
      ],
    });
    const rule = aRule('tickets-closed', { where: { labels: 'bug' } });
    const windows = [span('2026-09-01', '2026-10-01'), span('2026-09-01', '2026-11-01')];
    const { values, attributes } = await evaluateRule([ticket], rule, windows);
    expect(values.map((value) => value.value)).toEqual([1, 0]);
    expect(attributes).toBe('dated');
  });

  it('says that attributes are current where the tool has no history of them', async () => {
    const rule = aRule('tickets-opened', { where: { labels: 'bug' } });
    const { attributes } = await evaluateRule([aTicket({ labels: ['bug'] })], rule, [october]);
    expect(attributes).toBe('current');
  });

  it('says so too of the fields that a metric reads as of then by itself', async () => {
    const resolved = { createdAt: at('2026-10-02'), resolvedAt: at('2026-10-05'), estimate: 3 };
    const known = await evaluateRule(
      [aTicket({ ...resolved, history: [] })],
      aRule('story-points-completed'),
      [october],
    );
    const unknown = await evaluateRule([aTicket(resolved)], aRule('story-points-completed'), [october]);
    expect([known.attributes, unknown.attributes]).toEqual(['dated', 'current']);
    expect(unknown.values[0]?.value).toBe(3);
  });

  it('that ends before the data begins has no stock, for what was closed by then was never read', async () => {
    const member = aMember({ coveredFrom: october.from });
    const open = aTicket({ createdAt: at('2026-08-01') });
    const windows = [october.from - 1, october.from, october.to].map((to) => ({ from: to - 86_400_000, to }));
    const { values } = await evaluateRule([open], aRule('tickets-open'), windows, member);
    expect(values.map(({ value, held }) => [value, held])).toEqual([
      [null, true],
      [1, false],
      [1, false],
    ]);
    expect(values[0]?.reason).toBe(
      'it is as of 2026-09-30T23:59:59.999Z, but issues of acme/web (gh) are known only from 2026-10-01T00:00:00.000Z',
    );
  });

  it('that ends before the data begins has the last sample that was measured by then', async () => {
    const sample = aSample({ measuredAt: at('2026-09-05'), value: 2400 });
    const rule = aRule('lighthouse-lcp', { aggregate: 'last' });
    const { values } = await evaluateRule(
      [sample],
      rule,
      [span('2026-09-01', '2026-10-01')],
      aMember({ coveredFrom: october.to }),
    );
    expect(values[0]).toMatchObject({ value: 2400, held: false });
  });

  it('counts a removed ticket up to its removal: yesterday stays as it was', async () => {
    const removedAt = at('2026-10-20');
    const records = [
      aTicket({ createdAt: at('2026-10-05') }),
      removed(aTicket({ createdAt: at('2026-10-06') }), removedAt),
    ];
    const windows = [removedAt, removedAt + 1].map((to) => ({ from: october.from, to }));
    const { values } = await evaluateRule(records, aRule('tickets-opened'), windows);
    expect(values.map((value) => value.value)).toEqual([2, 1]);
  });

  it('measures from release to release without one that was removed, and with it before', async () => {
    const removedAt = at('2026-10-20');
    const records = [
      aRelease({ publishedAt: at('2026-10-02') }),
      removed(aRelease({ publishedAt: at('2026-10-08') }), removedAt),
      aRelease({ publishedAt: at('2026-10-12') }),
    ];
    const windows = [removedAt, october.to].map((to) => ({ from: october.from, to }));
    const { values } = await evaluateRule(
      records,
      aRule('release-cycle-time', { aggregate: 'mean' }),
      windows,
    );
    expect(values.map((value) => value.value)).toEqual([(6 * 24 + 4 * 24) / 2, 10 * 24]);
  });

  it('takes what lasts through a removal for one observation, which began when it was made', async () => {
    const removedAt = at('2026-10-20');
    const records = [
      aRelease({ publishedAt: at('2026-10-02') }),
      aRelease({ publishedAt: at('2026-10-05') }),
      removed(aRelease({ publishedAt: at('2026-10-08') }), removedAt),
      aRelease({ publishedAt: at('2026-10-12') }),
    ];
    const windows = [removedAt, october.to].map((to) => ({ from: october.from, to }));
    const evaluation = await evaluateRule(records, aRule('release-cycle-time'), windows);
    const { at: times, from, until } = evaluation.columns();
    const lives = Array.from(times, (time, i) => [time, from?.[i], until?.[i]]);
    expect(lives.toSorted((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]))).toEqual([
      [at('2026-10-05'), at('2026-10-05'), Number.POSITIVE_INFINITY],
      [at('2026-10-08'), at('2026-10-08'), removedAt],
      [at('2026-10-12'), at('2026-10-12'), removedAt],
      [at('2026-10-12'), removedAt, Number.POSITIVE_INFINITY],
    ]);
  });

  it('says nothing of a removed record that it left out, once it is gone', async () => {
    const removedAt = at('2026-10-20');
    const impossible = { createdAt: at('2026-10-09'), resolvedAt: at('2026-10-08') };
    const records = [removed(aTicket(impossible), removedAt)];
    const windows = [removedAt, removedAt + 1].map((to) => ({ from: october.from, to }));
    const counts = [];
    for (const asked of [windows, windows.slice(0, 1)]) {
      const { rejected } = await evaluateRule(records, aRule('ticket-lead-time'), asked);
      counts.push(rejected.map(({ count }) => count));
    }
    expect(counts).toEqual([[], [1]]);
  });

  it('takes a removed worklog for one that never was: it was logged elsewhere, on the same day', async () => {
    const logged = { startedAt: at('2026-10-05'), hours: 8 };
    const records = [removed(aWorklog(logged), at('2026-10-20')), aWorklog(logged)];
    const windows = [at('2026-10-10'), october.to].map((to) => ({ from: october.from, to }));
    const rule = aRule('cost', { options: { hourlyRate: 100 } });
    const { values } = await evaluateRule(records, rule, windows);
    expect(values.map((value) => value.value)).toEqual([800, 800]);
  });

  it('takes a removed sample for one that never was: the table was corrected', async () => {
    const corrected = { series: 'nps', subject: 'web', measuredAt: at('2026-10-05') };
    const records = [
      removed(aSample({ ...corrected, value: 2 }), at('2026-10-20')),
      aSample({ ...corrected, value: 9 }),
    ];
    const windows = [at('2026-10-10'), october.to].map((to) => ({ from: october.from, to }));
    const { values } = await evaluateRule(records, aRule('nps'), windows);
    expect(values.map((value) => value.sampleSize)).toEqual([1, 1]);
  });

  it('gives a past day the same value alone as among many', async () => {
    const records = Array.from({ length: 60 }, (_, i) =>
      aTicket({
        createdAt: october.from + i * 7_200_000,
        resolvedAt: october.from + i * i * 600_000 + i * 7_200_000,
      }),
    );
    const windows = Array.from({ length: 31 }, (_, day) => ({
      from: october.from + (day - 7) * 86_400_000,
      to: october.from + (day + 1) * 86_400_000,
    }));
    const rule = aRule('ticket-lead-time');
    const together = (await evaluateRule(records, rule, windows)).values.map((value) => value.value);
    const alone: (number | null)[] = [];
    for (const window of windows)
      alone.push((await evaluateRule(records, rule, [window])).values[0]?.value ?? null);
    expect(together).toEqual(alone);
    expect(together.filter((value) => value !== null).length).toBeGreaterThan(10);
  });
});

describe('no data and zero', () => {
  it('a count over complete, empty data is 0', async () => {
    const { values } = await evaluateRule([], aRule('tickets-closed'), [october]);
    expect(values[0]).toMatchObject({ value: 0, held: false, reason: null });
  });

  it('a median over complete, empty data is null', async () => {
    const { values } = await evaluateRule([], aRule('ticket-lead-time'), [october]);
    expect(values[0]).toMatchObject({ value: null, held: false, reason: 'no observations in the window' });
  });

  it('a count is null and says why where a member was never read completely', async () => {
    const member = aMember({ completeAt: null, coveredFrom: null, error: 'GET …/issues answered 502' });
    const { values } = await evaluateRule([aTicket()], aRule('tickets-opened'), [october], member);
    expect(values[0]).toMatchObject({
      value: null,
      held: true,
      reason: 'issues of acme/web (gh) were never read completely: GET …/issues answered 502',
    });
  });

  it('a stock is null, and no zero, where the tool refuses the stream', () => {
    const refused = aMember({ stream: 'alerts', coveredFrom: NEVER });
    const coverage = { members: [refused], missing: [] };
    expect(gapIn(coverage, october, 86_400_000, 'end')).toBe(
      'alerts of acme/web (gh) may not be read with the credentials that the source has (krsync doctor says what they lack)',
    );
  });

  it('a count is null where the data begins inside the window', async () => {
    const member = aMember({ coveredFrom: october.from + 1 });
    const { values } = await evaluateRule([aTicket()], aRule('tickets-opened'), [october], member);
    expect(values[0]?.value).toBeNull();
    expect(values[0]?.reason).toContain('known only from 2026-10-01T00:00:00.001Z');
  });

  it('a count is null where the data ends before the window does', async () => {
    const member = aMember({ completeAt: october.to - 1 });
    const { values } = await evaluateRule([aTicket()], aRule('tickets-opened'), [october], member);
    expect(values[0]).toMatchObject({ value: null, held: true });
  });

  it('a sum is null where the tool had no more, however fresh the pull, and was right until then', async () => {
    const member = aMember({ yields: ['sample'], coveredUntil: at('2026-10-20') });
    const records = [aSample({ series: 'signups', subject: 'all', value: 3, measuredAt: at('2026-10-10') })];
    const windows = [span('2026-10-01', '2026-10-20'), october];
    const { values } = await evaluateRule(records, aRule('signups'), windows, member);
    expect(values).toMatchObject([
      { value: 3, held: false },
      { value: null, held: true, reason: expect.stringContaining('have no value since 2026-10-20T00:00') },
    ]);
  });
});

describe('samples of several subjects', () => {
  const web = aSample({
    series: 'coverage-lines',
    subject: 'web',
    value: 0.9,
    of: 100,
    measuredAt: at('2026-10-05'),
  });
  const older = aSample({
    series: 'coverage-lines',
    subject: 'web',
    value: 0.1,
    of: 100,
    measuredAt: at('2026-10-02'),
  });
  const api = aSample({
    series: 'coverage-lines',
    subject: 'api',
    value: 0.5,
    of: 300,
    measuredAt: at('2026-10-04'),
  });
  const coverageBy = async (combine: 'sumOverSum' | 'mean' | 'worst' | 'sum' | null) =>
    (await evaluateRule([older, web, api], aRule('test-coverage', { combine }), [october])).values[0];

  it('are held until the rule says how to combine them', async () => {
    expect(await coverageBy(null)).toMatchObject({ value: null, held: true });
    expect((await coverageBy(null))?.reason).toContain('2 subjects (api, web)');
  });

  it('are combined subject by subject, never over the heap of all samples', async () => {
    expect((await coverageBy('sumOverSum'))?.value).toBeCloseTo(0.6, 12);
    expect((await coverageBy('mean'))?.value).toBeCloseTo(0.7, 12);
    expect((await coverageBy('worst'))?.value).toBe(0.5);
    expect((await coverageBy('sum'))?.value).toBeCloseTo(1.4, 12);
  });

  it('are together as old as the one that was measured longest ago', async () => {
    expect((await coverageBy('sumOverSum'))?.newestAt).toBe(at('2026-10-04'));
  });

  it('have no value together where one does not say how large it is, and the reason says so', async () => {
    const unsized = { ...api, of: null };
    const rule = aRule('test-coverage', { combine: 'sumOverSum' });
    const { values } = await evaluateRule([web, unsized], rule, [october]);
    expect(values[0]).toMatchObject({ value: null, held: false });
    expect(values[0]?.reason).toContain('does not say how large');
  });

  it('are held while one that the rule names has no sample in the window, for the others alone are another number', async () => {
    const named = (...subject: string[]) =>
      aRule('test-coverage', { where: { subject }, combine: 'sumOverSum' });
    const combined = async (rule: Rule) => (await evaluateRule([web, api], rule, [october])).values[0];
    expect((await combined(named('web', 'API')))?.value).toBeCloseTo(0.6, 12);
    expect((await combined(named('w*', 'x*')))?.value).toBe(0.9);
    const short = await combined(named('web', 'api', 'mobile'));
    expect(short).toMatchObject({ value: null, held: true });
    expect(short?.reason).toContain('mobile has no sample in the window');
    expect((await combined(named('web', 'mobile')))?.held).toBe(true);
  });

  it('are summed without those that had nothing to count', async () => {
    const series = 'signups';
    const signups = (subject: string, value: number, day: string) =>
      aSample({ series, subject, value, of: null, measuredAt: at(day) });
    const rule = aRule('sample', {
      where: { subject: ['web', 'mobile'] },
      options: { series },
      aggregate: 'sum',
      combine: 'sum',
    });
    const samples = [signups('web', 3, '2026-10-02'), signups('mobile', 4, '2026-09-02')];
    expect((await evaluateRule(samples, rule, [october])).values[0]?.value).toBe(3);
  });

  it('need no combining where one is named', async () => {
    const rule = aRule('test-coverage', { where: { subject: 'web' } });
    const { values } = await evaluateRule([older, web, api], rule, [october]);
    expect(values[0]?.value).toBe(0.9);
  });
});
