import { describe, expect, it } from 'vitest';
import type { KeyResultModel } from '../../src/report/model.ts';
import {
  bandWords,
  computedWords,
  dataWords,
  guardWords,
  journeyWords,
  keptValueWords,
  keyWords,
  outlookWords,
  statusWords,
} from '../../src/report/words.ts';
import { aKeepKeyResult, aKeyResult } from '../support/models.ts';

describe('words', () => {
  it('cut the hash of a commit short, and no other key', () => {
    const sha = 'c8cc31c071b1912f31663eeed3b0bf66e2098ce1';
    expect([sha, 'acme/web#12', 'v1.2.0'].map((key) => keyWords({ key }))).toEqual([
      'c8cc31c071b1',
      'acme/web#12',
      'v1.2.0',
    ]);
  });
  it('name a closed key result by its outcome', () => {
    expect(statusWords('closed', 'missed')).toBe('closed: missed');
    expect(statusWords('closed', 'no_data')).toBe('closed: no data');
    expect(statusWords('off_track')).toBe('off track');
  });
  it('say how many key results have data', () => {
    const said = [
      [2, 3],
      [1, 3],
      [0, 3],
      [3, 3],
      [2, 2],
      [0, 1],
      [0, 0],
    ].map(([withData = 0, of = 0]) => dataWords({ withData, of }));
    expect(said).toEqual([
      '2 of 3 have data',
      '1 of 3 has data',
      'none of 3 has data',
      'all 3 have data',
      'both have data',
      'no data yet',
      'no key results',
    ]);
  });
  it('show a band by the edges that it has, in one scale', () => {
    const band = (min: number | null, max: number | null) =>
      bandWords(aKeepKeyResult({ keep: { min, max, for: 0.9 }, current: 2000 }));
    expect([band(null, 2500), band(800, null), band(800, 2500)]).toEqual([
      '≤ 2.5 s',
      '≥ 0.8 s',
      '0.8 s to 2.5 s',
    ]);
  });
  it('say a unit that is a word once', () => {
    expect(journeyWords(aKeyResult({ unit: 'lines', start: 400, current: null, target: 200 }))).toEqual([
      '400',
      '—',
      '200 lines',
    ]);
  });
  it('never put a value on a limit or a target that it is not on', () => {
    const kept = (current: number, max: number, unit: KeyResultModel['unit'] = 'hours') =>
      keptValueWords(aKeepKeyResult({ unit, current, keep: { min: null, max, for: 0.8 } }));
    expect([kept(12.04, 12), kept(12.0041, 12), kept(12, 12), kept(11.1, 12)]).toEqual([
      '12.04 h',
      '12.004 h',
      '12 h',
      '11.1 h',
    ]);
    expect(kept(2501, 2500, 'milliseconds')).toBe('2.501 s');
    expect(kept(980, 2500, 'milliseconds')).toBe('0.98 s');
    expect(kept(0.8004, 0.8, 'share')).toBe('80.04 %');
    expect(kept(1.004, 1, 'ratio')).toBe('1.004');
    expect([kept(0.9996, 1, 'ratio'), kept(1, 1, 'ratio'), kept(0.96, 1, 'ratio')]).toEqual([
      '0.9996',
      '1.00',
      '0.96',
    ]);
    expect(kept(12 + 1e-9, 12)).toBe('12 h');
    expect(kept(1 + 1e-9, 1, 'ratio')).toBe('1.00');
    expect(journeyWords(aKeyResult({ start: 52, current: 24.04, target: 24 }))).toEqual([
      '52 h',
      '24.04 h',
      '24 h',
    ]);
    expect(journeyWords(aKeyResult({ unit: 'points', start: 0, current: 419.6, target: 420 }))).toEqual([
      '0',
      '419.6',
      '420 points',
    ]);
    expect(journeyWords(aKeyResult({ unit: 'points', start: 0, current: 1, target: 3 }))).toEqual([
      '0',
      '1',
      '3 points',
    ]);
  });
  it('never put the value of a broken guard on the limit that it broke', () => {
    const broken = (value: number, max: number, unit: KeyResultModel['unit']) =>
      guardWords([{ title: 'G', unit, keep: { min: null, max }, value, broken: true, reason: null }]);
    expect(broken(12.04, 12, 'hours')).toBe('guard broken: G 12.04 h, keep ≤ 12 h');
    expect(broken(0.1504, 0.15, 'share')).toBe('guard broken: G 15.04 %, keep ≤ 15 %');
    expect(broken(1.0004, 1, 'ratio')).toBe('guard broken: G 1.0004, keep ≤ 1.00');
    expect(broken(2501, 2500, 'milliseconds')).toBe('guard broken: G 2.501 s, keep ≤ 2.5 s');
  });
  it('tell when today alone would say something else', () => {
    expect(computedWords(aKeyResult({ status: 'on_track', computedStatus: 'at_risk' }))).toContain('at risk');
    expect(computedWords(aKeyResult())).toBeNull();
    expect(computedWords(aKeyResult({ status: 'on_track', computedStatus: 'held' }))).toBeNull();
  });
  it('tell what a key result counts as while its status is none that counts', () => {
    for (const status of ['stale', 'held', 'no_data'] as const) {
      expect(computedWords(aKeyResult({ status, computedStatus: 'at_risk', countsAs: 'on_track' }))).toBe(
        'counts as on track, its last status',
      );
      expect(computedWords(aKeyResult({ status, countsAs: null }))).toBeNull();
    }
    expect(computedWords(aKeyResult({ status: 'closed', countsAs: 'achieved' }))).toBeNull();
  });
});

describe('the outlook', () => {
  it('says where it ends, how likely that is enough, and what a week must bring', () => {
    const forecast = { atEnd: { p10: 29, p50: 33, p90: 38 }, probability: 0.04 };
    expect(outlookWords(aKeyResult({ unit: 'hours', forecast }))).toBe(
      'forecast 29 h to 38 h at the end, 4 % likely to reach the target',
    );
    const pace = { neededPerWeek: 26.66, deliveredPerWeek: 24.5 };
    expect(outlookWords(aKeyResult({ pace, confidence: 0.7 }))).toBe(
      'needs 26.7 a week, the last weeks brought 24.5; confidence 70 %',
    );
    expect(outlookWords(aKeyResult())).toBeNull();
  });
});
