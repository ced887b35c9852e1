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
});
