import { describe, expect, it } from 'vitest';
import type { KeyResult } from '../../src/domain/okr.ts';
import { type AssessInput, assess } from '../../src/okr/assess.ts';
import { definitionHash } from '../../src/okr/definition.ts';
import { aCheckIn, aKeep, aReach, aSeries, aValue, cycle, cycleInUtc, day } from '../support/okr.ts';

function assessOn(dayNumber: number, value: number | null, overrides: Partial<AssessInput> = {}) {
  const series = aSeries(Array.from({ length: Math.min(dayNumber, 100) }, () => value));
  return assess({
    keyResult: aReach(),
    cycle,
    span: cycleInUtc,
    zone: 'UTC',
    asOf: day(dayNumber),
    current: series.current,
    days: series.days,
    start: 100,
    previous: [],
    stale: null,
    note: null,
    forecast: null,
    paced: false,
    ...overrides,
  });
}

describe('reaching a target', () => {
  it('keeps the raw progress, beyond the target and on the wrong side of the start alike', () => {
    expect(assessOn(50, 50).progress).toBe(0.5);
    expect(assessOn(50, -20).progress).toBe(1.2);
    expect(assessOn(50, 130).progress).toBeCloseTo(-0.3, 12);
  });

  it('is judged by the straight line', () => {
    expect(assessOn(50, 52.5)).toMatchObject({ computed: 'on_track', expectedProgress: 0.5 });
    expect(assessOn(50, 53).computed).toBe('at_risk');
    expect(assessOn(50, 62.5).computed).toBe('at_risk');
    expect(assessOn(50, 63).computed).toBe('off_track');
  });

  it('is judged by how likely the target is, once that can be told', () => {
    const likely = (probability: number) => ({ forecast: { p10: 1, p50: 2, p90: 3, probability } });
    expect(assessOn(50, 90, likely(0.7)).computed).toBe('on_track');
    expect(assessOn(50, 90, likely(0.69)).computed).toBe('at_risk');
    expect(assessOn(50, 90, likely(0.29)).computed).toBe('off_track');
    expect(assessOn(50, 0, likely(0)).computed).toBe('achieved');
    expect(assessOn(50, 90, { ...likely(0.9), paced: true }).computed).toBe('off_track');
    expect(assessOn(50, 90, { ...likely(0.9), keyResult: aReach({ pace: 'line' }) }).computed).toBe(
      'off_track',
    );
    expect(assessOn(50, 90, likely(0.9)).forecast?.probability).toBe(0.9);
  });

  it('scolds nobody in the first tenth of the cycle', () => {
    expect(assessOn(9, 100).computed).toBe('on_track');
    expect(assessOn(10, 100).computed).toBe('off_track');
    expect(assessOn(5, 0).computed).toBe('achieved');
  });

  it('is achieved at the target, and says so when that was lost again', () => {
    expect(assessOn(50, 0).computed).toBe('achieved');
    const reached = aCheckIn({ asOf: day(40), computed: 'achieved', shown: 'achieved', progress: 1 });
    const previous = [{ ...reached, definitionHash: definitionHash(aReach()) }];
    const lost = assessOn(50, 10, { previous });
    expect(lost.computed).toBe('on_track');
    expect(lost.note).toBe('reached on 2026-02-09, since lost');
    expect(assessOn(50, 10, { previous: [reached] }).note, 'another definition').toBeNull();
  });

  it('holds a value of too few observations', () => {
    const keyResult = aReach({ minSamples: 5 });
    const current = aValue(0, { sampleSize: 4 });
    const previous = [aCheckIn()];
    expect(assessOn(50, 0, { keyResult, current, previous })).toMatchObject({
      value: null,
      computed: 'held',
      note: '4 of at least 5 observations',
    });
  });

  it('accepts a count of nothing as a true 0', () => {
    const rule = { ...aReach().rule, measure: 'tickets-open', aggregate: 'count' as const };
    const keyResult: KeyResult = aReach({ rule, minSamples: 5 });
    expect(assessOn(50, 0, { keyResult, current: aValue(0, { sampleSize: 0 }) }).computed).toBe('achieved');
  });

  it('has no progress where the start equals the target', () => {
    expect(assessOn(50, 0, { start: 0 })).toMatchObject({ progress: null, computed: 'no_data' });
  });

  it('has no progress until there is a start, but keeps the value', () => {
    expect(assessOn(50, 40, { start: null })).toMatchObject({
      value: 40,
      progress: null,
      computed: 'no_data',
    });
  });
});

describe('missing data', () => {
  it('is no data, never 0', () => {
    expect(assessOn(50, null)).toMatchObject({
      value: null,
      progress: null,
      computed: 'no_data',
      shown: 'no_data',
      note: 'no observations in the window',
    });
  });

  it('is held where there was a good value before, with the reason', () => {
    const current = aValue(null, { held: true, reason: 'pulls of acme/web (gh) were never read completely' });
    expect(assessOn(50, 1, { current, previous: [aCheckIn()] })).toMatchObject({
      value: null,
      shown: 'held',
    });
    expect(assessOn(50, 1, { current }).shown).toBe('no_data');
  });

  it('is stale where the data is too old, even while a value can be computed', () => {
    const stale = 'issues of acme/web (gh) were last read completely 2026-01-10T00:00:00.000Z';
    expect(assessOn(50, 50, { stale })).toMatchObject({
      value: 50,
      computed: 'on_track',
      shown: 'stale',
      note: stale,
    });
    expect(assessOn(50, null, { stale })).toMatchObject({ value: null, shown: 'stale' });
  });
});

describe('the shown status', () => {
  const onTrack = (n: number) => aCheckIn({ asOf: day(n) - 3_600_000 });

  it('shows the first one at once', () => {
    expect(assessOn(50, 90).shown).toBe('off_track');
  });

  it('waits for a second local day to agree', () => {
    const first = assessOn(50, 90, { previous: [onTrack(49)] });
    expect(first).toMatchObject({ computed: 'off_track', shown: 'on_track' });
    const sameDay = assessOn(50, 90, { previous: [onTrack(49), { ...first, asOf: day(50) - 60_000 }] });
    expect(sameDay.shown).toBe('on_track');
    const nextDay = assessOn(51, 90, { previous: [onTrack(49), first] });
    expect(nextDay.shown).toBe('off_track');
  });

  it('stays where it was when the second day disagrees', () => {
    const first = assessOn(50, 90, { previous: [onTrack(49)] });
    expect(assessOn(51, 40, { previous: [onTrack(49), first] }).shown).toBe('on_track');
  });
});

describe('keeping a band', () => {
  const keyResult = aKeep();
  const on = (values: (number | null)[], asOf = day(values.length)) => {
    const series = aSeries(values.slice(0, 100));
    return assess({
      keyResult,
      cycle,
      span: cycleInUtc,
      zone: 'UTC',
      asOf,
      current: series.current,
      days: series.days,
      start: null,
      previous: [],
      stale: null,
      note: null,
      forecast: null,
      paced: false,
    });
  };
  const days = (n: number, value: number | null) => Array.from({ length: n }, () => value);

  it('is the share of the days inside, days without data left out', () => {
    expect(on([...days(18, 5), null, ...days(2, 50)]).progress).toBe(0.9);
  });

  it('leaves out days of too few observations, which make no check-in either', () => {
    const few = Array.from({ length: 10 }, () => aValue(50, { sampleSize: 2 }));
    const series = aSeries([...few, ...days(10, 5)]);
    const keyResult = aKeep({ minSamples: 5 });
    expect(assessOn(20, 5, { keyResult, days: series.days }).progress).toBe(1);
  });

  it('is on track when today and the share hold, at risk when one does, off track when neither', () => {
    expect(on(days(20, 5)).computed).toBe('on_track');
    expect(on([...days(2, 50), ...days(18, 5)]).computed).toBe('at_risk');
    expect(on([...days(39, 5), 50]).computed).toBe('at_risk');
    expect(on([...days(18, 5), ...days(2, 50)]).computed).toBe('off_track');
  });

  it('counts the limit itself as inside', () => {
    expect(on(days(20, 10)).computed).toBe('on_track');
  });

  it('is achieved only at the end', () => {
    expect(on(days(99, 5)).computed).toBe('on_track');
    expect(on(days(100, 5), day(100))).toMatchObject({
      computed: 'achieved',
      shown: 'closed',
      outcome: 'achieved',
    });
    expect(on([...days(50, 50), ...days(50, 5)], day(100)).outcome).toBe('missed');
  });
});

describe('the end of the cycle', () => {
  it('closes as of the end, however late it is computed', () => {
    const late = assessOn(120, 0);
    expect(late).toMatchObject({ asOf: day(100), shown: 'closed', outcome: 'achieved', expectedProgress: 1 });
    expect(assessOn(100, 10).outcome).toBe('missed');
    expect(assessOn(100, null).outcome).toBe('no_data');
  });
});
