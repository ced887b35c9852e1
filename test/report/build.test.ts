import { describe, expect, it } from 'vitest';
import type { CheckIn, Objective } from '../../src/domain/okr.ts';
import { buildStatus } from '../../src/report/build.ts';
import type { KeyResultModel } from '../../src/report/model.ts';
import { aCheckIn, aReach, cycle, cycleInUtc, day } from '../support/okr.ts';

function anObjectiveOf(fields: Partial<Objective> = {}): Objective {
  const base = { owner: null, team: null, focusArea: null, parent: null, cycle: null, weight: 1 };
  return { id: 'o', title: 'O', ...base, keyResults: [aReach()], ...fields };
}

function built(objectives: readonly Objective[], checkIns: readonly CheckIn[], only?: ReadonlySet<string>) {
  return buildStatus({
    asOf: day(3),
    timezone: 'UTC',
    cycle,
    span: cycleInUtc,
    objectives,
    ...(only === undefined ? {} : { only }),
    checkIns,
    sources: [],
    members: [],
    failures: [],
    recordCounts: new Map(),
    cumulative: () => false,
    staleReason: () => null,
  });
}

describe('the read model', () => {
  it('tells a stretch and whether the last good value reached it', () => {
    const stretched = (stretch: number | undefined, value: number): Partial<KeyResultModel> | undefined => {
      const keyResult = aReach({ start: 100, target: 50, ...(stretch === undefined ? {} : { stretch }) });
      const checkIns = [
        aCheckIn({ asOf: day(1), value, progress: (100 - value) / 50 }),
        aCheckIn({ asOf: day(2), value: null, progress: null, computed: 'held' }),
      ];
      return built([anObjectiveOf({ keyResults: [keyResult] })], checkIns).objectives[0]?.keyResults[0];
    };
    expect(stretched(20, 50)).toMatchObject({ target: 50, stretch: 20, stretchReached: false, progress: 1 });
    expect(stretched(20, 20)).toMatchObject({ stretch: 20, stretchReached: true, progress: 1.6 });
    expect(stretched(undefined, 0)).toMatchObject({ stretch: null, stretchReached: false });
  });

  const recorded = (objectiveId: string, progress: number, computed: 'on_track' | 'off_track') =>
    aCheckIn({ objectiveId, asOf: day(2), progress, value: 100 - 100 * progress, computed, shown: computed });
  const objectiveOf = (id: string, fields: Partial<Objective>) =>
    anObjectiveOf({ id, keyResults: [aReach({ objectiveId: id })], ...fields });
  const company = [
    objectiveOf('speed', { team: 'Board', owner: 'mia' }),
    objectiveOf('web', { team: 'Web', owner: 'ana', parent: 'speed' }),
    objectiveOf('api', { team: 'Web', owner: 'mia', parent: 'speed' }),
  ];
  const numbers = [
    recorded('speed', 0.9, 'on_track'),
    recorded('web', 0.6, 'on_track'),
    recorded('api', 0, 'off_track'),
  ];

  it('puts objectives together by team, owner and focus area, none of them twice', () => {
    const { objectives, rollups } = built(company, numbers);
    // The parent counts its children too; its team is not judged by the numbers of another.
    expect(objectives[0]).toMatchObject({ progress: 0.5, of: 3 });
    expect(rollups.team).toMatchObject([
      { name: 'Board', progress: 0.9, status: 'on_track', of: 1, objectives: ['speed'] },
      { name: 'Web', progress: 0.3, status: 'at_risk', of: 2, withData: 2, objectives: ['web', 'api'] },
    ]);
    expect(rollups.owner).toMatchObject([
      { name: 'ana', progress: 0.6 },
      { name: 'mia', progress: 0.45, objectives: ['speed', 'api'] },
    ]);
    expect(rollups.focusArea).toMatchObject([{ name: null, progress: 0.5, of: 3 }]);
  });

  it('shows some of the objectives with the others still counted for their parents', () => {
    const { objectives, rollups } = built(company, numbers, new Set(['speed']));
    expect(objectives).toMatchObject([{ id: 'speed', progress: 0.5, of: 3 }]);
    expect(rollups.team.map(({ name }) => name)).toEqual(['Board']);
  });

  describe('of an objective with two key results', () => {
    const keyResults = [aReach({ id: 'a' }), aReach({ id: 'b' })];
    const objective = anObjectiveOf({ keyResults });
    /** One check-in a day of each, from the first day on. */
    const days = (id: string, ...all: readonly Partial<CheckIn>[]) =>
      all.map((fields, i) => aCheckIn({ keyResultId: id, asOf: day(i + 1), ...fields }));
    const on = { computed: 'on_track', shown: 'on_track' } as const;
    const off = { computed: 'off_track', shown: 'off_track' } as const;
    const statusOf = (...checkIns: readonly (readonly CheckIn[])[]) => {
      const [first] = built([objective], checkIns.flat()).objectives;
      return [first?.status, first?.keyResults.map(({ countsAs }) => countsAs)];
    };

    it('the status follows from those that are shown beneath it, not from what today alone says', () => {
      const turning = { computed: 'off_track', shown: 'on_track' } as const;
      expect(statusOf(days('a', on, turning), days('b', on, turning))).toEqual([
        'on_track',
        ['on_track', 'on_track'],
      ]);
      expect(statusOf(days('a', off, { ...off, computed: 'on_track' }), days('b', off))).toEqual([
        'off_track',
        ['off_track', 'off_track'],
      ]);
      const reached = { computed: 'achieved', shown: 'on_track' } as const;
      expect(statusOf(days('a', on, reached), days('b', on, reached))[0]).toBe('on_track');
    });

    it('one that is stale, held or without data counts with the last status that it showed', () => {
      const stale = { computed: 'off_track', shown: 'stale' } as const;
      const held = { value: null, progress: null, computed: 'held', shown: 'held' } as const;
      const none = { value: null, progress: null, computed: 'no_data', shown: 'no_data' } as const;
      for (const last of [stale, held, none]) {
        expect(statusOf(days('a', on, last), days('b', on))).toEqual(['on_track', ['on_track', 'on_track']]);
        expect(statusOf(days('a', off, last), days('b', on))).toEqual(['at_risk', ['off_track', 'on_track']]);
      }
      expect(statusOf(days('a', stale), days('b', on))).toEqual(['at_risk', ['off_track', 'on_track']]);
      expect(statusOf(days('a', none), days('b', on))).toEqual(['on_track', [null, 'on_track']]);
    });

    it('one that is closed counts as it ended', () => {
      const missed = { computed: 'off_track', shown: 'closed', outcome: 'missed' } as const;
      const empty = { computed: 'no_data', shown: 'closed', outcome: 'no_data' } as const;
      const reached = { computed: 'achieved', shown: 'achieved' } as const;
      expect(statusOf(days('a', reached, missed), days('b', on))).toEqual([
        'at_risk',
        ['off_track', 'on_track'],
      ]);
      expect(statusOf(days('a', reached, empty), days('b', on))).toEqual(['on_track', [null, 'on_track']]);
      expect(statusOf(days('a', missed), days('b', missed))[0]).toBe('closed');
    });
  });
});
