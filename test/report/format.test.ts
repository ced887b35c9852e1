import { describe, expect, it } from 'vitest';
import {
  daysBetween,
  formatAge,
  formatCount,
  formatDuration,
  formatNumber,
  formatProgress,
  formatShare,
  formatValue,
  localClock,
  valueFormatter,
} from '../../src/report/format.ts';

const THIN = '\u202f';

describe('numbers', () => {
  it('keep only the decimals that say something', () => {
    expect([formatNumber(24, 2), formatNumber(40.5, 2), formatNumber(0.125, 2)]).toEqual([
      '24',
      '40.5',
      '0.13',
    ]);
  });
  it('set thousands apart with a thin space, in the whole part alone', () => {
    expect(formatNumber(1234567.8912, 4)).toBe(`1${THIN}234${THIN}567.8912`);
    expect(formatNumber(-12345, 0)).toBe(`-12${THIN}345`);
    expect(formatNumber(999, 0)).toBe('999');
  });
  it('never round what is not zero to zero, nor zero to minus zero', () => {
    expect(formatNumber(0.004, 2)).toBe('0.004');
    expect(formatNumber(-0.0004, 1)).toBe('-0.0004');
    expect(formatNumber(-0, 1)).toBe('0');
  });
  it('take the plural of their noun for anything but one', () => {
    expect([formatCount(0, 'day'), formatCount(1, 'day'), formatCount(2, 'day')]).toEqual([
      '0 days',
      '1 day',
      '2 days',
    ]);
  });
});

describe('values', () => {
  it.each([
    [40.5, 'hours', '40.5 h'],
    [504, 'hours', '504 h'],
    [1.254, 'hours', '1.25 h'],
    [2480, 'milliseconds', '2.48 s'],
    [840, 'milliseconds', '840 ms'],
    [0.783, 'share', '78.3 %'],
    [0.92, 'ratio', '0.92'],
    [1, 'ratio', '1.00'],
    [1234, 'count', `1${THIN}234`],
    [0.0834, 'none', '0.083'],
    [-35, 'score', '-35'],
    [3.5, 'per week', '3.5/week'],
    [212, 'lines', '212 lines'],
    [1, 'lines', '1 line'],
    [1, 'points', '1 point'],
    [1.5, 'points', '1.5 points'],
    [0, 'points', '0 points'],
    [0, 'count', '0'],
    [0, 'share', '0 %'],
    [0, 'hours', '0 h'],
  ] as const)('%d in %s reads %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
  it('without data are a dash, in every unit, never a 0', () => {
    for (const unit of ['count', 'ratio', 'share', 'hours', 'milliseconds', 'none'] as const) {
      expect(formatValue(null, unit)).toBe('—');
    }
  });
  it('of one key result share their scale, so that they compare', () => {
    const format = valueFormatter('milliseconds', [2480, 840, null]);
    expect([format(2480), format(840), format(null)]).toEqual(['2.48 s', '0.84 s', '—']);
  });
});

describe('shares and progress', () => {
  it('short of all are never 100 %, and some is never 0 %', () => {
    expect(formatShare(0.99999)).toBe('99.9 %');
    expect(formatShare(0.00001)).toBe('0.001 %');
    expect(formatShare(1)).toBe('100 %');
  });
  it('of progress are whole and rounded towards zero', () => {
    expect([0.4199, 0.999, 1, 1.4, -0.178, -0.001].map(formatProgress)).toEqual([
      '41 %',
      '99 %',
      '100 %',
      '140 %',
      '-17 %',
      '0 %',
    ]);
  });
  it('do not lose a point to binary fractions', () => {
    for (let percent = -100; percent <= 200; percent++) {
      expect(formatProgress(percent / 100)).toBe(`${percent} %`);
    }
  });
  it('without data are a dash, and beyond measure say so', () => {
    expect(formatProgress(null)).toBe('—');
    expect([formatProgress(5000), formatProgress(-5000)]).toEqual(['>999 %', '<-999 %']);
  });
});

describe('times', () => {
  it('read as the wall clock of the zone, on both sides of daylight saving', () => {
    const stockholm = localClock('Europe/Stockholm');
    expect(stockholm.dateTime('2026-10-25T00:30:00Z')).toBe('2026-10-25 02:30');
    expect(stockholm.dateTime('2026-10-25T01:30:00Z')).toBe('2026-10-25 02:30');
    expect(stockholm.dateTime('2026-12-31T23:00:00Z')).toBe('2027-01-01 00:00');
    expect(localClock('America/Los_Angeles').date('2026-01-01T07:59:00Z')).toBe('2025-12-31');
  });
  it('are ages while they lie back', () => {
    const asOf = '2026-11-24T12:00:00Z';
    expect(formatAge('2026-11-24T11:59:30Z', asOf)).toBe('just now');
    expect(formatAge('2026-11-24T11:01:00Z', asOf)).toBe('59 min ago');
    expect(formatAge('2026-11-24T09:00:00Z', asOf)).toBe('3 h ago');
    expect(formatAge('2026-11-22T12:00:00Z', asOf)).toBe('2 d ago');
    expect(formatAge('2026-11-24T14:00:00Z', asOf)).toBe('in 2 h');
  });
  it('that something took use two units at most and carry over', () => {
    expect([0.84, 12.44, 59.96, 60, 200, 3600, 7500].map(formatDuration)).toEqual([
      '840 ms',
      '12.4 s',
      '1 min',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
    ]);
  });
  it('count the days between local dates across a leap day', () => {
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2026-10-01', '2026-12-31')).toBe(91);
  });
});
