import { describe, expect, it } from 'vitest';
import { newestOf, staleReason } from '../../../src/metrics/engine/series.ts';
import { metricOf } from '../../../src/metrics/index.ts';
import { aValue } from '../../support/okr.ts';
import { aMember, aRule, at, span } from '../../support/records.ts';

const DAY = 86_400_000;
const october = span('2026-10-01', '2026-10-29');
const coverage = { members: [aMember({ completeAt: october.to })], missing: [] };

/** What is said of a value over October when its newest sample may be a week old. */
function said(measure: string, value: Parameters<typeof aValue>, maxAge: number | null = 7 * DAY) {
  const [number, fields] = value;
  const newest = newestOf(aValue(number, { window: october, ...fields }), aRule(measure), metricOf);
  return staleReason(coverage, october.to, DAY, newest, maxAge);
}

describe('a member whose tool has nothing newer', () => {
  const ended = aMember({ completeAt: october.to, coveredUntil: at('2026-10-20') });
  const saidOf = (freshness: number) =>
    staleReason(
      { members: [ended], missing: [] },
      october.to,
      freshness,
      { newestAt: null, noneSince: null },
      null,
    );

  it('is as old as its data, whenever it was read', () => {
    expect(saidOf(8 * DAY)).toMatch(/ have no value since 2026-10-20/);
    expect(saidOf(9 * DAY)).toBeNull();
  });
});

describe('maxAge', () => {
  it('makes a value stale whose newest sample is older', () => {
    expect(said('signups', [3, { newestAt: at('2026-10-20') }])).toContain(
      'the newest sample is from 2026-10-20',
    );
    expect(said('signups', [3, { newestAt: at('2026-10-25') }])).toBeNull();
  });

  it('makes a count of 0 stale where no row came for as long: nobody fills the table in', () => {
    expect(said('signups', [0])).toContain('there is no sample since 2026-10-01');
    expect(said('signups', [0], 40 * DAY), 'the window is too short to know').toBeNull();
    expect(said('signups', [0], null)).toBeNull();
    const summed = aRule('sample', { options: { series: 'sales' }, aggregate: 'sum' });
    expect(newestOf(aValue(0, { window: october }), summed, metricOf).noneSince).toBe(october.from);
  });

  it('says nothing of a value that is not there, nor of a stock of none', () => {
    expect(said('signups', [null])).toBeNull();
    expect(said('tickets-open', [0])).toBeNull();
  });
});
