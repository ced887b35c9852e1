import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/domain/okr.ts';
import { isComputed } from '../../src/okr/assess.ts';
import { type Part, rollUp, rollUpGroups } from '../../src/okr/rollup.ts';

const part = (progress: number | null, status: Status, weight = 1): Part => ({
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

describe('objectives of a team, an owner or a focus area', () => {
  const own = (...parts: Part[]) => rollUp(parts);
  const objective = (id: string, team: string | null, weight = 1) => ({
    id,
    team,
    weight,
    owner: null,
    focusArea: null,
  });

  it('weigh as among their neighbours, by name and those without one last', () => {
    const groups = rollUpGroups(
      [
        { objective: objective('a', 'Web', 3), own: own(part(1, 'achieved'), part(0.5, 'on_track')) },
        { objective: objective('b', null), own: own(part(0.5, 'at_risk')) },
        { objective: objective('c', 'Api'), own: own(part(0.2, 'off_track')) },
        { objective: objective('d', 'Web', 1), own: own(part(0, 'off_track'), part(null, 'no_data')) },
      ],
      'team',
    );
    expect(groups.map(({ name, objectives }) => [name, objectives])).toEqual([
      ['Api', ['c']],
      ['Web', ['a', 'd']],
      [null, ['b']],
    ]);
    // Three times 0.75 and once 0; three times on track and once off.
    expect(groups[1]).toMatchObject({
      progress: 0.5625,
      withData: 3,
      of: 4,
      status: 'on_track',
    });
  });

  it('without data are not counted as 0', () => {
    const [group] = rollUpGroups(
      [
        { objective: objective('a', 'Web'), own: own(part(0.8, 'on_track')) },
        { objective: objective('b', 'Web', 9), own: own(part(null, 'no_data')) },
      ],
      'team',
    );
    expect(group).toMatchObject({ progress: 0.8, status: 'on_track', withData: 1, of: 2 });
    const [none] = rollUpGroups(
      [{ objective: objective('b', 'Web'), own: own(part(null, 'no_data')) }],
      'team',
    );
    expect(none).toMatchObject({ progress: null, status: 'no_data', withData: 0, of: 1 });
  });

  it('of a company in one team are the company, whatever the split', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            weight: fc.integer({ min: 0, max: 4 }),
            progress: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          {
            minLength: 1,
          },
        ),
        (list) => {
          const parts = list.map(({ weight, progress }, i) => ({
            objective: objective(`o${i}`, 'Web', weight),
            own: own(part(progress, 'on_track')),
          }));
          const [group] = rollUpGroups(parts, 'team');
          const whole = rollUp(list.map(({ weight, progress }) => part(progress, 'on_track', weight)));
          expect(group?.progress).toBe(whole.progress);
          expect(group?.of).toBe(list.length);
        },
      ),
    );
  });
});
