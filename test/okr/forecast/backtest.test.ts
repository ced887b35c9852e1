import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { type BacktestResult, backtest, type FinishedCycle } from '../../../src/okr/forecast/backtest.ts';
import { boundsOf } from '../../../src/okr/forecast/contract.ts';
import { naiveBand } from '../../../src/okr/forecast/naive.ts';
import { createRandom } from '../../../src/okr/forecast/random.ts';
import { scoreOf } from '../../../src/okr/forecast/score.ts';
import { AS_OF, CYCLE, daily, dailySeries, flowInput, levelInput } from './inputs.ts';

const BEGAN = Date.UTC(2020, 0, 1);
const WEEKS = 300;
const LENGTH = 13 * 7 * DAY;

/** Events at an even rate, and cycles of 13 weeks with an origin in the middle. */
function evenHistory(cycles: number) {
  const random = createRandom(99);
  const at: number[] = [];
  for (let day = 0; day < WEEKS * 7; day++) {
    const moments = Array.from({ length: random.int(7) }, () => BEGAN + day * DAY + random.int(DAY));
    at.push(...moments.sort((a, b) => a - b));
  }
  const finished: FinishedCycle[] = [];
  for (let i = 0; i < cycles; i++) {
    const from = BEGAN + (20 + 4 * i) * 7 * DAY;
    const actual = at.filter((moment) => moment >= from && moment < from + LENGTH).length;
    finished.push({
      id: String(i),
      span: { from, to: from + LENGTH },
      coveredFrom: from - LENGTH,
      series: [],
      actual,
      target: { kind: 'reach', start: 0, target: 273 },
      origins: [from + LENGTH / 2 + 5 * HOUR],
    });
  }
  return { observations: { at, value: at.map(() => 1) }, finished };
}

function replayed(cycles: readonly FinishedCycle[], observations: { at: number[]; value: number[] }) {
  const rule = { aggregate: 'count', window: { kind: 'cycleToDate' } } as const;
  const bounds = boundsOf('count', 'count', 'flow');
  return backtest({ rule, kind: 'flow', bounds, observations, zone: 'UTC', seed: 3, cycles });
}

describe('the backtest', () => {
  it('of an even rate holds at least four times in five and beats the naive band and the base rate', () => {
    const { observations, finished } = evenHistory(60);
    const score = scoreOf(replayed(finished, observations));
    expect(score.origins).toBe(60);
    expect(score.cycles).toBe(60);
    // The band allows for rates that drift, so it holds an even one more often.
    expect(score.held).toBeGreaterThan(0.75);
    expect((score.held ?? 0) + (score.under ?? 0) + (score.over ?? 0)).toBeCloseTo(1, 12);
    expect(score.brier).toBeLessThan(score.brierBase ?? 0);
  });

  it('shows an origin nothing of what came after it', () => {
    const { observations, finished } = evenHistory(3);
    const [cycle] = finished.slice(-1);
    if (cycle === undefined) throw new Error('there is no cycle');
    const asOf = cycle.origins[0] ?? 0;
    const known = observations.at.filter((moment) => moment < asOf);
    const withFuture = replayed([cycle], observations);
    const without = replayed([cycle], { at: known, value: known.map(() => 1) });
    expect(withFuture.rows).toEqual(without.rows);
    expect(withFuture.rows).toHaveLength(1);
  });

  it('counts what was refused and what has no value apart', () => {
    const { observations, finished } = evenHistory(2);
    const cycles = finished.map((cycle, i) =>
      i === 0 ? { ...cycle, actual: null } : { ...cycle, coveredFrom: (cycle.origins[0] ?? 0) - 10 * DAY },
    );
    expect(replayed(cycles, observations)).toEqual({ rows: [], refused: 1, withoutActual: 1 });
    expect(scoreOf({ rows: [], refused: 1, withoutActual: 1 })).toMatchObject({
      origins: 0,
      held: null,
      score: null,
    });
  });

  it('scores by hand-worked figures', () => {
    const row = (actual: number, probability: number, met: boolean) => ({
      cycle: 'a',
      asOf: AS_OF,
      actual,
      met,
      forecast: { p10: 10, p50: 15, p90: 20, probability },
      naive: { p10: 0, p90: 40 },
    });
    const result: BacktestResult = {
      rows: [row(10, 0.5, true), row(21, 1, true), row(8, 0, false), row(20, 0.5, false)],
      refused: 0,
      withoutActual: 0,
    };
    expect(scoreOf(result)).toEqual({
      origins: 4,
      cycles: 1,
      refused: 0,
      withoutActual: 0,
      held: 0.5,
      under: 0.25,
      over: 0.25,
      naiveHeld: 1,
      meanWidth: 10,
      width: 0.25,
      // Widths of 10; 1 and 2 beyond the band cost 10 and 20; the naive one costs its 40.
      score: (10 + 20 + 30 + 10) / 4 / 40,
      brier: 0.125,
      brierBase: 0.25,
    });
  });
});

describe('the naive band', () => {
  it('of a running count adds what as many days brought before', () => {
    const input = flowInput(
      'count',
      { kind: 'cycleToDate' },
      daily(() => 1),
    );
    // 46 noons since the cycle began, and 46 days are left.
    expect(naiveBand(input)).toEqual({ p10: 92, p90: 92 });
  });

  it('of a level adds the tenths of its past changes', () => {
    const line = naiveBand(levelInput(dailySeries((day) => day)));
    const days = Math.round((CYCLE.to - AS_OF) / DAY);
    expect(line).toEqual({ p10: 138 + days, p90: 138 + days });
    expect(naiveBand(levelInput(dailySeries((day) => (day < 100 ? null : day))))).toBeNull();
  });
});
