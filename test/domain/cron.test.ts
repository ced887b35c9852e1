import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CronFields, lastTime, nextTime } from '../../src/domain/cron.ts';
import { isoTime } from '../../src/domain/time.ts';
import { at } from '../support/records.ts';

const ZONE = 'Europe/Stockholm';

describe('the last time of a schedule', () => {
  const every = (length: number, from: number) => Array.from({ length }, (_, i) => from + i);
  const daily = (hour: number, minute: number, over: Partial<CronFields> = {}): CronFields => ({
    second: [0],
    minute: [minute],
    hour: [hour],
    dayOfMonth: every(31, 1),
    month: every(12, 1),
    dayOfWeek: every(7, 0),
    ...over,
  });
  const last = (fields: CronFields, iso: string) => {
    const time = lastTime(fields, at(iso), ZONE);
    return time === null ? null : isoTime(time);
  };

  it('is today’s or that of the day before, by the wall clock', () => {
    expect(last(daily(8, 0), '2026-11-24T07:00:00Z')).toBe('2026-11-24T07:00:00.000Z');
    expect(last(daily(8, 0), '2026-11-24T06:59:59Z')).toBe('2026-11-23T07:00:00.000Z');
    expect(last(daily(8, 0), '2026-10-25T23:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
    expect(last(daily(8, 0), '2026-10-24T23:00:00Z')).toBe('2026-10-24T06:00:00.000Z');
  });

  it('comes at the end of the gap where the change skips it, and the first time where it is repeated', () => {
    expect(last(daily(2, 30), '2027-03-28T12:00:00Z')).toBe('2027-03-28T01:00:00.000Z');
    expect(last(daily(2, 30), '2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('is that of the day before until the gap has ended', () => {
    expect(last(daily(2, 30), '2027-03-28T00:59:59Z')).toBe('2027-03-27T01:30:00.000Z');
  });

  it('may be months or decades ago, the last Friday of a month, or never', () => {
    expect(last(daily(8, 0, { month: [2], dayOfMonth: [29] }), '2027-12-01T00:00:00Z')).toBe(
      '2024-02-29T07:00:00.000Z',
    );
    expect(last(daily(8, 0, { month: [2], dayOfMonth: [29], dayOfWeek: [1] }), '2040-01-01T00:00:00Z')).toBe(
      '2016-02-29T07:00:00.000Z',
    );
    expect(last(daily(8, 0, { dayOfWeek: ['5L'] }), '2026-11-24T00:00:00Z')).toBe('2026-10-30T07:00:00.000Z');
    expect(last(daily(8, 0, { month: [2], dayOfMonth: [30] }), '2026-11-24T00:00:00Z')).toBeNull();
  });

  it('is followed by the next time, and nothing lies between them, whatever the clock does', () => {
    const zones = [
      'Europe/Stockholm',
      'America/New_York',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ];
    const some = (from: number, to: number) =>
      fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 4 });
    const changes = [
      '2006-10-29',
      '2007-03-11',
      '2026-03-08',
      '2026-03-29',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
    ];
    fc.assert(
      fc.property(
        fc.record({
          zone: fc.constantFrom(...zones),
          hour: some(0, 23),
          minute: some(0, 59),
          dayOfWeek: some(0, 6),
        }),
        fc.constantFrom(...changes),
        fc.integer({ min: -36 * 60, max: 36 * 60 }),
        ({ zone, hour, minute, dayOfWeek }, change, minutes) => {
          const fields = { ...daily(0, 0), hour, minute, dayOfWeek };
          const now = at(change) + minutes * 60_000;
          const before = lastTime(fields, now, zone) ?? Number.NaN;
          const after = nextTime(fields, now, zone) ?? Number.NaN;
          expect(before).toBeLessThanOrEqual(now);
          expect(after).toBeGreaterThan(now);
          expect(nextTime(fields, before, zone)).toBe(after);
          expect(lastTime(fields, after - 1, zone)).toBe(before);
          expect(nextTime(fields, before - 1, zone)).toBe(before);
        },
      ),
      { numRuns: 300, seed: 20061029 },
    );
  });
});
