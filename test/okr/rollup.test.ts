import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/domain/okr.ts';
import { isComputed } from '../../src/okr/assess.ts';
import { rollUp } from '../../src/okr/rollup.ts';

const part = (progress: number | null, status: Status, weight = 1) => ({
  progress,
  status,
  weight,
  lastStatus: isComputed(status) ? status : null,
});

describe('an objective', () => {
  it('is the weighted mean of the key results that have data, each clamped', () => {
    expect(rollUp([part(1.8, 'achieved'), part(-0.5, 'off_track')]).progress).toBe(0.5);
    expect(rollUp([part(1, 'achieved', 3), part(0, 'off_track', 1)]).progress).toBe(0.75);
  });

  it('says how many have data, and never counts the others as 0', () => {
    expect(rollUp([part(0.6, 'on_track'), part(null, 'no_data')])).toMatchObject({
      progress: 0.6,
      withData: 1,
      of: 2,
      status: 'on_track',
    });
    expect(rollUp([part(null, 'no_data')])).toMatchObject({ progress: null, withData: 0, status: 'no_data' });
    expect(rollUp([])).toMatchObject({ progress: null, of: 0, status: 'no_data' });
  });

  it('is judged by the scores of its parts', () => {
    expect(rollUp([part(1, 'on_track'), part(0.5, 'at_risk')]).status).toBe('on_track');
    expect(rollUp([part(1, 'on_track'), part(0, 'off_track')]).status).toBe('at_risk');
    expect(rollUp([part(0.1, 'off_track'), part(0.4, 'at_risk')]).status).toBe('off_track');
    expect(rollUp([part(1, 'achieved'), part(1, 'achieved')]).status).toBe('achieved');
    expect(rollUp([part(1, 'achieved'), part(1, 'on_track')]).status).toBe('on_track');
  });

  it('counts a stale part with its last status', () => {
    const stale = { ...part(0.2, 'stale'), lastStatus: 'off_track' as const };
    expect(rollUp([part(1, 'on_track'), stale]).status).toBe('at_risk');
  });

  it('has neither progress nor status from parts without weight', () => {
    expect(rollUp([part(0.5, 'on_track', 0)])).toMatchObject({ progress: null, status: 'no_data' });
  });

  it('is closed when all of it is', () => {
    expect(rollUp([part(1, 'closed'), part(0.4, 'closed')])).toMatchObject({
      status: 'closed',
      progress: 0.7,
    });
  });
});
