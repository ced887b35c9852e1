import { describe, expect, it } from 'vitest';
import {
  effectWords,
  isBetter,
  itemsWords,
  moverLine,
  moverValueWords,
  progressDeltaWords,
  weekWords,
} from '../../src/report/change.ts';
import { aKeepKeyResult, aKeyResult, aMover, aWeek, HOSTILE } from '../support/models.ts';

const end = (value: number) => ({
  at: '2026-11-17T05:15:00Z',
  value,
  progress: null,
  status: 'on_track' as const,
});

/** A week from one value to another. */
function between(before: number, now: number, progressDelta: number | null = null) {
  return aWeek({ before: end(before), now: end(now), delta: now - before, progressDelta });
}

describe('what a week did', () => {
  it('is two values and their difference, written alike', () => {
    expect(weekWords(aWeek(), 'hours')).toEqual({ before: '42 h', now: '40.5 h', delta: '−1.5 h' });
    expect(weekWords(between(980, 1250), 'milliseconds')).toEqual({
      before: '0.98 s',
      now: '1.25 s',
      delta: '+0.27 s',
    });
    expect(weekWords(between(0.81, 0.835), 'share')?.delta).toBe('+2.5 pp');
    expect(weekWords(between(7, 7), 'count')?.delta).toBe('unchanged');
  });
  it('never writes a difference as zero that is none', () => {
    expect(weekWords(between(0.79, 0.7917), 'ratio')?.delta).toBe('+0.002');
    expect(weekWords(between(0.5, 0.50002), 'share')?.delta).toBe('+0.002 pp');
  });
  it('is nothing where the two cannot be compared', () => {
    const week = aWeek({ before: null, delta: null, reason: 'no value of a week ago to compare with' });
    expect(weekWords(week, 'hours')).toBeNull();
  });
  it('counts points of progress towards zero, as progress itself', () => {
    expect([0.0537, -0.019, 0.004, 0.29, null].map(progressDeltaWords)).toEqual([
      '+5 pp',
      '−1 pp',
      '±0 pp',
      '+29 pp',
      '—',
    ]);
  });
  it('is better where it came nearer to the target or to the band, and neither inside the band', () => {
    expect(isBetter(aKeyResult(), between(42, 40, 0.07))).toBe(true);
    expect(isBetter(aKeyResult(), between(40, 42, -0.07))).toBe(false);
    expect(isBetter(aKeyResult(), between(40, 42))).toBeNull();
    const keep = aKeepKeyResult({ keep: { min: null, max: 2500, for: 0.95 } });
    expect(isBetter(keep, between(2900, 2600))).toBe(true);
    expect(isBetter(keep, between(2400, 2600))).toBe(false);
    expect(isBetter(keep, between(2100, 2400))).toBeNull();
  });
});

describe('the items that moved it', () => {
  it('are counted by what they did', () => {
    expect(itemsWords({ entered: 12, left: 9, changed: 1 })).toBe('12 came in, 9 dropped out, 1 changed');
    expect(itemsWords({ entered: 0, left: 0, changed: 0 })).toBeNull();
  });
  it('say what they count as, where their effect does not say it', () => {
    expect(moverValueWords(aMover())).toBe('71.3 h');
    expect(moverValueWords(aMover({ aggregate: 'ratio', value: 269, of: 336, unit: 'share' }))).toBe(
      '269 of 336',
    );
    expect(moverValueWords(aMover({ aggregate: 'ratio', value: 1, of: 0, unit: 'ratio' }))).toBeNull();
    expect(moverValueWords(aMover({ aggregate: 'share', value: 0, unit: 'share' }))).toBe('no');
    expect(moverValueWords(aMover({ aggregate: 'share', value: 1, was: 0, unit: 'share' }))).toBe('no → yes');
    expect(moverValueWords(aMover({ aggregate: 'count', value: 1, unit: 'count' }))).toBeNull();
    expect(moverValueWords(aMover({ aggregate: 'perWeek', value: 1, unit: 'per week' }))).toBeNull();
    expect(moverValueWords(aMover({ aggregate: 'nps', value: 1, unit: 'score' }))).toBe('1');
    expect(moverValueWords(aMover({ aggregate: 'sum', value: 8, unit: 'points' }))).toBeNull();
    expect(moverValueWords(aMover({ aggregate: 'sum', value: 8, was: 5, unit: 'points' }))).toBe(
      '5 points → 8 points',
    );
  });
  it('say how far each moves the value on its own, and when it is all of it', () => {
    expect(effectWords({ effect: -0.1207 }, aKeyResult())).toBe('−0.12 h');
    expect(effectWords({ effect: 0.0047 }, aKeyResult({ unit: 'ratio', current: 0.84 }))).toBe('+0.005');
    expect(effectWords({ effect: null }, aKeyResult())).toBe('all of it');
  });
  it('fit on one plain line', () => {
    expect(moverLine(aMover(), aKeyResult())).toBe(
      'acme/web#812 Render the cart from one query: came in with 71.3 h, +1.2 h',
    );
    expect(moverLine(aMover({ change: 'left', term: 'opened', aggregate: 'count' }), aKeyResult())).toBe(
      'acme/web#812 Render the cart from one query: dropped out (opened), +1.2 h',
    );
  });
  it('keep what they did however long they are called, and stay on one line', () => {
    for (const text of HOSTILE) {
      const ref = { ...aMover().ref, key: text, title: text };
      const line = moverLine(aMover({ ref, term: text }), aKeyResult());
      expect(line).toMatch(/: came in with 71\.3 h \(.*\), \+1\.2 h$/su);
      expect(line.length).toBeLessThan(300);
      expect(line).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
    }
  });
});
