import { describe, expect, it } from 'vitest';
import type { Guard, Milestone, Rule } from '../../src/domain/okr.ts';
import { evaluateRule } from '../../src/metrics/engine/rule.ts';
import { metricOf } from '../../src/metrics/index.ts';
import { definitionHash } from '../../src/okr/definition.ts';
import { type PlanInput, planKeyResult } from '../../src/okr/plan.ts';
import { buildStatus } from '../../src/report/build.ts';
import { guardWords, milestoneWords } from '../../src/report/words.ts';
import { aKeep, aReach, aSeries, aValue, cycle, cycleInUtc, day } from '../support/okr.ts';
import { aMember, aRule, aSample, at, memoryStore, span } from '../support/records.ts';

function step(fields: Partial<Milestone>): Milestone {
  return { title: 'A step', share: 0.5, term: null, range: {}, doneAt: null, by: null, ...fields };
}

const STEPS = [
  step({ title: 'Ten customers', share: 0.5, term: 'step1', range: { gte: 10 } }),
  step({ title: 'Errors below 5', share: 0.3, term: 'step2', range: { lt: 5 } }),
  step({ title: 'Signed off', share: 0.2, doneAt: at('2026-10-20'), by: 'ana' }),
];

function rule(milestones: readonly Milestone[] = STEPS): Rule {
  const window = { kind: 'cycleToDate' } as const;
  return {
    ...aRule('cost', { aggregate: 'sum' }),
    measure: 'milestones',
    aggregate: 'last',
    options: { milestones },
    terms: { step1: aRule('signups', { window }), step2: aRule('upgrades', { window }) },
  };
}

const records = [
  aSample({ series: 'signups', subject: 'web', measuredAt: at('2026-10-05'), value: 9 }),
  aSample({ series: 'signups', subject: 'web', measuredAt: at('2026-10-15'), value: 1 }),
  aSample({ series: 'upgrades', subject: 'web', measuredAt: at('2026-09-01'), value: 2 }),
  aSample({ series: 'upgrades', subject: 'web', measuredAt: at('2026-10-25'), value: 5 }),
];

async function shares(of: Rule, ...moments: readonly string[]) {
  const { values } = await evaluateRule({
    store: memoryStore(records),
    rule: of,
    metricOf,
    moments: moments.map((one) => at(one)),
    span: span('2026-10-01', '2027-01-01'),
    zone: 'UTC',
    members: [aMember()],
    failures: [],
    freshness: 0,
    signal: new AbortController().signal,
  });
  return values;
}

describe('milestones', () => {
  it('add up the shares of the steps that are done as of the moment', async () => {
    // 9 customers and no errors; the tenth; the sign-off; five errors.
    const moments = ['2026-10-10', '2026-10-16', '2026-10-20', '2026-10-26'];
    expect((await shares(rule(), ...moments)).map(({ value }) => value)).toEqual([0.3, 0.8, 1, 0.7]);
  });

  it('have no value while the number that decides a step has none', async () => {
    const unknown = { ...rule(), terms: { step1: aRule('nps'), step2: rule().terms?.step2 as Rule } };
    expect((await shares(unknown, '2026-11-01'))[0]).toMatchObject({
      value: null,
      reason: expect.stringMatching(/^step1: no /),
    });
  });

  const keyResult = aReach({
    rule: rule(),
    unit: 'share',
    start: 0,
    target: 1,
    pace: 'line',
    milestones: STEPS,
    minSamples: 0,
  });
  const value = aValue(0.8, { terms: { step1: 12, step2: 9 } });

  function planned(overrides: Partial<PlanInput> = {}) {
    return planKeyResult({
      keyResult,
      kind: 'sample',
      cycle,
      span: cycleInUtc,
      zone: 'UTC',
      asOf: day(50),
      series: aSeries([...Array.from({ length: 49 }, () => 0.3), value]),
      frozen: null,
      checkIns: [],
      recent: [],
      stale: null,
      fill: 'first',
      ...overrides,
    });
  }

  it('are paced by the straight line, take their steps at once and store which', () => {
    const { next } = planned();
    expect(next).toMatchObject({ value: 0.8, progress: 0.8, expectedProgress: 0.5, computed: 'on_track' });
    expect(next.forecast).toBeNull();
    expect(next.details?.milestones?.map(({ title, done }) => [title, done])).toEqual([
      ['Ten customers', true],
      ['Errors below 5', false],
      ['Signed off', false],
    ]);
  });

  it('are shown step by step', () => {
    const words = milestoneWords({ milestones: planned().next.details?.milestones ?? null });
    expect(words).toBe(
      '1 of 3 steps done: Ten customers (50 %); open: Errors below 5 (30 %), Signed off (20 %, says ana)',
    );
  });

  it('stay the same definition when a person ticks one off, and become another with other shares', () => {
    const hashOf = (milestones: readonly Milestone[]) =>
      definitionHash({ ...keyResult, rule: rule(milestones), milestones });
    const [first, second, third] = STEPS as [Milestone, Milestone, Milestone];
    expect(hashOf([first, second, { ...third, doneAt: null, title: 'Signed' }])).toBe(hashOf(STEPS));
    expect(hashOf([first, { ...second, share: 0.2 }, { ...third, share: 0.3 }])).not.toBe(hashOf(STEPS));
  });
});

describe('a guard', () => {
  const guard: Guard = {
    title: 'change fail rate',
    rule: aRule('change-fail-rate', {
      incidents: { sources: [], where: {}, link: 'explicit', services: {} },
    }),
    unit: 'share',
    keep: { min: null, max: 0.15 },
  };

  function planned(
    guardValues: readonly (number | null)[],
    values = [100, 90, 60],
    overrides: Partial<PlanInput> = {},
  ) {
    return planKeyResult({
      keyResult: aReach({ guards: [guard] }),
      kind: 'flow',
      cycle,
      span: cycleInUtc,
      zone: 'UTC',
      asOf: day(values.length) - 3_600_000,
      series: aSeries(values),
      guards: [{ guard, series: aSeries(guardValues) }],
      frozen: null,
      checkIns: [],
      recent: [],
      stale: null,
      fill: 'first',
      ...overrides,
    });
  }

  it('marks the key result that moved while it broke, on each day, and leaves its status', () => {
    const plan = planned([0.2, 0.1, 0.22]);
    const broken = plan.checkIns.map(({ details }) => details?.guards?.[0]?.broken);
    // On the first day nothing had moved yet.
    expect(broken).toEqual([false, false, true]);
    expect(plan.next.computed).toBe(planned([0.1, 0.1, 0.1]).next.computed);
    expect(guardWords(plan.next.details?.guards ?? [])).toBe(
      'guard broken: change fail rate 22 %, keep ≤ 15 %',
    );
    expect(guardWords(planned([0.1, 0.1, 0.15]).next.details?.guards ?? [])).toBeNull();
  });

  it('that is not known is said not to be, and is no break', () => {
    const [state] = planned([0.1, 0.1, null]).next.details?.guards ?? [];
    expect(state).toMatchObject({ broken: null, value: null });
    expect(guardWords(state === undefined ? [] : [state])).toMatch(
      /^guard not known: change fail rate \(no obs/,
    );
  });

  it('that breaks or holds again within a day is worth a row', () => {
    const recorded = planned([0.1, 0.1, 0.1]).checkIns.map((one, i) => ({
      ...one,
      id: i + 1,
      runId: 1,
      recordedAt: day(3),
    }));
    const later = planned([0.1, 0.1, 0.3], [100, 90, 60], { checkIns: recorded });
    expect(later.reason).toBe('guard broken: change fail rate');
    const again = [...recorded, { ...later.next, id: 9, runId: 2, recordedAt: day(3) }];
    expect(planned([0.1, 0.1, 0.1], [100, 90, 60], { checkIns: again }).reason).toBe('its guard holds again');
  });

  it('reaches the status from what was recorded', () => {
    const keyResult = aKeep({ guards: [guard] });
    const checkIns = planned([0.1, 0.1, 0.3], [5, 5, 5], { keyResult }).checkIns.map((one, i) => ({
      ...one,
      id: i + 1,
      runId: 1,
      recordedAt: day(3),
    }));
    const status = buildStatus({
      asOf: day(3),
      timezone: 'UTC',
      cycle,
      span: cycleInUtc,
      objectives: [
        {
          id: 'o',
          title: 'O',
          owner: null,
          team: null,
          focusArea: null,
          parent: null,
          cycle: null,
          weight: 1,
          keyResults: [keyResult],
        },
      ],
      checkIns,
      sources: [],
      members: [],
      failures: [],
      recordCounts: new Map(),
      cumulative: () => false,
      staleReason: () => null,
    });
    expect(status.objectives[0]?.keyResults[0]?.guards).toMatchObject([{ broken: true, value: 0.3 }]);
  });
});
