import { describe, expect, it } from 'vitest';
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

  it('that end at a time which the clock skips end after the gap, and at one that it repeats the first time', () => {
    const early = { from: '22:00', to: '02:30', weekends: false };
    expect(until('2027-03-27T23:00:00Z', early)).toBe('2027-03-28T01:00:00.000Z');
    expect(until('2027-03-28T01:00:00Z', early)).toBeNull();
    expect(until('2026-10-24T23:00:00Z', early)).toBe('2026-10-25T00:30:00.000Z');
    // 02:10 comes again, after they ended.
    expect(until('2026-10-25T01:10:00Z', early)).toBeNull();
  });

  it('that begin at a time which the clock skips or repeats begin once', () => {
    const late = { from: '02:30', to: '07:00', weekends: false };
    expect(until('2027-03-28T00:59:59Z', late)).toBeNull();
    expect(until('2027-03-28T01:00:00Z', late)).toBe('2027-03-28T05:00:00.000Z');
    expect(until('2026-10-25T00:29:59Z', late)).toBeNull();
    // From the first 02:30 on, the second 02:10 included.
    expect(until('2026-10-25T00:30:00Z', late)).toBe('2026-10-25T06:00:00.000Z');
    expect(until('2026-10-25T01:10:00Z', late)).toBe('2026-10-25T06:00:00.000Z');
  });

  it('of a weekend whose midnight the clock repeats begin with the first', () => {
    // Havana puts its clocks back from 01:00 to 00:00 on Sunday 1 November 2026; its Monday begins at 05:00 of UTC.
    const weekends = { from: '03:00', to: '04:00', weekends: true };
    expect(isoTime(quietUntil(at('2026-11-01T04:30:00Z'), weekends, 'America/Havana') ?? 0)).toBe(
      '2026-11-02T05:00:00.000Z',
    );
  });
});
