import { describe, expect, it } from 'vitest';
import type { CheckIn, Objective } from '../../src/domain/okr.ts';
import { buildStatus } from '../../src/report/build.ts';
import type { KeyResultModel } from '../../src/report/model.ts';
import { aCheckIn, aReach, cycle, cycleInUtc, day } from '../support/okr.ts';

function anObjectiveOf(fields: Partial<Objective> = {}): Objective {
  const base = { owner: null, team: null, focusArea: null, parent: null, cycle: null, weight: 1 };
  return { id: 'o', title: 'O', ...base, keyResults: [aReach()], ...fields };
}

function built(objectives: readonly Objective[], checkIns: readonly CheckIn[]) {
  return buildStatus({
    asOf: day(3),
    timezone: 'UTC',
    cycle,
    span: cycleInUtc,
    objectives,
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
});
