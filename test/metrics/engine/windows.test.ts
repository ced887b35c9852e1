import { describe, expect, it } from 'vitest';
import type { WindowSpec } from '../../../src/domain/okr.ts';
import { cycleSpan, isoTime, startOfDay } from '../../../src/domain/time.ts';
import { windowAt, windowText } from '../../../src/metrics/engine/windows.ts';
import { at } from '../../support/records.ts';

const zone = 'Europe/Stockholm';
const quarter = cycleSpan({ id: 'Q4', start: '2026-10-01', end: '2026-12-31' }, zone);

function window(kind: Exclude<WindowSpec['kind'], 'days'>, asOf: string, cycle = quarter): string {
  const { from, to } = windowAt({ kind }, at(asOf), cycle, zone);
  return `${isoTime(from)} ${isoTime(to)}`.replaceAll(':00.000Z', 'Z');
}

describe('a calendar window', () => {
  it('is the week so far, from Monday in the zone', () => {
    expect(window('week', '2026-10-29T12:00:00Z')).toBe('2026-10-25T23:00Z 2026-10-29T12:00Z');
  });

  it('holds the whole week as of the moment that ends it, over a change of clocks', () => {
    expect(window('week', '2026-10-26T00:00:00+01:00')).toBe('2026-10-18T22:00Z 2026-10-25T23:00Z');
  });

  it('is the last whole week, which is over as soon as the next begins', () => {
    expect(window('previousWeek', '2026-10-26T00:00:00+01:00')).toBe('2026-10-18T22:00Z 2026-10-25T23:00Z');
    expect(window('previousWeek', '2026-10-25T23:59:59+01:00')).toBe('2026-10-11T22:00Z 2026-10-18T22:00Z');
    expect(window('previousWeek', '2026-11-01T12:00:00Z')).toBe('2026-10-18T22:00Z 2026-10-25T23:00Z');
  });

  it('is the month so far, or the last whole one', () => {
    expect(window('month', '2026-11-15T12:00:00Z')).toBe('2026-10-31T23:00Z 2026-11-15T12:00Z');
    expect(window('month', '2026-11-01T00:00:00+01:00')).toBe('2026-09-30T22:00Z 2026-10-31T23:00Z');
    expect(window('previousMonth', '2026-11-15T12:00:00Z')).toBe('2026-09-30T22:00Z 2026-10-31T23:00Z');
    expect(window('previousMonth', '2026-11-01T00:00:00+01:00')).toBe('2026-09-30T22:00Z 2026-10-31T23:00Z');
  });

  it('stops at the end of the cycle, whenever it is asked', () => {
    expect(window('month', '2027-02-15T12:00:00Z')).toBe('2026-11-30T23:00Z 2026-12-31T23:00Z');
  });
});

describe('the window of the cycle before', () => {
  it('is as many whole months before this one, whatever the day', () => {
    expect(window('previousCycle', '2026-10-01T06:00:00Z')).toBe('2026-06-30T22:00Z 2026-09-30T22:00Z');
    expect(window('previousCycle', '2026-12-24T06:00:00Z')).toBe('2026-06-30T22:00Z 2026-09-30T22:00Z');
    const year = cycleSpan({ id: '2026', start: '2026-01-01', end: '2026-12-31' }, zone);
    expect(window('previousCycle', '2026-12-24T06:00:00Z', year)).toBe('2024-12-31T23:00Z 2025-12-31T23:00Z');
  });

  it('is as many local days where the cycle is no whole months', () => {
    const sixWeeks = cycleSpan({ id: 'six', start: '2026-10-19', end: '2026-11-29' }, zone);
    expect(window('previousCycle', '2026-11-01T06:00:00Z', sixWeeks)).toBe(
      '2026-09-06T22:00Z 2026-10-18T22:00Z',
    );
  });
});

describe('where the midnight of a day is skipped', () => {
  const zone = 'America/Santiago';
  const cycle = cycleSpan({ id: 'spring', start: '2026-09-06', end: '2026-10-03' }, zone);
  const midnight = startOfDay('2026-08-09', zone);

  it('the cycle before begins at midnight, and so does a window of days that ends with the day before', () => {
    expect(windowAt({ kind: 'previousCycle' }, cycle.to, cycle, zone).from).toBe(midnight);
    expect(windowAt({ kind: 'days', days: 28 }, cycle.from, cycle, zone).from).toBe(midnight);
  });
});

describe('a window in words', () => {
  it('reads as the configuration writes it', () => {
    expect(windowText({ kind: 'days', days: 28 })).toBe('28d');
    expect(windowText({ kind: 'previousMonth' })).toBe('previousMonth');
  });
});
