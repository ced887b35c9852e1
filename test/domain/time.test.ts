import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  cycleSpan,
  dayEnds,
  daysBefore,
  elapsedShare,
  isLocalDate,
  isTimeZone,
  localDate,
  momentOf,
  startOfDay,
  wallClockTime,
} from '../../src/domain/time.ts';
import { at } from '../support/records.ts';

const zone = 'Europe/Stockholm';

describe('cycles and days in a zone', () => {
  it('a cycle runs from the first moment of its first day to the first moment after its last', () => {
    const span = cycleSpan({ id: 'Q4', start: '2026-10-01', end: '2026-12-31' }, zone);
    expect(span).toEqual({ from: at('2026-09-30T22:00:00Z'), to: at('2026-12-31T23:00:00Z') });
  });

  it('a day of 25 hours and one of 23 are each one day', () => {
    const autumn = cycleSpan({ id: 'a', start: '2026-10-25', end: '2026-10-25' }, zone);
    expect((autumn.to - autumn.from) / 3_600_000).toBe(25);
    const spring = cycleSpan({ id: 's', start: '2026-03-29', end: '2026-03-29' }, zone);
    expect((spring.to - spring.from) / 3_600_000).toBe(23);
  });

  it('28 days before keeps the wall clock across a change of clocks', () => {
    expect(daysBefore(at('2026-11-10T06:15:00+01:00'), 28, zone)).toBe(at('2026-10-13T06:15:00+02:00'));
  });

  it('28 days before a time that the clock repeats is a time of that day, and so many days later it is again', () => {
    const second = at('2026-10-25T01:30:00Z');
    expect(daysBefore(second, 0, zone)).toBe(second);
    expect(daysBefore(second, 28, zone)).toBe(at('2026-09-27T02:30:00+02:00'));
    expect(daysBefore(at('2026-09-27T02:30:00+02:00'), -28, zone)).toBe(at('2026-10-25T00:30:00Z'));
  });

  it('a local time that is skipped is the end of the gap, one that is repeated the first', () => {
    expect(wallClockTime('2026-03-29', 2.5 * 3600, zone)).toBe(at('2026-03-29T01:00:00Z'));
    expect(daysBefore(at('2026-04-05T02:30:00+02:00'), 7, zone)).toBe(at('2026-03-29T01:00:00Z'));
    expect(wallClockTime('2026-10-25', 2.5 * 3600, zone)).toBe(at('2026-10-25T00:30:00Z'));
    expect(wallClockTime('2026-10-25', 24 * 3600, zone)).toBe(startOfDay('2026-10-26', zone));
    expect(startOfDay('2026-11-01', 'America/Havana')).toBe(at('2026-11-01T04:00:00Z'));
    // Apia went without 30 December 2011.
    expect(wallClockTime('2011-12-30', 12 * 3600, 'Pacific/Apia')).toBe(at('2011-12-30T10:00:00Z'));
  });

  it('is what Temporal says wherever the clock neither skips nor repeats', () => {
    const zones = [
      'Europe/Stockholm',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'UTC',
      'Pacific/Apia',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('1975-01-01') / 60_000, max: at('2045-01-01') / 60_000 }),
        fc.integer({ min: -400, max: 400 }),
        (name, minute, days) => {
          const local = Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
            .toZonedDateTimeISO('UTC')
            .toPlainDateTime();
          const [first, last] = (['earlier', 'later'] as const).map((disambiguation) =>
            local.toZonedDateTime(name, { disambiguation }),
          );
          fc.pre(first?.epochMilliseconds === last?.epochMilliseconds);
          expect(momentOf(minute * 60_000, name)).toBe(first?.epochMilliseconds);
          const before = local.subtract({ days });
          const [one, other] = (['earlier', 'later'] as const).map((disambiguation) =>
            before.toZonedDateTime(name, { disambiguation }),
          );
          fc.pre(one?.epochMilliseconds === other?.epochMilliseconds);
          expect(daysBefore(first?.epochMilliseconds ?? 0, days, name)).toBe(one?.epochMilliseconds);
        },
      ),
      { numRuns: 500, seed: 1975 },
    );
  });

  it('a day begins when its midnight is skipped', () => {
    // Cairo moved its clocks from 00:00 to 01:00 on 26 April 2024.
    expect(startOfDay('2024-04-26', 'Africa/Cairo')).toBe(at('2024-04-26T01:00:00+03:00'));
  });

  it('days before the first moment of a day are first moments, also where the midnight of that day is skipped', () => {
    const begins = startOfDay('2026-09-06', 'America/Santiago');
    expect(begins).toBe(at('2026-09-06T01:00:00-03:00'));
    expect(daysBefore(begins, 28, 'America/Santiago')).toBe(startOfDay('2026-08-09', 'America/Santiago'));
    expect(daysBefore(startOfDay('2026-09-07', 'America/Santiago'), 1, 'America/Santiago')).toBe(begins);
  });

  it('ends every day at the next local midnight and the running one now', () => {
    const span = cycleSpan({ id: 'x', start: '2026-10-24', end: '2026-10-31' }, zone);
    const ends = dayEnds(span, at('2026-10-26T12:00:00+01:00'), zone);
    expect(ends).toEqual([
      { date: '2026-10-24', end: at('2026-10-25T00:00:00+02:00') },
      { date: '2026-10-25', end: at('2026-10-26T00:00:00+01:00') },
      { date: '2026-10-26', end: at('2026-10-26T12:00:00+01:00') },
    ]);
  });

  it('has no days before the cycle and none after it', () => {
    const span = cycleSpan({ id: 'x', start: '2026-10-24', end: '2026-10-25' }, zone);
    expect(dayEnds(span, span.from, zone)).toEqual([]);
    expect(dayEnds(span, at('2027-01-01'), zone)).toHaveLength(2);
  });

  it('knows the local date of a moment', () => {
    expect(localDate(at('2026-10-24T22:30:00Z'), zone)).toBe('2026-10-25');
    expect(localDate(at('2026-10-24T22:30:00Z'), 'UTC')).toBe('2026-10-24');
  });

  it('adds days over the end of a month', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('bounds the elapsed share by 0 and 1', () => {
    const span = { from: 100, to: 200 };
    expect([0, 100, 150, 200, 300].map((moment) => elapsedShare(span, moment))).toEqual([0, 0, 0.5, 1, 1]);
  });

  it('tells real dates and zones from others', () => {
    expect(['2026-02-28', '2026-02-29', '2026-1-1', 'x'].map(isLocalDate)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(['Europe/Stockholm', 'Mars/Olympus'].map(isTimeZone)).toEqual([true, false]);
  });
});
