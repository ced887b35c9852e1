import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';
import { parseDuration, parseQuantity, unitOf } from '../../src/config/quantity.ts';
import type { Unit } from '../../src/domain/okr.ts';
import { DAY, HOUR } from '../../src/domain/time.ts';

describe('a quantity', () => {
  it.each<[number | string, Unit, number]>([
    ['90m', 'hours', 1.5],
    ['36h', 'hours', 36],
    ['2.5d', 'hours', 60],
    ['2w', 'hours', 336],
    ['1 h', 'hours', 1],
    ['.5h', 'hours', 0.5],
    [52, 'hours', 52],
    ['52', 'hours', 52],
    ['800ms', 'milliseconds', 800],
    ['2.5s', 'milliseconds', 2500],
    ['3m', 'milliseconds', 180_000],
    ['0.07s', 'milliseconds', 70],
    [2500, 'milliseconds', 2500],
    ['80%', 'share', 0.8],
    ['7%', 'share', 0.07],
    ['100%', 'share', 1],
    [0.8, 'share', 0.8],
    ['0.8', 'share', 0.8],
    [1, 'share', 1],
    [0, 'share', 0],
    ['120%', 'ratio', 1.2],
    [1.2, 'ratio', 1.2],
    [80, 'ratio', 80],
    [12, 'count', 12],
    ['-10', 'score', -10],
    [-10, 'score', -10],
    ['3', 'per week', 3],
  ])('%j of %s is %d', (given, unit, value) => {
    expect(parseQuantity(given, unit)).toEqual({ value });
  });

  it.each<[number | string, Unit, RegExp]>([
    [80, 'share', /write `80%`/],
    ['80', 'share', /write `80%`/],
    [1.5, 'share', /between 0 and 1.*write `1.5%`/],
    ['120%', 'share', /between 0 and 1, or 0% and 100%$/],
    [-0.1, 'share', /between 0 and 1, or 0% and 100%$/],
    ['3h', 'share', /a share, such as `80%`, so it cannot be a length of time/],
    ['3h', 'count', /cannot be a length of time/],
    ['3%', 'hours', /measured in hours, not in percent/],
    ['1.2.3', 'count', /not a quantity/],
  ])('%j of %s is refused', (given, unit, fault) => {
    expect(parseQuantity(given, unit)).toEqual({ fault: expect.stringMatching(fault) });
  });

  it('of time is a number of milliseconds', () => {
    expect(parseDuration('36h')).toBe(36 * HOUR);
    expect(parseDuration('2 w')).toBe(14 * DAY);
    expect(parseDuration('250ms')).toBe(250);
    expect(parseDuration('5')).toBeNull();
    expect(parseDuration('5%')).toBeNull();
  });
});

describe('the unit of an aggregate', () => {
  it('is the metric’s, except where the aggregate counts, rates or shares', () => {
    expect(unitOf('hours', 'median')).toBe('hours');
    expect(unitOf('hours', 'count')).toBe('count');
    expect(unitOf('count', 'perWeek')).toBe('per week');
    expect(unitOf('count', 'perDay')).toBe('none');
    expect(unitOf('count', 'sum')).toBe('count');
    expect(unitOf('ratio', 'ratio')).toBe('ratio');
    expect(unitOf('none', 'share')).toBe('share');
    expect(unitOf('none', 'nps')).toBe('score');
  });
});

describe('the nearest name', () => {
  const names = ['title', 'owner', 'keyResults', 'repository', 'labels'];

  it.each([
    ['titel', 'title'],
    ['Title', 'title'],
    ['key_results', 'keyResults'],
    ['key-result', 'keyResults'],
    ['repositry', 'repository'],
    ['repo', 'repository'],
    ['label', 'labels'],
  ])('of %s is %s', (word, name) => {
    expect(nearest(word, names)).toBe(name);
  });

  it.each(['x', 'ti', 'assignee', 'o', ''])('of %j is none, for none is near', (word) => {
    expect(nearest(word, names)).toBeNull();
  });
});
