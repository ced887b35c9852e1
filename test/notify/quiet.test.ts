import { describe, expect, it } from 'vitest';
import { type CronFields, lastTime } from '../../src/domain/cron.ts';
import { isoTime } from '../../src/domain/time.ts';
import { quietUntil } from '../../src/notify/quiet.ts';
import { at } from '../support/records.ts';

const ZONE = 'Europe/Stockholm';
const NIGHT = { from: '20:00', to: '07:00', weekends: false };
const until = (iso: string, quiet = NIGHT) => {
  const end = quietUntil(at(iso), quiet, ZONE);
  return end === null ? null : isoTime(end);
};

describe('quiet hours', () => {
  it.each([
    ['before they begin', '2026-11-24T18:59:59Z', null],
    ['when they begin', '2026-11-24T19:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['after midnight', '2026-11-25T02:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['when they end', '2026-11-25T06:00:00Z', null],
    ['over the night that is an hour longer', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['over the night that is an hour shorter', '2027-03-27T20:00:00Z', '2027-03-28T05:00:00.000Z'],
  ])('%s', (_, now, end) => {
    expect(until(now)).toBe(end);
  });

  it('within one day, and none', () => {
    const noon = { from: '12:00', to: '13:00', weekends: false };
    expect(until('2026-11-24T11:30:00Z', noon)).toBe('2026-11-24T12:00:00.000Z');
    expect(until('2026-11-24T12:00:00Z', noon)).toBeNull();
    expect(quietUntil(at('2026-11-24T11:30:00Z'), null, ZONE)).toBeNull();
  });

  it('of a weekend last from the night before it to the morning after it', () => {
    const weekends = { ...NIGHT, weekends: true };
    expect(until('2026-11-27T19:30:00Z', weekends)).toBe('2026-11-30T06:00:00.000Z');
    expect(until('2026-11-28T12:00:00Z', weekends)).toBe('2026-11-30T06:00:00.000Z');
    expect(until('2026-11-27T12:00:00Z', weekends)).toBeNull();
  });

  it('that end at a time which the clock change skips or repeats end all the same', () => {
    const early = { from: '22:00', to: '02:30', weekends: false };
    expect(until('2027-03-27T23:00:00Z', early)).toBe('2027-03-28T01:30:00.000Z');
    expect(until('2026-10-24T23:00:00Z', early)).toBe('2026-10-25T00:30:00.000Z');
  });
});

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

  it('comes after the gap where the change skips it, and once where it is repeated', () => {
    expect(last(daily(2, 30), '2027-03-28T12:00:00Z')).toBe('2027-03-28T01:30:00.000Z');
    expect(last(daily(2, 30), '2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('may be months ago, the last Friday of a month, or never', () => {
    expect(last(daily(8, 0, { month: [2], dayOfMonth: [29] }), '2027-12-01T00:00:00Z')).toBe(
      '2024-02-29T07:00:00.000Z',
    );
    expect(last(daily(8, 0, { dayOfWeek: ['5L'] }), '2026-11-24T00:00:00Z')).toBe('2026-10-30T07:00:00.000Z');
    expect(last(daily(8, 0, { month: [2], dayOfMonth: [30] }), '2026-11-24T00:00:00Z')).toBeNull();
  });
});
