import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckIn, FrozenStart, NewCheckIn, Value } from '../../src/domain/okr.ts';
import { revisable } from '../../src/okr/correct.ts';
import { definitionHash, ruleHash } from '../../src/okr/definition.ts';
import { type PlanInput, planKeyResult } from '../../src/okr/plan.ts';
import { clampProgress, progressOf } from '../../src/okr/progress.ts';
import { aKeep, aReach, aSeries, aValue, cycle, cycleInUtc, day } from '../support/okr.ts';
import { aRule } from '../support/records.ts';

function planOn(values: readonly (number | null)[], overrides: Partial<PlanInput> = {}) {
  return planKeyResult({
    keyResult: aReach(),
    kind: 'flow',
    cycle,
    span: cycleInUtc,
    zone: 'UTC',
    asOf: day(values.length) - 3_600_000,
    series: aSeries(values),
    frozen: null,
    checkIns: [],
    recent: [],
    stale: null,
    fill: 'first',
    ...overrides,
  });
}

function stored(checkIns: readonly NewCheckIn[]): CheckIn[] {
  return checkIns.map((checkIn, i) => ({ ...checkIn, id: i + 1, runId: 1, recordedAt: day(1) }));
}

describe('what a run records', () => {
  it('fills the past days of the cycle the first time', () => {
    const plan = planOn([90, null, 80, 70]);
    expect(plan.checkIns.map((checkIn) => checkIn.value)).toEqual([90, 80, 70]);
    expect(plan.backfilled).toBe(2);
    expect(plan.checkIns.map((checkIn) => checkIn.note?.startsWith('backfilled') ?? false)).toEqual([
      true,
      true,
      false,
    ]);
    expect(plan.reason).toBe('first check-in');
  });

  it('fills them once there is data, where the runs before had none', () => {
    const first = stored(planOn([null, null]).checkIns);
    expect(first.map(({ value }) => value)).toEqual([null]);
    const plan = planOn([90, 85, 80, 70], { checkIns: first });
    expect(plan.checkIns.map(({ asOf, value }) => [asOf, value])).toEqual([
      [day(1), 90],
      [day(3), 80],
      [day(4) - 3_600_000, 70],
    ]);
    expect(planOn([90, 85, 80, 70], { checkIns: [...first, ...stored(plan.checkIns)] }).checkIns).toEqual([]);
  });

  it('adds nothing the second time', () => {
    const first = planOn([90, 80, 70]);
    const second = planOn([90, 80, 70], { checkIns: stored(first.checkIns) });
    expect(second).toMatchObject({ checkIns: [], reason: null, backfilled: 0 });
  });

  it('adds a row on a new local day, also when nothing moved', () => {
    const first = planOn([90, 90]);
    const next = planOn([90, 90, 90], { checkIns: stored(first.checkIns) });
    expect(next.reason).toBe('new day');
    expect(next.checkIns).toHaveLength(1);
  });

  it('adds one within a day only for a changed status or a point of progress', () => {
    const first = planOn([70, 70, 70]);
    const rows = stored(first.checkIns);
    const later = (value: number) => planOn([70, 70, value], { checkIns: rows, asOf: day(3) - 60_000 });
    expect(later(69.1).reason).toBeNull();
    expect(later(69).reason).toBe('progress moved up 1 point');
    expect(later(0).reason).toBe("today's own status changed from on track to achieved");
  });

  it('shows from the first run on what the forecast says: the days before are judged by one too', () => {
    // Ahead of the line, and standing still: it will not get there.
    const values = Array(30).fill(60);
    const past = {
      observations: null,
      series: Array.from({ length: 90 }, (_, i) => ({ at: day(i - 60), value: 60 + (i % 2) / 10 })),
      coveredFrom: day(-60),
      learnFrom: day(-60),
    };
    const keyResult = aReach({ rule: aRule('lighthouse-lcp') });
    const asOf = day(30) - 12 * 3_600_000;
    const series = { ...aSeries(values), past };
    const plan = planOn(values, { keyResult, kind: 'sample', asOf, series });
    const last = plan.checkIns.slice(-11).map(({ computed, shown }) => [computed, shown]);
    expect(last.slice(0, 3)).toEqual([
      ['on_track', 'on_track'],
      ['off_track', 'on_track'],
      ['off_track', 'off_track'],
    ]);
    const aWeekAgo = plan.checkIns.findLast((one) => one.asOf <= asOf - 7 * 86_400_000);
    expect(aWeekAgo).toMatchObject({ asOf: day(22), shown: 'off_track' });
    expect(plan.checkIns.filter(({ forecast }) => forecast !== null)).toHaveLength(10);
  });

  it('never backfills a day a second time', () => {
    const first = planOn([90, 80, 70]);
    const again = planOn([90, 80, 70], { checkIns: stored(first.checkIns), fill: 'all' });
    expect(again.checkIns).toEqual([]);
  });

  it('fills a gap of days when it is asked to', () => {
    const rows = stored(planOn([90, 80]).checkIns);
    const plan = planOn([90, 80, 70, 60, 50], { checkIns: rows, fill: 'all' });
    expect(plan.checkIns.map((checkIn) => checkIn.value)).toEqual([70, 60, 50]);
  });

  it('notes a new definition', () => {
    const rows = stored(planOn([90, 80]).checkIns);
    const keyResult = aReach({ target: 50 });
    expect(definitionHash(keyResult)).not.toBe(definitionHash(aReach()));
    expect(planOn([90, 80], { checkIns: rows, keyResult }).reason).toBe('new definition');
  });

  it('says once that the days before follow the old definition, and leaves them as they are', () => {
    const rows = stored(planOn([90, 80]).checkIns);
    const keyResult = aReach({ target: 50 });
    const changed = planOn([90, 80, 70], { checkIns: rows, keyResult });
    expect(changed.checkIns.map(({ note }) => note)).toEqual([
      'new definition: the days before follow the old one, and krsync backfill records them anew',
    ]);
    const next = planOn([90, 80, 70, 60], { checkIns: stored([...rows, ...changed.checkIns]), keyResult });
    expect(next.checkIns.map(({ note }) => note)).toEqual([null]);
  });

  it('records the days of the old definition anew when it is asked to, by rows that name what they correct', () => {
    const rows = stored(planOn([90, 80, 70]).checkIns).map((row, i) =>
      i === 1 ? { ...row, author: 'ana' } : row,
    );
    const keyResult = aReach({ target: 50 });
    const plan = planOn([90, 80, 70, 60], { checkIns: rows, keyResult, fill: 'all' });
    // The second day is a person's own.
    expect(plan.checkIns.map(({ progress, correctsId }) => [progress, correctsId])).toEqual([
      [0.2, 1],
      [0.6, 3],
      [0.8, null],
    ]);
    expect(plan.checkIns[0]?.note).toBe('recorded anew by the new definition');
    const again = planOn([90, 80, 70, 60], {
      checkIns: stored([...rows, ...plan.checkIns]).sort((a, b) => a.asOf - b.asOf || a.id - b.id),
      keyResult,
      fill: 'all',
    });
    expect(again.checkIns).toEqual([]);
  });

  it('closes an ended cycle once, and again only for late data', () => {
    const values = Array.from({ length: 100 }, () => 5);
    const closing = planOn(values, { asOf: day(130) });
    expect(closing.next).toMatchObject({ outcome: 'missed', shown: 'closed', asOf: day(100) });
    const rows = stored(closing.checkIns);
    expect(planOn(values, { asOf: day(131), checkIns: rows }).reason).toBeNull();
    const late = planOn([...values.slice(0, 99), 0], { asOf: day(131), checkIns: rows });
    expect(late.reason).toBe('late data changed the closed cycle');
    expect(late.next.outcome).toBe('achieved');
  });

  it('leaves a closed cycle as it ended where its data is gone since', () => {
    const values = Array.from({ length: 100 }, () => 0);
    const rows = stored(planOn(values, { asOf: day(130) }).checkIns);
    expect(rows.at(-1)?.outcome).toBe('achieved');
    const gone = values.map(() => aValue(null, { held: true, reason: 'the source was never pulled' }));
    expect(planOn([], { asOf: day(131), checkIns: rows, series: aSeries(gone) }).checkIns).toEqual([]);
  });

  it('closes with the last good value when the last day jumped, and says so', () => {
    const plan = planOn([...Array.from({ length: 99 }, () => 50), 0], { asOf: day(130) });
    expect(plan.next).toMatchObject({ value: 50, outcome: 'missed' });
    expect(plan.next.note).toContain('closed with the value of 2026-04-09');
  });

  it('never holds what is counted up, be it to reach a target or to stay below a limit', () => {
    const values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30];
    const counted = (kind: 'cycleToDate' | 'week' | 'month') =>
      aRule('story-points-completed', { window: { kind }, aggregate: 'sum' });
    for (const kind of ['cycleToDate', 'week', 'month'] as const) {
      for (const keyResult of [
        aKeep({ rule: counted(kind) }),
        aReach({ rule: counted(kind), start: 0, target: 40 }),
      ]) {
        expect(planOn(values, { keyResult }).next.value, `${keyResult.kind} ${kind}`).toBe(30);
      }
    }
    const level = aKeep({ rule: aRule('story-points-completed', { aggregate: 'sum' }) });
    expect(planOn(values, { keyResult: level }).next).toMatchObject({ value: null, computed: 'held' });
  });

  it('counts a day outside the band against it where items are counted, or the limit is 0', () => {
    const values = [...Array(20).fill(0), 3];
    for (const keyResult of [
      aKeep({ rule: aRule('open-vulnerabilities'), keep: { min: null, max: 1, for: 0.95 } }),
      aKeep({ rule: aRule('change-fail-rate'), keep: { min: null, max: 0, for: 0.95 } }),
    ]) {
      expect(planOn(values, { keyResult, kind: 'stock' }).next).toMatchObject({
        value: 3,
        progress: 20 / 21,
      });
    }
  });

  it('holds no few items after a quiet month as a jump where they are told per week, and a mass import still', () => {
    const perWeek = (items: number) => aValue(items / 4, { sampleSize: items });
    const reached = (items: number) => {
      const keyResult = aReach({ rule: aRule('deployment-frequency'), start: 0, target: 2 });
      const values = [...Array(20).fill(perWeek(0)), perWeek(items)];
      return planOn(values, { keyResult }).next.value;
    };
    expect([reached(3), reached(30)]).toEqual([0.75, null]);
  });

  it('leaves a value that a person recorded until it expires', () => {
    const byAna = { author: 'ana', expiresAt: day(6), asOf: day(3) - 60_000 };
    const rows = stored(planOn([90, 80, 70]).checkIns).map((row, i) =>
      i === 2 ? { ...row, ...byAna } : row,
    );
    expect(planOn([90, 80, 70, 60, 50], { checkIns: rows }).reason).toBeNull();
    expect(planOn([90, 80, 70, 60, 50, 40, 30], { checkIns: rows }).reason).toBe('new day');
  });
});

describe('late data', () => {
  const rows = stored(planOn([90, 80, 70]).checkIns);
  const last = rows.at(-1)?.asOf ?? 0;
  const later = (value: number | null) => {
    const series = { ...aSeries([90, 80, 70, 60]), revisited: new Map([[last, aValue(value)]]) };
    const recent = revisable(rows, day(4), 14 * 86_400_000).filter((one) => one.asOf === last);
    return planOn([90, 80, 70, 60], { checkIns: rows, recent, series });
  };

  it('corrects a recent check-in by a new row that names it', () => {
    const { checkIns, corrected } = later(50);
    expect(corrected).toBe(1);
    expect(checkIns[0]).toMatchObject({ asOf: last, value: 50, progress: 0.5, correctsId: rows.at(-1)?.id });
    expect(checkIns[0]?.note).toBe('late data: was 70');
  });

  it('writes nothing for less than a point of progress, and never takes a value away', () => {
    expect(later(69.5).corrected).toBe(0);
    expect(later(null).corrected).toBe(0);
  });

  it('leaves a band alone while nothing changed: the day that ran at the check-in counts as it counted then', () => {
    const keyResult = aKeep();
    const first = stored(planOn([5, 50, 5], { keyResult }).checkIns);
    const noon = first.at(-1);
    expect(noon).toMatchObject({ asOf: day(3) - 3_600_000, progress: 2 / 3 });
    const revisited = (value: number) => {
      const series = { ...aSeries([5, 50, 50, 5]), revisited: new Map([[noon?.asOf ?? 0, aValue(value)]]) };
      const recent = revisable(first, day(4) - 3_600_000, 14 * 86_400_000).filter((one) => one === noon);
      return planOn([5, 50, 50, 5], { keyResult, checkIns: first, recent, series });
    };
    expect(revisited(5).corrected).toBe(0);
    expect(revisited(50)).toMatchObject({ corrected: 1, checkIns: [{ value: 50, progress: 1 / 3 }, {}] });
  });

  it('writes nothing of a value of too few observations, which is none, however often it runs', () => {
    const keyResult = aReach({ minSamples: 5 });
    const few = aValue(40, { sampleSize: 2 });
    const [none] = stored(planOn([], { keyResult, series: aSeries([few]), asOf: day(1) }).checkIns);
    const [some] = stored(planOn([40], { keyResult, asOf: day(1) }).checkIns);
    expect([none?.value, some?.value]).toEqual([null, 40]);
    for (const recorded of [none, some]) {
      const rows = recorded === undefined ? [] : [recorded];
      const series = { ...aSeries([few, few]), revisited: new Map([[day(1), few]]) };
      expect(planOn([], { keyResult, checkIns: rows, recent: rows, series, asOf: day(2) }).corrected).toBe(0);
    }
  });

  it('takes another start for no late data', () => {
    const series = { ...aSeries([90, 80, 70, 60]), revisited: new Map([[last, aValue(70)]]) };
    const recent = revisable(rows, day(4), 14 * 86_400_000).filter((one) => one.asOf === last);
    const keyResult = aReach({ start: 'auto' });
    const checkIns = rows.map((row) => ({ ...row, definitionHash: definitionHash(keyResult) }));
    const frozen: FrozenStart = {
      cycleId: cycle.id,
      objectiveId: 'o',
      keyResultId: 'kr',
      definitionHash: ruleHash(keyResult.rule),
      value: 140,
      at: day(0),
      reason: 'set by ana: it was so',
    };
    const held = recent.map((row) => ({ ...row, definitionHash: definitionHash(keyResult) }));
    const plan = planOn([90, 80, 70, 60], { keyResult, frozen, checkIns, recent: held, series });
    expect(plan.next.start).toBe(140);
    expect(plan.corrected).toBe(0);
  });

  it('leaves a check-in as it is where the jump that late data makes of it is held', () => {
    const quiet = [50, 51, 50, 51, 50, 51, 50, 51, 50, 51];
    const rows = stored(planOn([...quiet, 50]).checkIns);
    const at = rows.at(-1)?.asOf ?? 0;
    const recent = revisable(rows, day(12), 14 * 86_400_000).filter((one) => one.asOf === at);
    const later = (values: readonly number[]) => {
      const revisited = new Map([[at, aValue(values[10] ?? null)]]);
      const series = { ...aSeries(values), revisited };
      return planOn(values, { checkIns: rows, recent, series }).checkIns.map(({ value }) => value);
    };
    expect(later([...quiet, 900, 900])).toEqual([null]);
    expect(later([...quiet, 52, 52])).toEqual([52, 52]);
  });

  it('gives a check-in its value that was held for a gap, and none that was held as a jump', () => {
    const given = (then: Value, now: number) => {
      const quiet = Array<number>(10).fill(50);
      const rows = stored(planOn([], { series: aSeries([...quiet, then]), asOf: day(11) }).checkIns);
      const held = rows.filter((one) => one.computed === 'held');
      const series = {
        ...aSeries([...quiet, now, 50]),
        revisited: new Map([[held[0]?.asOf ?? 0, aValue(now)]]),
      };
      return planOn([...quiet, now, 50], { checkIns: rows, recent: held, series }).checkIns.map(
        ({ value, correctsId }) => [value, correctsId === held[0]?.id],
      );
    };
    const gap = aValue(null, { held: true, reason: 'a gap' });
    expect(given(gap, 51)).toEqual([
      [51, true],
      [50, false],
    ]);
    expect(given(aValue(900), 900)).toEqual([[50, false]]);
  });

  it('gives no progress to a check-in of before there was a start', () => {
    const keyResult = aReach({ start: 'auto' });
    const none = aValue(0, { sampleSize: 0 });
    const counts = { ...keyResult, rule: aRule('tickets-closed') };
    const rows = stored(planOn([], { keyResult: counts, series: aSeries([none]), asOf: day(1) }).checkIns);
    expect(rows).toMatchObject([{ value: 0, start: null, progress: null }]);
    const series = { ...aSeries([none, 4]), revisited: new Map([[day(1), none]]) };
    const plan = planOn([0, 4], { keyResult: counts, checkIns: rows, recent: rows, series });
    expect(plan.next.start).toBe(4);
    expect(plan.corrected).toBe(0);
  });

  it('leaves what is older, what a person recorded and what is closed', () => {
    expect(revisable(rows, day(40), 14 * 86_400_000)).toEqual([]);
    expect(
      revisable(
        rows.map((row) => ({ ...row, author: 'ana' })),
        day(4),
        14 * 86_400_000,
      ),
    ).toEqual([]);
  });
});

describe('start: auto', () => {
  const keyResult = aReach({ start: 'auto' });

  it('is the value when the cycle began, frozen with its date and reason', () => {
    const plan = planOn([80, 60], { keyResult, series: aSeries([80, 60], 90) });
    expect(plan.freeze).toMatchObject({ value: 90, at: day(0), reason: 'the value when the cycle began' });
    expect(plan.next).toMatchObject({ start: 90, value: 60 });
  });

  it('is the first value of the cycle where there was none when it began', () => {
    const plan = planOn([null, 80, 60], { keyResult });
    expect(plan.freeze).toMatchObject({ value: 80, reason: 'the first value of the cycle, on 2026-01-02' });
  });

  it('is no value of fewer observations than make a check-in, neither when the cycle began nor later', () => {
    const choosy = aReach({ start: 'auto', minSamples: 20 });
    const { days, ...series } = aSeries([80, 60], 90);
    const few = days.map((one) => ({ ...one, value: { ...one.value, sampleSize: 3 } }));
    expect(planOn([80, 60], { keyResult: choosy, series: { ...series, days: few } }).freeze).toBeNull();
    const enough = few.map((one, i) => (i === 1 ? { ...one, value: { ...one.value, sampleSize: 20 } } : one));
    expect(planOn([80, 60], { keyResult: choosy, series: { ...series, days: enough } }).freeze?.value).toBe(
      60,
    );
  });

  it('is 0 for a rule that counts from the start of the cycle', () => {
    const rule = aRule('tickets-closed', { window: { kind: 'cycleToDate' } });
    const plan = planOn([5, 9], {
      keyResult: aReach({ start: 'auto', target: 40, rule }),
      series: aSeries([5, 9], 3),
    });
    expect(plan.freeze?.value).toBe(0);
  });

  it('does not move once it is frozen, but does for a new rule', () => {
    const frozen: FrozenStart = {
      cycleId: cycle.id,
      objectiveId: 'o',
      keyResultId: 'kr',
      definitionHash: ruleHash(keyResult.rule),
      value: 200,
      at: day(0),
      reason: 'before',
    };
    const series = aSeries([80, 60], 90);
    expect(planOn([80, 60], { keyResult, frozen, series })).toMatchObject({
      freeze: null,
      next: { start: 200 },
    });
    const other = aReach({ start: 'auto', rule: aRule('ticket-lead-time', { aggregate: 'p90' }) });
    expect(planOn([80, 60], { keyResult: other, frozen, series }).freeze?.value).toBe(90);
  });

  it('leaves the progress open until there is one', () => {
    const plan = planOn([null, null], { keyResult });
    expect(plan).toMatchObject({ freeze: null, next: { progress: null, computed: 'no_data' } });
  });
});

describe('progress', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it('is 0 at the start, 1 at the target and monotone between, for rising and falling targets alike', () => {
    fc.assert(
      fc.property(number, number, number, number, (start, target, a, b) => {
        fc.pre(Math.abs(start - target) > 1e-3);
        expect(progressOf(start, start, target)).toBeCloseTo(0, 9);
        expect(progressOf(target, start, target)).toBe(1);
        const [low, high] = a < b ? [a, b] : [b, a];
        const step = progressOf(high, start, target) - progressOf(low, start, target);
        // Two values closer than a float can tell apart make no step at all.
        expect(target > start ? step >= 0 : step <= 0).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is clamped only for showing', () => {
    expect(clampProgress(-0.2)).toBe(0);
    expect(clampProgress(1.7)).toBe(1);
  });
});
